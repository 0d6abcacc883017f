from decimal import Decimal

import pytest

from tests.factories import NOON, order
from tradeengine.models import OrderStatus, OrderType, Position
from tradeengine.storage import MongoOrders, MongoPositions
from tradeengine.storage.mongo import connect, order_document, order_from


class FakeCursor:
    def __init__(self, documents):
        self.documents = documents

    def sort(self, keys):
        for name, _ in reversed(keys):
            self.documents.sort(key=lambda document: document[name])
        return self

    async def __aiter__(self):
        for document in self.documents:
            yield document


class FakeCollection:
    """As much of a collection as the stores use."""

    def __init__(self):
        self.documents = {}

    async def replace_one(self, query, document, upsert):
        assert upsert
        self.documents[query["_id"]] = document

    async def find_one(self, query):
        return self.documents.get(query["_id"])

    def find(self, query):
        return FakeCursor(
            [d for d in self.documents.values() if query.items() <= d.items()]
        )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"type": OrderType.MARKET, "price": None},
        {"status": OrderStatus.PARTIAL, "filled": Decimal("0.3")},
        {"spent": Decimal("1e-18"), "reason": "a test"},
    ],
)
def test_round_trip(changes):
    assert order_from(order_document(order(**changes))) == order(**changes)


def test_created_must_be_a_time():
    document = order_document(order())
    document["created"] = "noon"
    with pytest.raises(TypeError):
        order_from(document)


async def test_orders():
    store = MongoOrders(FakeCollection())
    await store.save(order(id="b"))
    await store.save(order(id="a", status=OrderStatus.FILLED))
    await store.save(order(id="c", symbol="ETHUSDT"))
    assert (await store.get("a")).status is OrderStatus.FILLED
    assert await store.get("z") is None
    assert [o.id for o in await store.find()] == ["a", "b", "c"]
    found = await store.find(symbol="BTCUSDT", status=OrderStatus.NEW)
    assert [o.id for o in found] == ["b"]
    assert found[0].created == NOON


async def test_positions():
    store = MongoPositions(FakeCollection())
    held = Position("BTCUSDT", Decimal("-1.5"), Decimal("99"), Decimal("3"))
    await store.save(held)
    assert await store.get("BTCUSDT") == held
    assert (await store.get("ETHUSDT")).flat
    assert await store.all() == [held]


async def test_connect_is_lazy():
    assert connect("mongodb://localhost:1", "trades").name == "trades"
