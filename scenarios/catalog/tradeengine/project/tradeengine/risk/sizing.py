"""How much to trade."""

from decimal import ROUND_DOWN, Decimal

_STEP = Decimal("0.0001")


def fixed_fraction(equity: Decimal, fraction: Decimal, price: Decimal) -> Decimal:
    """The quantity that fraction of equity buys, rounded down to a step."""
    if not 0 < fraction <= 1:
        raise ValueError("fraction must lie above 0 and up to 1")
    return _round(equity * fraction / price)


def volatility_target(
    equity: Decimal, target: Decimal, average_range: Decimal, cap: Decimal
) -> Decimal:
    """The quantity whose average range moves equity by target, up to cap.

    Without a range there is nothing to size by, and the answer is zero.
    """
    if average_range <= 0:
        return Decimal(0)
    return min(_round(equity * target / average_range), cap)


def _round(quantity: Decimal) -> Decimal:
    return max(quantity, Decimal(0)).quantize(_STEP, rounding=ROUND_DOWN)
