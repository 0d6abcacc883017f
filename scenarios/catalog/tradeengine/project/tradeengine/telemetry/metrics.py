"""Prometheus metrics on a registry of their own."""

from decimal import Decimal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest

from tradeengine.models import Fill, Order, Position


class Metrics:
    """The engine's metrics; each instance counts from zero."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._orders = Counter(
            "tradeengine_orders",
            "Orders by their outcome.",
            ["symbol", "side", "status"],
            registry=self.registry,
        )
        self._notional = Counter(
            "tradeengine_traded_notional",
            "Quantity times price of all fills.",
            ["symbol"],
            registry=self.registry,
        )
        self._rejections = Counter(
            "tradeengine_risk_rejections",
            "Orders that a risk check refused.",
            ["check"],
            registry=self.registry,
        )
        self._position = Gauge(
            "tradeengine_position",
            "Signed quantity held.",
            ["symbol"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "tradeengine_request_seconds",
            "Time to answer a request.",
            ["method", "status"],
            registry=self.registry,
        )

    def order(self, order: Order) -> None:
        labels = (order.symbol, order.side.value, order.status.value)
        self._orders.labels(*labels).inc()

    def fill(self, fill: Fill) -> None:
        self._notional.labels(fill.symbol).inc(float(fill.notional))

    def rejected(self, check: str) -> None:
        self._rejections.labels(check).inc()

    def position(self, position: Position) -> None:
        self._position.labels(position.symbol).set(_number(position.quantity))

    def render(self) -> bytes:
        """The metrics in the text format."""
        return generate_latest(self.registry)


def _number(value: Decimal) -> float:
    return float(value)
