"""The life of an order."""

from tradeengine.orders.manager import OrderManager, OrderRequest
from tradeengine.orders.state import move

__all__ = ["OrderManager", "OrderRequest", "move"]
