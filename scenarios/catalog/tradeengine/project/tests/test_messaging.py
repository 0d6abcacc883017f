import json
from decimal import Decimal
from types import SimpleNamespace

import pytest

from tradeengine.messaging import MemoryBus, NatsBus
from tradeengine.messaging.base import matches
from tradeengine.messaging.nats import encode


@pytest.mark.parametrize(
    ("pattern", "subject", "want"),
    [
        ("a.b", "a.b", True),
        ("a.b", "a.c", False),
        ("a.*", "a.b", True),
        ("a.*", "a.b.c", False),
        ("a.>", "a.b.c", True),
        ("a.>", "a", False),
        ("*.b", "a.b", True),
        ("a.b.c", "a.b", False),
    ],
)
def test_matches(pattern, subject, want):
    assert matches(pattern, subject) is want


async def test_memory_bus_delivers_in_order():
    bus, seen = MemoryBus(), []

    async def first(subject, message):
        seen.append(("first", subject))

    async def second(subject, message):
        seen.append(("second", message["n"]))

    await bus.subscribe("orders.>", first)
    await bus.subscribe("orders.*", second)
    await bus.publish("orders.a", {"n": 1})
    await bus.publish("orders.a.b", {"n": 2})
    await bus.publish("fills.a", {"n": 3})
    assert seen == [("first", "orders.a"), ("second", 1), ("first", "orders.a.b")]
    assert len(bus.published) == 3


async def test_closed_bus_is_silent():
    bus, seen = MemoryBus(), []

    async def handler(subject, message):
        seen.append(subject)

    await bus.subscribe(">", handler)
    await bus.close()
    await bus.publish("a", {})
    assert seen == []


class FakeNats:
    def __init__(self):
        self.sent, self.callbacks, self.drained = [], [], False

    async def publish(self, subject, data):
        self.sent.append((subject, data))

    async def subscribe(self, pattern, cb):
        self.callbacks.append(cb)

    async def drain(self):
        self.drained = True


async def test_nats_bus():
    client, seen = FakeNats(), []
    bus = NatsBus(client)

    async def handler(subject, message):
        seen.append((subject, message))

    await bus.subscribe("orders.>", handler)
    await bus.publish("orders.a", {"n": 1})
    await client.callbacks[0](SimpleNamespace(subject="orders.a", data=b'{"n": 1}'))
    await client.callbacks[0](SimpleNamespace(subject="orders.a", data=b"{"))
    await bus.close()
    assert client.sent == [("orders.a", b'{"n": 1}')]
    assert seen == [("orders.a", {"n": 1})]
    assert client.drained


def test_encode_keeps_decimals_exact():
    data = json.loads(encode({"b": Decimal("0.1000"), "a": 1}))
    assert data == {"a": 1, "b": "0.1000"}
