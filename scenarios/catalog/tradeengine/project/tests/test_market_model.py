from decimal import Decimal

import pytest

from tests.factories import NOON, candle
from tradeengine.models import Side, Signal


@pytest.mark.parametrize(
    "changes",
    [
        {"low": Decimal("11")},
        {"high": Decimal("9")},
        {"low": Decimal("0")},
        {"volume": Decimal("-1")},
    ],
)
def test_impossible_candles(changes):
    with pytest.raises(ValueError):
        candle("10", **changes)


def test_typical_price():
    got = candle("10", high=Decimal("12"), low=Decimal("8")).typical
    assert got == Decimal("10")


@pytest.mark.parametrize("strength", [-0.1, 1.1])
def test_strength_has_bounds(strength):
    with pytest.raises(ValueError):
        Signal("BTCUSDT", Side.BUY, strength, "test", NOON, Decimal("1"))
