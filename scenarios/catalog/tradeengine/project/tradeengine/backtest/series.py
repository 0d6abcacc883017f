"""Candles from a seeded random walk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from random import Random

from tradeengine.models import Candle

_TICK = Decimal("0.01")
_START = datetime(2025, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, slots=True)
class Walk:
    """The walk's parameters; drift and volatility are per candle."""

    seed: int
    start: Decimal = Decimal("100")
    drift: float = 0.0
    volatility: float = 0.01
    step: timedelta = timedelta(minutes=1)
    ticks: int = 12


def candles(symbol: str, walk: Walk, length: int) -> Iterator[Candle]:
    """Yield length candles; the same walk gives the same candles."""
    random = Random(walk.seed)
    price = walk.start
    scale = walk.volatility / walk.ticks**0.5
    for index in range(length):
        prices = [price]
        for _ in range(walk.ticks):
            change = random.gauss(walk.drift / walk.ticks, scale)
            moved = prices[-1] * Decimal(repr(1 + change))
            prices.append(max(moved.quantize(_TICK), _TICK))
        price = prices[-1]
        yield Candle(
            symbol=symbol,
            start=_START + walk.step * index,
            open=prices[0],
            high=max(prices),
            low=min(prices),
            close=price,
            volume=Decimal(random.randint(1, 1000)),
        )
