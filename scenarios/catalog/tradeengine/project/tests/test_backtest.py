from decimal import Decimal

import pytest

from tests.factories import NOON, candle
from tradeengine.backtest import Backtest, Walk, candles, summarise
from tradeengine.backtest.engine import Result
from tradeengine.backtest.report import drawdown, sharpe
from tradeengine.models import Side, Signal
from tradeengine.strategies import STRATEGIES


class Script:
    """A strategy that says what it was told to, candle by candle."""

    name = "script"
    symbol = "BTCUSDT"

    def __init__(self, sides):
        self.sides = iter(sides)

    def on_candle(self, given):
        side = next(self.sides, None)
        if side is None:
            return None
        return Signal(self.symbol, side, 0.5, self.name, NOON, given.close)


def run(sides, closes, **options):
    series = [candle(str(close)) for close in closes]
    return Backtest(Script(sides), fee_rate=Decimal(0), **options).run(series)


def test_trades_at_the_next_open():
    result = run([Side.BUY], [100, 110, 121])
    (fill,) = result.fills
    assert (fill.price, fill.quantity) == (110, Decimal("45.4545"))
    assert result.equity[-1] == 10000 + 11 * Decimal("45.4545")


def test_turns_in_one_trade():
    result = run([Side.BUY, Side.SELL], [100, 100, 100])
    assert [f.quantity for f in result.fills] == [50, 100]
    assert result.position.quantity == -50


def test_holds_on_the_same_side():
    assert len(run([Side.BUY] * 5, [100] * 6).fills) == 1


def test_weak_signals_are_ignored():
    assert run([Side.BUY], [100, 100], minimum=0.6).fills == []


def test_drawdown_and_sharpe():
    equity = [Decimal(v) for v in (100, 120, 90, 130)]
    assert drawdown(equity) == Decimal("0.25")
    assert sharpe([Decimal(1)] * 9) == 0.0
    assert sharpe([Decimal(v) for v in (100, 101, 103)]) > 0


def test_nothing_to_sum_up():
    with pytest.raises(ValueError):
        summarise(Result())


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@pytest.mark.parametrize("seed", range(12))
def test_equity_is_cash_and_holding(name, seed):
    """The books balance at every candle, whatever the strategy does."""
    series = list(candles("X", Walk(seed, volatility=0.02), 1000))
    result = Backtest(STRATEGIES[name]("X")).run(series)
    cash, holding = Decimal(10000), Decimal(0)
    fills = iter([*result.fills, None])
    upcoming = next(fills)
    for given, equity in zip(series, result.equity):
        while upcoming is not None and upcoming.at == given.start:
            cash -= upcoming.notional * upcoming.side.sign + upcoming.fee
            holding += upcoming.quantity * upcoming.side.sign
            upcoming = next(fills)
        assert abs(cash + holding * given.close - equity) < Decimal("1e-9")
    report = summarise(result)
    assert report.trades == len(result.fills)
    assert report.drawdown >= 0
