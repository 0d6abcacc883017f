"""Whole sessions: a market that moves, strategies that trade, books that balance."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tradeengine.backtest import Walk, candles
from tradeengine.models import OrderStatus
from tradeengine.service import build_services
from tradeengine.strategies import STRATEGIES

SYMBOL = "BTCUSDT"


async def play(settings, clock, name, seed):
    """One day of minute candles through a strategy and the whole engine."""
    services = await build_services(settings, clock)
    strategy = STRATEGIES[name](SYMBOL)
    walk = Walk(seed, start=Decimal("60000"), volatility=0.004)
    for candle in candles(SYMBOL, walk, 1440):
        clock.advance(timedelta(minutes=1))
        services.exchange.set_price(SYMBOL, candle.close)
        signal = strategy.on_candle(candle)
        if signal is not None:
            await services.act_on(signal)
    return services


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@pytest.mark.parametrize("seed", range(3))
async def test_session(settings, clock, name, seed):
    services = await play(settings, clock, name, seed)
    orders = await services.orders.find()
    assert orders, f"seed {seed}: no order in a day"
    held = sum(o.filled * o.side.sign for o in orders)
    position = await services.positions.get(SYMBOL)
    assert position.quantity == held
    assert abs(held) <= settings.max_position
    assert await services.manager.open_orders() == []
    for order in orders:
        assert order.status.final
        assert order.filled <= order.quantity
        assert (order.status is OrderStatus.REJECTED) == bool(order.reason)


async def test_bus_tells_the_same_story(settings, clock):
    services = await play(settings, clock, "reversion", seed=11)
    told = [m for subject, m in services.bus.published if subject.startswith("fills.")]
    filled = sum(Decimal(m["quantity"]) for m in told)
    assert filled == sum(o.filled for o in await services.orders.find())
