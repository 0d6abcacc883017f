"""Follows a close that leaves the channel of the candles before it."""

from tradeengine.models import Candle, Side, Signal
from tradeengine.strategies.base import clamp
from tradeengine.strategies.indicators import AverageRange, Channel


class Breakout:
    name = "breakout"

    def __init__(self, symbol: str, length: int = 20) -> None:
        if length < 2:
            raise ValueError("length must be at least 2")
        self.symbol = symbol
        self._channel = Channel(length)
        self._range = AverageRange(length)

    def on_candle(self, candle: Candle) -> Signal | None:
        channel = self._channel.value
        self._channel.add(candle)
        reach = self._range.add(candle)
        if channel is None or not reach:
            return None
        high, low = channel
        if candle.close > high:
            side, excess = Side.BUY, candle.close - high
        elif candle.close < low:
            side, excess = Side.SELL, low - candle.close
        else:
            return None
        return Signal(
            symbol=self.symbol,
            side=side,
            strength=clamp(0.4 + float(excess / reach)),
            strategy=self.name,
            at=candle.start,
            price=candle.close,
        )
