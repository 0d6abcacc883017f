from decimal import Decimal
from random import Random

import pytest

from tradeengine.risk import fixed_fraction, volatility_target


def test_fixed_fraction_rounds_down():
    got = fixed_fraction(Decimal("1000"), Decimal("0.1"), Decimal("3"))
    assert got == Decimal("33.3333")


@pytest.mark.parametrize("fraction", ["0", "-0.1", "1.01"])
def test_fraction_has_bounds(fraction):
    with pytest.raises(ValueError):
        fixed_fraction(Decimal("1"), Decimal(fraction), Decimal("1"))


def test_volatility_target():
    size = volatility_target(
        Decimal("10000"), Decimal("0.01"), Decimal("4"), Decimal("100")
    )
    assert size == 25
    capped = volatility_target(
        Decimal("10000"), Decimal("0.01"), Decimal("0.1"), Decimal("100")
    )
    assert capped == 100


def test_no_range_no_trade():
    zero = Decimal(0)
    assert volatility_target(Decimal("1"), Decimal("1"), zero, Decimal("9")) == 0


def test_never_more_than_the_money():
    random = Random(7)
    for _ in range(5000):
        equity = Decimal(random.randint(1, 10**7)) / 100
        fraction = Decimal(random.randint(1, 100)) / 100
        price = Decimal(random.randint(1, 10**6)) / 100
        size = fixed_fraction(equity, fraction, price)
        assert 0 <= size * price <= equity * fraction
