from decimal import Decimal

import pytest

from tests.factories import candle
from tradeengine.models import Side
from tradeengine.strategies import (
    STRATEGIES,
    Breakout,
    Crossover,
    Reversion,
    build_strategy,
)


def signals(strategy, closes):
    found = [strategy.on_candle(candle(str(close))) for close in closes]
    return [signal for signal in found if signal is not None]


def test_crossover_follows_the_turn():
    falling, rising = list(range(100, 60, -1)), list(range(60, 100))
    (signal,) = signals(Crossover("BTCUSDT"), falling + rising)
    assert signal.side is Side.BUY
    assert 60 < signal.price < 80


def test_crossover_needs_a_change():
    assert signals(Crossover("BTCUSDT"), range(1, 200)) == []


def test_breakout_leaves_the_channel():
    closes = [100, 101] * 15 + [110]
    (signal,) = signals(Breakout("BTCUSDT"), closes)
    assert (signal.side, signal.price) == (Side.BUY, 110)
    (signal,) = signals(Breakout("BTCUSDT"), [100, 101] * 15 + [90])
    assert signal.side is Side.SELL


def test_breakout_is_silent_on_a_flat_line():
    assert signals(Breakout("BTCUSDT"), [100] * 60) == []


def test_reversion_trades_against_the_move():
    closes = [100, 101] * 20 + [120, 121]
    (signal,) = signals(Reversion("BTCUSDT"), closes)
    assert (signal.side, signal.price) == (Side.SELL, 120)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Crossover("BTCUSDT", fast=9, slow=9),
        lambda: Breakout("BTCUSDT", length=1),
        lambda: Reversion("BTCUSDT", width=Decimal("0")),
    ],
)
def test_senseless_parameters(build):
    with pytest.raises(ValueError):
        build()


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_registry(name):
    strategy = build_strategy(name, "ETHUSDT")
    assert (strategy.name, strategy.symbol) == (name, "ETHUSDT")


def test_unknown_strategy():
    with pytest.raises(ValueError, match="breakout, crossover, reversion"):
        build_strategy("astrology", "ETHUSDT")
