import json
from decimal import Decimal

import httpx
import pytest

from tests.factories import order
from tradeengine.errors import ExchangeError
from tradeengine.exchanges import RestExchange
from tradeengine.models import OrderType


def exchange(clock, handler):
    client = httpx.AsyncClient(
        transport=httpx.MockTransport(handler), base_url="http://exchange.test"
    )
    return RestExchange(client, "key", "secret", clock)


def answering(status, body):
    return lambda request: httpx.Response(status, text=json.dumps(body))


async def test_place_signs_and_reads_fills(clock):
    seen = []

    def handler(request):
        seen.append(request)
        row = {"quantity": "1.5", "price": "99.5", "fee": "0.1"}
        return httpx.Response(200, json={"fills": [row]})

    rest = exchange(clock, handler)
    (fill,) = await rest.place(order())
    assert (fill.quantity, fill.price) == (Decimal("1.5"), Decimal("99.5"))
    params = dict(seen[0].url.params)
    signature = params.pop("signature")
    assert signature == rest.sign(params)
    assert seen[0].headers["X-Api-Key"] == "key"
    assert params["price"] == "100"
    await rest.close()


async def test_market_order_sends_no_price(clock):
    def handler(request):
        assert "price" not in request.url.params
        return httpx.Response(200, json={})

    market = order(type=OrderType.MARKET, price=None)
    assert await exchange(clock, handler).place(market) == []


async def test_cancel_and_price(clock):
    rest = exchange(clock, answering(200, {"cancelled": True, "price": "7.25"}))
    assert await rest.cancel(order())
    assert await rest.price("BTCUSDT") == Decimal("7.25")


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, {}), (200, []), (200, {"price": "cheap"}), (200, {})],
)
async def test_bad_answers(clock, status, body):
    with pytest.raises(ExchangeError):
        await exchange(clock, answering(status, body)).price("BTCUSDT")


async def test_connection_error(clock):
    def handler(request):
        raise httpx.ConnectError("refused")

    with pytest.raises(ExchangeError, match="refused"):
        await exchange(clock, handler).price("BTCUSDT")


def test_signature_depends_on_order(clock):
    rest = exchange(clock, answering(200, {}))
    assert rest.sign({"a": "1", "b": "2"}) != rest.sign({"b": "2", "a": "1"})
    assert len(rest.sign({})) == 64
