from decimal import Decimal

import pytest

from tests.factories import NOON, order
from tradeengine.errors import ExchangeError
from tradeengine.models import OrderType, Side


def market(quantity, side=Side.BUY):
    return order(
        type=OrderType.MARKET, price=None, quantity=Decimal(quantity), side=side
    )


async def test_market_order_pays_the_spread(paper):
    (fill,) = await paper.place(market("1"))
    assert fill.price == Decimal("100.02")
    assert fill.fee == Decimal("0.10002")
    assert fill.at == NOON


async def test_large_order_walks_the_levels(paper):
    fills = await paper.place(market("60", Side.SELL))
    assert [f.quantity for f in fills] == [25, 25, 10]
    assert [f.price for f in fills] == sorted((f.price for f in fills), reverse=True)


async def test_quotes_follow_the_price(paper):
    paper.set_price("BTCUSDT", Decimal("200"))
    assert paper.book("BTCUSDT").mid() == 200
    assert await paper.price("BTCUSDT") == 200
    assert len(paper.book("BTCUSDT").depth(Side.BUY, 99)) == 5


async def test_resting_order_can_be_cancelled(paper):
    resting = order(price=Decimal("50"))
    assert await paper.place(resting) == []
    assert await paper.cancel(resting)
    assert not await paper.cancel(resting)


async def test_unknown_market(paper):
    with pytest.raises(ExchangeError):
        await paper.price("DOGEUSDT")
    with pytest.raises(ExchangeError):
        await paper.place(order(symbol="DOGEUSDT"))


async def test_price_is_above_zero(paper):
    with pytest.raises(ValueError):
        paper.set_price("BTCUSDT", Decimal("0"))


async def test_close_forgets(paper):
    await paper.close()
    with pytest.raises(ExchangeError):
        await paper.price("BTCUSDT")
