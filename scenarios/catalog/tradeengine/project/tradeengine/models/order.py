"""Orders and their fills."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum

ZERO = Decimal(0)


class Side(str, Enum):
    BUY = "buy"
    SELL = "sell"

    @property
    def opposite(self) -> "Side":
        return Side.SELL if self is Side.BUY else Side.BUY

    @property
    def sign(self) -> int:
        return 1 if self is Side.BUY else -1


class OrderType(str, Enum):
    MARKET = "market"
    LIMIT = "limit"


class OrderStatus(str, Enum):
    NEW = "new"
    ACCEPTED = "accepted"
    PARTIAL = "partial"
    FILLED = "filled"
    CANCELLED = "cancelled"
    REJECTED = "rejected"

    @property
    def final(self) -> bool:
        return self in (
            OrderStatus.FILLED,
            OrderStatus.CANCELLED,
            OrderStatus.REJECTED,
        )


@dataclass(frozen=True, slots=True)
class Fill:
    """A part of an order that traded."""

    order_id: str
    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal
    fee: Decimal
    at: datetime

    @property
    def notional(self) -> Decimal:
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Order:
    """An intent to trade and how far it has come."""

    id: str
    symbol: str
    side: Side
    type: OrderType
    quantity: Decimal
    created: datetime
    price: Decimal | None = None
    status: OrderStatus = OrderStatus.NEW
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    reason: str = ""

    def __post_init__(self) -> None:
        if self.quantity <= 0:
            raise ValueError("quantity must be above zero")
        if self.type is OrderType.LIMIT and (self.price is None or self.price <= 0):
            raise ValueError("a limit order needs a price above zero")
        if self.type is OrderType.MARKET and self.price is not None:
            raise ValueError("a market order has no price")
        if not ZERO <= self.filled <= self.quantity:
            raise ValueError("filled must lie between zero and quantity")

    @property
    def remaining(self) -> Decimal:
        return self.quantity - self.filled

    @property
    def average_price(self) -> Decimal | None:
        """The mean price of what is filled, or None for nothing."""
        return self.spent / self.filled if self.filled else None

    def with_fill(self, fill: Fill) -> "Order":
        """The order after fill; its status follows from what remains."""
        if fill.order_id != self.id:
            raise ValueError(f"fill of {fill.order_id} offered to {self.id}")
        filled = self.filled + fill.quantity
        full = filled == self.quantity
        return replace(
            self,
            filled=filled,
            spent=self.spent + fill.notional,
            status=OrderStatus.FILLED if full else OrderStatus.PARTIAL,
        )
