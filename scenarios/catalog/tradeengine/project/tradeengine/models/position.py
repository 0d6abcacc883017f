"""A holding in one symbol."""

from dataclasses import dataclass, replace
from decimal import Decimal

from tradeengine.models.order import ZERO, Fill


@dataclass(frozen=True, slots=True)
class Position:
    """Signed quantity, entry price and profit; a short is negative."""

    symbol: str
    quantity: Decimal = ZERO
    entry: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO

    @property
    def flat(self) -> bool:
        return self.quantity == 0

    def unrealised(self, price: Decimal) -> Decimal:
        return (price - self.entry) * self.quantity

    def apply(self, fill: Fill) -> "Position":
        """The position after fill: opened, extended, reduced or turned."""
        if fill.symbol != self.symbol:
            raise ValueError(f"fill of {fill.symbol} offered to {self.symbol}")
        change = fill.quantity * fill.side.sign
        after = self.quantity + change
        base = replace(self, quantity=after, fees=self.fees + fill.fee)
        if self.quantity * change >= 0:
            cost = self.entry * abs(self.quantity) + fill.notional
            return replace(base, entry=cost / abs(after))
        closed = min(abs(change), abs(self.quantity))
        sign = 1 if self.quantity > 0 else -1
        profit = (fill.price - self.entry) * closed * sign
        if after == 0:
            entry = ZERO
        elif abs(change) > abs(self.quantity):
            entry = fill.price
        else:
            entry = self.entry
        return replace(base, entry=entry, realised=self.realised + profit)
