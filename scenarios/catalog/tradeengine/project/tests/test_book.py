from decimal import Decimal

import pytest

from tradeengine.exchanges import OrderBook
from tradeengine.models import Side


@pytest.fixture
def book():
    book = OrderBook("BTCUSDT")
    book.submit("ask-1", Side.SELL, Decimal("1"), Decimal("101"))
    book.submit("ask-2", Side.SELL, Decimal("2"), Decimal("101"))
    book.submit("ask-3", Side.SELL, Decimal("1"), Decimal("102"))
    book.submit("bid-1", Side.BUY, Decimal("4"), Decimal("99"))
    return book


def test_best_prices(book):
    assert (book.best_bid(), book.best_ask()) == (99, 101)
    assert book.mid() == 100


def test_empty_book():
    book = OrderBook("BTCUSDT")
    assert book.mid() is None
    assert book.submit("m", Side.BUY, Decimal("1"), None) == []


def test_time_priority(book):
    matches = book.submit("taker", Side.BUY, Decimal("2"), Decimal("101"))
    assert [(m.maker_id, m.quantity) for m in matches] == [("ask-1", 1), ("ask-2", 1)]


def test_price_priority(book):
    matches = book.submit("taker", Side.BUY, Decimal("4"), None)
    assert [m.price for m in matches] == [101, 101, 102]
    assert book.best_ask() is None
    assert book.last == 102


def test_limit_rests(book):
    assert book.submit("bid-2", Side.BUY, Decimal("1"), Decimal("100")) == []
    assert book.best_bid() == 100
    assert book.remaining("bid-2") == 1


def test_market_order_never_rests(book):
    book.submit("taker", Side.SELL, Decimal("9"), None)
    assert book.best_bid() is None
    assert book.remaining("taker") == 0


def test_depth_sums_levels(book):
    assert book.depth(Side.SELL, 5) == [(101, 3), (102, 1)]
    assert book.depth(Side.SELL, 1) == [(101, 3)]


def test_cancel(book):
    assert book.cancel("bid-1")
    assert not book.cancel("bid-1")
    assert book.best_bid() is None


def test_order_id_is_unique(book):
    with pytest.raises(ValueError):
        book.submit("bid-1", Side.BUY, Decimal("1"), Decimal("50"))


def test_quantity_is_above_zero(book):
    with pytest.raises(ValueError):
        book.submit("zero", Side.BUY, Decimal("0"), None)
