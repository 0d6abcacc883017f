from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.factories import NOON, order
from tradeengine.errors import RiskRejected
from tradeengine.models import OrderType, Position, Side
from tradeengine.risk import Exposure, Limits, RiskManager

LIMITS = Limits(
    max_notional=Decimal("1000"),
    max_position=Decimal("5"),
    max_open_orders=3,
    max_daily_loss=Decimal("100"),
    symbols=frozenset({"BTCUSDT"}),
)
FLAT = Exposure(Position("BTCUSDT"), 0, Decimal("100"))


def refused(given, exposure=FLAT, manager=None):
    try:
        (manager or RiskManager(LIMITS)).check(given, exposure)
    except RiskRejected as error:
        return error.check
    return None


def holding(quantity):
    return replace(FLAT, position=Position("BTCUSDT", Decimal(quantity)))


@pytest.mark.parametrize(
    ("given", "exposure", "want"),
    [
        (order(), FLAT, None),
        (order(symbol="ETHUSDT"), FLAT, "symbol"),
        (order(), replace(FLAT, open_orders=3), "open-orders"),
        (order(price=Decimal("500")), FLAT, None),
        (order(price=Decimal("500.01")), FLAT, "notional"),
        (order(quantity=Decimal("6")), FLAT, "position"),
        (order(), holding("3"), None),
        (order(), holding("4"), "position"),
        (order(side=Side.SELL), holding("9"), None),
        (order(side=Side.SELL), holding("-4"), "position"),
    ],
)
def test_checks(given, exposure, want):
    assert refused(given, exposure) == want


def test_market_order_is_valued_at_the_last_price():
    market = order(type=OrderType.MARKET, price=None)
    assert refused(market, replace(FLAT, price=Decimal("501"))) == "notional"


def test_daily_loss_lets_positions_shrink():
    manager = RiskManager(LIMITS)
    manager.record(NOON.date(), Decimal("-100"))
    assert refused(order(), manager=manager) is None
    manager.record(NOON.date(), Decimal("-0.01"))
    assert refused(order(), manager=manager) == "daily-loss"
    smaller = order(side=Side.SELL)
    assert refused(smaller, holding("2"), manager) is None


def test_a_new_day_forgets():
    manager = RiskManager(LIMITS)
    manager.record(NOON.date(), Decimal("-500"))
    tomorrow = order(created=NOON + timedelta(days=1))
    assert refused(tomorrow, manager=manager) is None
    manager.record(tomorrow.created.date(), Decimal("-1"))
    assert refused(tomorrow, manager=manager) is None
