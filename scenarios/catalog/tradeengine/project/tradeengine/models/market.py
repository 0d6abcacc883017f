"""What the market shows and what a strategy makes of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tradeengine.models.order import Side


@dataclass(frozen=True, slots=True)
class Candle:
    """One bar of trades."""

    symbol: str
    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal

    def __post_init__(self) -> None:
        if self.low > min(self.open, self.close):
            raise ValueError("low lies above the body")
        if self.high < max(self.open, self.close):
            raise ValueError("high lies below the body")
        if self.low <= 0 or self.volume < 0:
            raise ValueError("prices are above zero and volume is not negative")

    @property
    def typical(self) -> Decimal:
        return (self.high + self.low + self.close) / 3


@dataclass(frozen=True, slots=True)
class Signal:
    """A strategy's opinion; strength runs from 0 to 1."""

    symbol: str
    side: Side
    strength: float
    strategy: str
    at: datetime
    price: Decimal

    def __post_init__(self) -> None:
        if not 0.0 <= self.strength <= 1.0:
            raise ValueError("strength must lie between 0 and 1")
