"""Fixtures that several tests share."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient

from tests.factories import NOON
from tradeengine.api.auth import issue
from tradeengine.clock import ManualClock
from tradeengine.config import Settings
from tradeengine.exchanges import PaperExchange
from tradeengine.main import create_app


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def settings() -> Settings:
    return Settings(symbols=("BTCUSDT", "ETHUSDT"))


@pytest.fixture
def paper(clock: ManualClock) -> PaperExchange:
    exchange = PaperExchange(clock, fee_rate=Decimal("0.001"))
    exchange.set_price("BTCUSDT", Decimal("100"))
    return exchange


@pytest.fixture
def client(settings: Settings, clock: ManualClock) -> Iterator[TestClient]:
    """The application with a token that may read and trade."""
    secret = settings.token_secret.get_secret_value()
    token = issue(secret, "tester", ["read", "trade"], NOON, timedelta(hours=1))
    with TestClient(create_app(settings, clock)) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
