from decimal import Decimal
from random import Random

import pytest

from tests.factories import fill
from tradeengine.models import Position, Side


def trade(position, side, quantity, price, fee="0"):
    return position.apply(
        fill(
            side=side,
            quantity=Decimal(quantity),
            price=Decimal(price),
            fee=Decimal(fee),
        )
    )


def test_extend_averages_the_entry():
    got = trade(Position("BTCUSDT"), Side.BUY, "1", "100")
    got = trade(got, Side.BUY, "3", "104")
    assert (got.quantity, got.entry) == (Decimal("4"), Decimal("103"))


def test_reduce_keeps_the_entry():
    got = trade(Position("BTCUSDT"), Side.BUY, "2", "100")
    got = trade(got, Side.SELL, "1", "110")
    assert (got.quantity, got.entry, got.realised) == (1, 100, 10)


def test_turn_enters_at_the_new_price():
    got = trade(Position("BTCUSDT"), Side.SELL, "2", "100")
    got = trade(got, Side.BUY, "5", "90")
    assert (got.quantity, got.entry, got.realised) == (3, 90, 20)


def test_close_is_flat():
    got = trade(Position("BTCUSDT"), Side.SELL, "2", "100", fee="1")
    got = trade(got, Side.BUY, "2", "105", fee="1")
    assert got.flat
    assert (got.entry, got.realised, got.fees) == (0, -10, 2)


def test_other_symbol():
    with pytest.raises(ValueError):
        Position("ETHUSDT").apply(fill())


@pytest.mark.parametrize("seed", range(150))
def test_profit_equals_cash_flow(seed):
    """Realised and unrealised profit is what cash and holding are worth."""
    random = Random(seed)
    position, cash = Position("BTCUSDT"), Decimal(0)
    for _ in range(200):
        side = random.choice(list(Side))
        quantity = Decimal(random.randint(1, 50)) / 10
        price = Decimal(random.randint(5000, 15000)) / 100
        position = trade(position, side, quantity, price)
        cash -= side.sign * quantity * price
        last = price
    profit = position.realised + position.unrealised(last)
    worth = cash + position.quantity * last
    assert abs(profit - worth) < Decimal("1e-15"), f"seed {seed}"
