"""Where orders and positions are kept."""

from tradeengine.storage.base import OrderStore, PositionStore
from tradeengine.storage.memory import MemoryOrders, MemoryPositions
from tradeengine.storage.mongo import MongoOrders, MongoPositions

__all__ = [
    "MemoryOrders",
    "MemoryPositions",
    "MongoOrders",
    "MongoPositions",
    "OrderStore",
    "PositionStore",
]
