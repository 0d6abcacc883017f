"""What a strategy is."""

from typing import Protocol

from tradeengine.models import Candle, Signal


class Strategy(Protocol):
    """Reads candles in order and now and then has an opinion."""

    name: str
    symbol: str

    def on_candle(self, candle: Candle) -> Signal | None:
        """Take in the next candle; a signal or None."""
        ...


def clamp(value: float) -> float:
    """The value moved into 0..1."""
    return max(0.0, min(1.0, value))
