"""Logs, metrics and traces."""

from tradeengine.telemetry.logs import configure_logging
from tradeengine.telemetry.metrics import Metrics
from tradeengine.telemetry.tracing import build_provider

__all__ = ["Metrics", "build_provider", "configure_logging"]
