from decimal import Decimal

import pytest

from tests.factories import fill, order
from tradeengine.models import OrderStatus, OrderType, Side


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": Decimal("0")},
        {"price": None},
        {"price": Decimal("-1")},
        {"type": OrderType.MARKET},
        {"filled": Decimal("3")},
    ],
)
def test_invalid_orders(changes):
    with pytest.raises(ValueError):
        order(**changes)


def test_sides():
    assert Side.BUY.opposite is Side.SELL
    assert Side.SELL.opposite is Side.BUY
    assert Side.BUY.sign + Side.SELL.sign == 0


def test_fills_add_up():
    got = order().with_fill(fill(quantity=Decimal("0.5"), price=Decimal("99")))
    assert got.status is OrderStatus.PARTIAL
    assert got.remaining == Decimal("1.5")
    got = got.with_fill(fill(quantity=Decimal("1.5"), price=Decimal("95")))
    assert got.status is OrderStatus.FILLED
    assert got.average_price == Decimal("96")


def test_no_price_without_fills():
    assert order().average_price is None


def test_fill_of_another_order():
    with pytest.raises(ValueError):
        order().with_fill(fill(order_id="order-2"))


def test_final_states():
    final = {status for status in OrderStatus if status.final}
    assert final == {
        OrderStatus.FILLED,
        OrderStatus.CANCELLED,
        OrderStatus.REJECTED,
    }
