from dataclasses import replace
from decimal import Decimal

import pytest

from tradeengine.errors import ExchangeError, InvalidTransition, UnknownOrder
from tradeengine.messaging import MemoryBus
from tradeengine.models import OrderStatus, Side
from tradeengine.orders import OrderManager, OrderRequest
from tradeengine.risk import Limits, RiskManager
from tradeengine.storage import MemoryOrders, MemoryPositions
from tradeengine.telemetry import Metrics

LIMITS = Limits(
    max_notional=Decimal("10000"),
    max_position=Decimal("200"),
    max_open_orders=2,
    max_daily_loss=Decimal("100"),
    symbols=frozenset({"BTCUSDT"}),
)


@pytest.fixture
def build(paper, clock):
    def make(limits=LIMITS):
        return OrderManager(
            paper,
            MemoryOrders(),
            MemoryPositions(),
            RiskManager(limits),
            MemoryBus(),
            Metrics(),
            clock,
        )

    return make


def buy(quantity, price=None):
    limit = None if price is None else Decimal(price)
    return OrderRequest("BTCUSDT", Side.BUY, Decimal(quantity), limit)


async def test_market_order_fills(build):
    manager = build()
    order = await manager.submit(buy("2"))
    assert order.status is OrderStatus.FILLED
    position = await manager._positions.get("BTCUSDT")
    assert position.quantity == 2
    assert [subject for subject, _ in manager._bus.published] == [
        "fills.BTCUSDT",
        "orders.BTCUSDT.filled",
    ]


async def test_market_order_larger_than_the_book(build):
    roomy = replace(LIMITS, max_notional=Decimal("1e6"))
    order = await build(roomy).submit(buy("130"))
    assert order.status is OrderStatus.CANCELLED
    assert (order.filled, order.reason) == (125, "the book ran dry")


async def test_resting_order_is_cancelled(build):
    manager = build()
    order = await manager.submit(buy("1", "50"))
    assert order.status is OrderStatus.ACCEPTED
    assert await manager.open_orders() == [order]
    cancelled = await manager.cancel(order.id)
    assert cancelled.status is OrderStatus.CANCELLED
    assert await manager.open_orders() == []
    with pytest.raises(InvalidTransition):
        await manager.cancel(order.id)


async def test_refusal_is_an_order(build):
    manager = build()
    order = await manager.submit(buy("1000", "99"))
    assert order.status is OrderStatus.REJECTED
    assert order.reason.startswith("notional")
    assert await manager.get(order.id) == order
    text = manager._metrics.render().decode()
    assert 'tradeengine_risk_rejections_total{check="notional"} 1.0' in text


async def test_too_many_open_orders(build):
    manager = build()
    statuses = [(await manager.submit(buy("1", "50"))).status for _ in range(3)]
    assert statuses[-1] is OrderStatus.REJECTED


async def test_exchange_error_rejects(build, paper, monkeypatch):
    async def broken(order):
        raise ExchangeError("closed for the night")

    monkeypatch.setattr(paper, "place", broken)
    order = await build().submit(buy("1"))
    assert (order.status, order.reason) == (
        OrderStatus.REJECTED,
        "closed for the night",
    )


async def test_losses_stop_new_risk(build, paper):
    manager = build()
    await manager.submit(buy("50"))
    paper.set_price("BTCUSDT", Decimal("90"))
    await manager.submit(OrderRequest("BTCUSDT", Side.SELL, Decimal("50")))
    order = await manager.submit(buy("1"))
    assert order.reason.startswith("daily-loss")


async def test_unknown_order(build):
    manager = build()
    with pytest.raises(UnknownOrder):
        await manager.get("nobody")
    with pytest.raises(UnknownOrder):
        await manager.cancel("nobody")
