"""Plain values that every other package speaks."""

from tradeengine.models.market import Candle, Signal
from tradeengine.models.order import Fill, Order, OrderStatus, OrderType, Side
from tradeengine.models.position import Position

__all__ = [
    "Candle",
    "Fill",
    "Order",
    "OrderStatus",
    "OrderType",
    "Position",
    "Side",
    "Signal",
]
