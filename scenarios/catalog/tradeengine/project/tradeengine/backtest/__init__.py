"""Strategies against candles, without a market."""

from tradeengine.backtest.engine import Backtest
from tradeengine.backtest.report import Report, summarise
from tradeengine.backtest.series import Walk, candles

__all__ = ["Backtest", "Report", "Walk", "candles", "summarise"]
