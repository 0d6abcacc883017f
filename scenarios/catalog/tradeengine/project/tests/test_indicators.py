from decimal import Decimal
from random import Random
from statistics import fmean, pstdev

import pytest

from tests.factories import candle
from tradeengine.strategies.indicators import (
    AverageRange,
    Channel,
    ExponentialMean,
    Mean,
)


@pytest.mark.parametrize("length", [1, 2, 5, 20, 50])
def test_mean_equals_the_library(length):
    random = Random(length)
    values = [Decimal(random.randint(1, 10**6)) / 100 for _ in range(400)]
    mean = Mean(length)
    for index, value in enumerate(values):
        got = mean.add(value)
        if index + 1 < length:
            assert got is None
            assert mean.deviation() is None
            continue
        window = [float(v) for v in values[index + 1 - length : index + 1]]
        assert float(got) == pytest.approx(fmean(window))
        assert float(mean.deviation()) == pytest.approx(pstdev(window), abs=1e-6)


def test_exponential_mean_nears_a_constant():
    mean = ExponentialMean(10)
    mean.add(Decimal("0"))
    gaps = [100 - mean.add(Decimal("100")) for _ in range(100)]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < Decimal("0.001")


@pytest.mark.parametrize("kind", [Mean, ExponentialMean])
def test_length_is_at_least_one(kind):
    with pytest.raises(ValueError):
        kind(0)


def test_average_range_counts_gaps():
    average = AverageRange(2)
    assert average.add(candle("10")) is None
    assert average.add(candle("16")) == 3
    wide = candle("16", high=Decimal("20"), low=Decimal("14"))
    assert average.add(wide) == 6


def test_channel():
    channel = Channel(2)
    assert channel.add(candle("10")) is None
    assert channel.add(candle("12")) == (12, 10)
    assert channel.add(candle("11")) == (12, 11)
