"""Checks that an order passes before it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tradeengine.errors import RiskRejected
from tradeengine.models import Order, Position
from tradeengine.models.order import ZERO


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; each is inclusive."""

    max_notional: Decimal
    max_position: Decimal
    max_open_orders: int
    max_daily_loss: Decimal
    symbols: frozenset[str]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What the engine holds at the moment of a check."""

    position: Position
    open_orders: int
    price: Decimal


class RiskManager:
    """Runs every check and remembers the day's loss."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._day: date | None = None
        self._realised = ZERO
        self._checks: list[tuple[str, Callable[[Order, Exposure], str]]] = [
            ("symbol", self._symbol),
            ("daily-loss", self._daily_loss),
            ("open-orders", self._open_orders),
            ("notional", self._notional),
            ("position", self._position),
        ]

    def record(self, day: date, profit: Decimal) -> None:
        """Add a realised profit, negative for a loss, to the day's sum."""
        if day != self._day:
            self._day, self._realised = day, ZERO
        self._realised += profit

    def check(self, order: Order, exposure: Exposure) -> None:
        """Raise RiskRejected with the first check that refuses order."""
        for name, run in self._checks:
            reason = run(order, exposure)
            if reason:
                raise RiskRejected(name, reason)

    def _symbol(self, order: Order, _: Exposure) -> str:
        if order.symbol in self.limits.symbols:
            return ""
        return f"{order.symbol} is not traded here"

    def _daily_loss(self, order: Order, exposure: Exposure) -> str:
        if self._day != order.created.date():
            return ""
        if -self._realised <= self.limits.max_daily_loss:
            return ""
        if _reduces(order, exposure.position):
            return ""
        return f"lost {-self._realised} today"

    def _open_orders(self, _: Order, exposure: Exposure) -> str:
        if exposure.open_orders < self.limits.max_open_orders:
            return ""
        return f"{exposure.open_orders} orders are open"

    def _notional(self, order: Order, exposure: Exposure) -> str:
        price = exposure.price if order.price is None else order.price
        notional = price * order.quantity
        if notional <= self.limits.max_notional:
            return ""
        return f"{notional} is above {self.limits.max_notional}"

    def _position(self, order: Order, exposure: Exposure) -> str:
        after = exposure.position.quantity + order.quantity * order.side.sign
        if abs(after) <= self.limits.max_position:
            return ""
        if _reduces(order, exposure.position):
            return ""
        return f"{abs(after)} is above {self.limits.max_position}"


def _reduces(order: Order, position: Position) -> bool:
    """Tell whether order only makes the position smaller."""
    if position.quantity * order.side.sign >= 0:
        return False
    return order.quantity <= abs(position.quantity)
