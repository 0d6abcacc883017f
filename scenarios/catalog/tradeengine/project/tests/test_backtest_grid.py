"""Parameter grids, as a researcher would run them."""

from decimal import Decimal
from itertools import product
from statistics import fmean

import pytest

from tradeengine.backtest import Backtest, Walk, candles, summarise
from tradeengine.strategies import Breakout, Crossover, Reversion

LENGTH = 800
SEEDS = range(5)


def mean_return(build, drift, fee="0"):
    """The mean return over all seeds of a strategy that build makes."""
    returns = []
    for seed in SEEDS:
        walk = Walk(seed, drift=drift, volatility=0.004)
        backtest = Backtest(build(), fee_rate=Decimal(fee))
        result = backtest.run(candles("X", walk, LENGTH))
        returns.append(float(summarise(result).total_return))
    return fmean(returns)


@pytest.mark.parametrize(("fast", "slow"), [(5, 20), (8, 34), (13, 55)])
def test_crossover_likes_trends(fast, slow):
    def build():
        return Crossover("X", fast, slow)

    assert mean_return(build, drift=0.003) > mean_return(build, drift=0.0)


@pytest.mark.parametrize("length", [10, 20, 40])
def test_breakout_likes_trends(length):
    def build():
        return Breakout("X", length)

    assert mean_return(build, drift=0.003) > 0.1


@pytest.mark.parametrize(
    ("length", "width"), product([10, 20], [Decimal("1.5"), Decimal("2")])
)
def test_fees_only_ever_cost(length, width):
    def build():
        return Reversion("X", length, width)

    free = mean_return(build, drift=0.0)
    assert mean_return(build, drift=0.0, fee="0.001") < free
