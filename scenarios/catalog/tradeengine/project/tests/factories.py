"""Values for tests, with defaults that a test may overrule."""

from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from tradeengine.models import Candle, Fill, Order, OrderType, Side

NOON = datetime(2025, 3, 3, 12, tzinfo=timezone.utc)


def order(**changes: Any) -> Order:
    values: dict[str, Any] = {
        "id": "order-1",
        "symbol": "BTCUSDT",
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "quantity": Decimal("2"),
        "price": Decimal("100"),
        "created": NOON,
    }
    return Order(**{**values, **changes})


def fill(**changes: Any) -> Fill:
    values: dict[str, Any] = {
        "order_id": "order-1",
        "symbol": "BTCUSDT",
        "side": Side.BUY,
        "quantity": Decimal("1"),
        "price": Decimal("100"),
        "fee": Decimal("0"),
        "at": NOON,
    }
    return Fill(**{**values, **changes})


def candle(close: str, **changes: Any) -> Candle:
    price = Decimal(close)
    values: dict[str, Any] = {
        "symbol": "BTCUSDT",
        "start": NOON,
        "open": price,
        "high": price,
        "low": price,
        "close": price,
        "volume": Decimal("1"),
    }
    return Candle(**{**values, **changes})
