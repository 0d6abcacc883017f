"""Long random sessions on the book, checked against what must always hold."""

from decimal import Decimal
from random import Random

import pytest

from tradeengine.exchanges import OrderBook
from tradeengine.models import Side


class Session:
    """Random orders and cancellations, with its own account of quantities."""

    def __init__(self, seed):
        self.random = Random(seed)
        self.book = OrderBook("BTCUSDT")
        self.open = {}
        self.traded = Decimal(0)

    def step(self, number):
        if self.open and self.random.random() < 0.25:
            victim = self.random.choice(sorted(self.open))
            assert self.book.cancel(victim)
            del self.open[victim]
            return
        side = self.random.choice(list(Side))
        quantity = Decimal(self.random.randint(1, 40)) / 4
        price = None
        if self.random.random() < 0.9:
            price = Decimal(self.random.randint(9900, 10100)) / 100
        self.submit(f"order-{number}", side, quantity, price)

    def submit(self, order_id, side, quantity, price):
        best = self.best(side.opposite)
        matches = self.book.submit(order_id, side, quantity, price)
        if matches:
            assert matches[0].price == best
        for match in matches:
            assert price is None or (price - match.price) * side.sign >= 0
            self.open[match.maker_id] -= match.quantity
            if self.open[match.maker_id] == 0:
                del self.open[match.maker_id]
            quantity -= match.quantity
            self.traded += match.quantity
        if quantity and price is not None:
            self.open[order_id] = quantity

    def best(self, side):
        return self.book.best_bid() if side is Side.BUY else self.book.best_ask()

    def check(self):
        bid, ask = self.book.best_bid(), self.book.best_ask()
        assert bid is None or ask is None or bid < ask
        for order_id, quantity in self.open.items():
            assert self.book.remaining(order_id) == quantity


@pytest.mark.parametrize("seed", range(60))
def test_session(seed):
    session = Session(seed)
    for number in range(400):
        session.step(number)
        session.check()
    resting = sum(
        quantity for side in Side for _, quantity in session.book.depth(side, 10**6)
    )
    assert resting == sum(session.open.values()), f"seed {seed}"
    assert session.traded > 0


@pytest.mark.parametrize("seed", range(10))
def test_depth_is_sorted(seed):
    session = Session(1000 + seed)
    for number in range(300):
        session.step(number)
    bids = [price for price, _ in session.book.depth(Side.BUY, 1000)]
    asks = [price for price, _ in session.book.depth(Side.SELL, 1000)]
    assert bids == sorted(bids, reverse=True)
    assert asks == sorted(asks)
