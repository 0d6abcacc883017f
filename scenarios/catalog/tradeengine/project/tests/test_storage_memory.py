from datetime import timedelta
from decimal import Decimal

from tests.factories import NOON, order
from tradeengine.models import OrderStatus, Position
from tradeengine.storage import MemoryOrders, MemoryPositions


async def test_orders_are_found_oldest_first():
    store = MemoryOrders()
    for number in (3, 1, 2):
        created = NOON + timedelta(minutes=number)
        await store.save(order(id=f"order-{number}", created=created))
    found = await store.find()
    assert [o.id for o in found] == ["order-1", "order-2", "order-3"]


async def test_find_filters():
    store = MemoryOrders()
    await store.save(order(id="a"))
    await store.save(order(id="b", symbol="ETHUSDT"))
    await store.save(order(id="c", status=OrderStatus.ACCEPTED))
    assert [o.id for o in await store.find(symbol="ETHUSDT")] == ["b"]
    assert [o.id for o in await store.find(status=OrderStatus.ACCEPTED)] == ["c"]
    assert await store.find(symbol="ETHUSDT", status=OrderStatus.FILLED) == []


async def test_save_replaces():
    store = MemoryOrders()
    await store.save(order())
    await store.save(order(status=OrderStatus.CANCELLED))
    (only,) = await store.find()
    assert only.status is OrderStatus.CANCELLED
    assert await store.get("order-2") is None


async def test_positions():
    store = MemoryPositions()
    assert (await store.get("BTCUSDT")).flat
    await store.save(Position("ETHUSDT", Decimal("1"), Decimal("2")))
    await store.save(Position("BTCUSDT", Decimal("3"), Decimal("4")))
    assert [p.symbol for p in await store.all()] == ["BTCUSDT", "ETHUSDT"]
