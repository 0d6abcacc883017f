"""Strategies, and the one place that knows their names."""

from collections.abc import Callable

from tradeengine.strategies.base import Strategy
from tradeengine.strategies.breakout import Breakout
from tradeengine.strategies.crossover import Crossover
from tradeengine.strategies.reversion import Reversion

STRATEGIES: dict[str, Callable[[str], Strategy]] = {
    "breakout": Breakout,
    "crossover": Crossover,
    "reversion": Reversion,
}


def build_strategy(name: str, symbol: str) -> Strategy:
    """The strategy called name with its default parameters."""
    try:
        return STRATEGIES[name](symbol)
    except KeyError:
        known = ", ".join(sorted(STRATEGIES))
        raise ValueError(f"unknown strategy {name!r}, one of {known}") from None


__all__ = [
    "STRATEGIES",
    "Breakout",
    "Crossover",
    "Reversion",
    "Strategy",
    "build_strategy",
]
