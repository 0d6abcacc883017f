"""Trades against a close that strays too far from its mean."""

from decimal import Decimal

from tradeengine.models import Candle, Side, Signal
from tradeengine.strategies.base import clamp
from tradeengine.strategies.indicators import Mean


class Reversion:
    name = "reversion"

    def __init__(
        self, symbol: str, length: int = 20, width: Decimal = Decimal("2")
    ) -> None:
        if length < 2 or width <= 0:
            raise ValueError("length must be at least 2 and width above zero")
        self.symbol = symbol
        self._mean = Mean(length)
        self._width = width
        self._outside = False

    def on_candle(self, candle: Candle) -> Signal | None:
        mean = self._mean.add(candle.close)
        deviation = self._mean.deviation()
        if mean is None or not deviation:
            return None
        score = (candle.close - mean) / deviation
        was_outside, self._outside = self._outside, abs(score) > self._width
        if was_outside or not self._outside:
            return None
        return Signal(
            symbol=self.symbol,
            side=Side.SELL if score > 0 else Side.BUY,
            strength=clamp(float(abs(score)) / 4),
            strategy=self.name,
            at=candle.start,
            price=candle.close,
        )
