"""Indicators that take one value at a time."""

from collections import deque
from decimal import Decimal

from tradeengine.models import Candle
from tradeengine.models.order import ZERO


class Mean:
    """The mean of the last values, once there are enough of them."""

    def __init__(self, length: int) -> None:
        if length < 1:
            raise ValueError("length must be at least 1")
        self._values: deque[Decimal] = deque(maxlen=length)
        self._length = length
        self._sum = ZERO

    def add(self, value: Decimal) -> Decimal | None:
        if len(self._values) == self._length:
            self._sum -= self._values[0]
        self._values.append(value)
        self._sum += value
        return self.value

    @property
    def value(self) -> Decimal | None:
        if len(self._values) < self._length:
            return None
        return self._sum / self._length

    def deviation(self) -> Decimal | None:
        """The population's standard deviation of the same values."""
        mean = self.value
        if mean is None:
            return None
        squares = sum(((v - mean) ** 2 for v in self._values), ZERO)
        return (squares / self._length).sqrt()


class ExponentialMean:
    """A mean in which each value counts less than the one after it."""

    def __init__(self, length: int) -> None:
        if length < 1:
            raise ValueError("length must be at least 1")
        self._weight = Decimal(2) / (length + 1)
        self.value: Decimal | None = None

    def add(self, value: Decimal) -> Decimal:
        if self.value is None:
            self.value = value
        else:
            self.value += (value - self.value) * self._weight
        return self.value


class AverageRange:
    """The mean of the true ranges: how far a candle reaches."""

    def __init__(self, length: int) -> None:
        self._mean = Mean(length)
        self._close: Decimal | None = None

    def add(self, candle: Candle) -> Decimal | None:
        reach = candle.high - candle.low
        if self._close is not None:
            reach = max(
                reach,
                abs(candle.high - self._close),
                abs(candle.low - self._close),
            )
        self._close = candle.close
        return self._mean.add(reach)


class Channel:
    """The highest high and lowest low of the last candles."""

    def __init__(self, length: int) -> None:
        self._highs: deque[Decimal] = deque(maxlen=length)
        self._lows: deque[Decimal] = deque(maxlen=length)
        self._length = length

    def add(self, candle: Candle) -> tuple[Decimal, Decimal] | None:
        self._highs.append(candle.high)
        self._lows.append(candle.low)
        return self.value

    @property
    def value(self) -> tuple[Decimal, Decimal] | None:
        if len(self._highs) < self._length:
            return None
        return max(self._highs), min(self._lows)
