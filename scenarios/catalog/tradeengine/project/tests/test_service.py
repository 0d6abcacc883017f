from decimal import Decimal

import pytest

from tests.factories import NOON
from tradeengine.config import Settings
from tradeengine.exchanges import PaperExchange, RestExchange
from tradeengine.models import OrderStatus, Side, Signal
from tradeengine.service import build_services, limits_of
from tradeengine.storage import MemoryOrders, MongoOrders


def signal(strength, side=Side.BUY):
    return Signal("ETHUSDT", side, strength, "test", NOON, Decimal("3000"))


async def test_defaults_stay_in_the_process(settings, clock):
    services = await build_services(settings, clock)
    assert isinstance(services.exchange, PaperExchange)
    assert isinstance(services.orders, MemoryOrders)
    await services.close()


async def test_outside_parts_by_settings(clock):
    settings = Settings(exchange="rest", storage="mongo")
    services = await build_services(settings, clock)
    assert isinstance(services.exchange, RestExchange)
    assert isinstance(services.orders, MongoOrders)
    await services.close()


def test_limits_come_from_settings(settings):
    limits = limits_of(settings)
    assert limits.symbols == {"BTCUSDT", "ETHUSDT"}
    assert limits.max_notional == settings.max_notional


@pytest.mark.parametrize(
    ("strength", "want"), [(0.1, "1.6666"), (0.5, "8.3333"), (0.0, "0.1666")]
)
async def test_strength_sets_the_size(settings, clock, strength, want):
    services = await build_services(settings, clock)
    order = await services.act_on(signal(strength))
    assert order.status is OrderStatus.FILLED
    assert order.quantity == Decimal(want)


async def test_signals_meet_risk(settings, clock):
    services = await build_services(settings, clock)
    order = await services.act_on(signal(1.0))
    assert order.status is OrderStatus.REJECTED
    assert order.reason.startswith("position")
