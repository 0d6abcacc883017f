"""Numbers that sum a backtest up."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import sqrt

from tradeengine.backtest.engine import Result
from tradeengine.models.order import ZERO


@dataclass(frozen=True, slots=True)
class Report:
    """Shares are fractions of one; sharpe is per candle, not per year."""

    candles: int
    trades: int
    total_return: Decimal
    drawdown: Decimal
    sharpe: float
    fees: Decimal


def summarise(result: Result) -> Report:
    """The report of a result with at least one candle."""
    if not result.equity:
        raise ValueError("nothing to sum up")
    first, last = result.equity[0], result.equity[-1]
    return Report(
        candles=len(result.equity),
        trades=len(result.fills),
        total_return=last / first - 1,
        drawdown=drawdown(result.equity),
        sharpe=sharpe(result.equity),
        fees=result.position.fees,
    )


def drawdown(equity: Sequence[Decimal]) -> Decimal:
    """The deepest fall from a peak, as a share of that peak."""
    peak, deepest = equity[0], ZERO
    for value in equity:
        peak = max(peak, value)
        deepest = max(deepest, (peak - value) / peak)
    return deepest


def sharpe(equity: Sequence[Decimal]) -> float:
    """Mean over deviation of the steps; zero where nothing moved."""
    steps = [float(b / a) - 1 for a, b in pairwise(equity)]
    if len(steps) < 2:
        return 0.0
    mean = sum(steps) / len(steps)
    variance = sum((step - mean) ** 2 for step in steps) / (len(steps) - 1)
    return mean / sqrt(variance) if variance > 0 else 0.0
