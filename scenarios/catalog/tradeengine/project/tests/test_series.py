from decimal import Decimal
from itertools import pairwise

import pytest

from tradeengine.backtest import Walk, candles


def test_same_seed_same_candles():
    first = list(candles("X", Walk(5), 200))
    assert first == list(candles("X", Walk(5), 200))
    assert first != list(candles("X", Walk(6), 200))


@pytest.mark.parametrize("seed", range(8))
def test_candles_join(seed):
    series = list(candles("X", Walk(seed), 500))
    assert len(series) == 500
    for before, after in pairwise(series):
        assert before.close == after.open
        assert after.start - before.start == Walk(seed).step


def test_drift_shows():
    def last(drift):
        walk = Walk(1, drift=drift, volatility=0.002)
        return list(candles("X", walk, 400))[-1].close

    assert last(-0.005) < last(0.0) < last(0.005)


def test_price_never_reaches_zero():
    walk = Walk(1, start=Decimal("0.05"), drift=-0.05, volatility=0.1)
    assert all(c.low >= Decimal("0.01") for c in candles("X", walk, 300))
