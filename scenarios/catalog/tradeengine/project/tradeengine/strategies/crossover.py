"""Buys when a fast mean rises through a slow one, sells when it falls."""

from tradeengine.models import Candle, Side, Signal
from tradeengine.strategies.base import clamp
from tradeengine.strategies.indicators import ExponentialMean, Mean


class Crossover:
    name = "crossover"

    def __init__(self, symbol: str, fast: int = 8, slow: int = 21) -> None:
        if fast >= slow:
            raise ValueError("fast must be shorter than slow")
        self.symbol = symbol
        self._fast = ExponentialMean(fast)
        self._slow = Mean(slow)
        self._above: bool | None = None

    def on_candle(self, candle: Candle) -> Signal | None:
        fast = self._fast.add(candle.close)
        slow = self._slow.add(candle.close)
        if slow is None or fast == slow:
            return None
        above, before = fast > slow, self._above
        self._above = above
        if before is None or before == above:
            return None
        gap = abs(fast - slow) / slow
        return Signal(
            symbol=self.symbol,
            side=Side.BUY if above else Side.SELL,
            strength=clamp(0.5 + float(gap) * 100),
            strategy=self.name,
            at=candle.start,
            price=candle.close,
        )
