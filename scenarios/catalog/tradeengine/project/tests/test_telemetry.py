import io
import json
import logging
from decimal import Decimal

import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from tests.factories import fill, order
from tradeengine.models import Position
from tradeengine.telemetry import Metrics, build_provider, configure_logging
from tradeengine.telemetry.tracing import traced


@pytest.fixture
def lines():
    """What is logged at level INFO, as parsed objects."""
    stream = io.StringIO()
    configure_logging("INFO", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()


def test_logs_are_json(lines):
    log = structlog.get_logger()
    log.info("order placed", order="o-1")
    log.debug("not shown")
    (line,) = lines()
    assert (line["event"], line["order"], line["level"]) == (
        "order placed",
        "o-1",
        "info",
    )
    assert logging.getLevelName("INFO") == logging.INFO


@pytest.mark.parametrize("key", ["secret", "api_token", "Password", "signature"])
def test_secrets_are_masked(lines, key):
    structlog.get_logger().info("login", **{key: "hunter2"})
    assert lines()[0][key] == "***"


def test_metrics():
    metrics = Metrics()
    metrics.order(order())
    metrics.fill(fill(quantity=Decimal("2"), price=Decimal("3")))
    metrics.fill(fill(quantity=Decimal("1"), price=Decimal("4")))
    metrics.position(Position("BTCUSDT", Decimal("-1.5")))
    text = metrics.render().decode()
    assert 'tradeengine_traded_notional_total{symbol="BTCUSDT"} 10.0' in text
    assert 'tradeengine_position{symbol="BTCUSDT"} -1.5' in text


def test_metrics_do_not_share():
    first, second = Metrics(), Metrics()
    first.rejected("notional")
    assert b'check="notional"' in first.render()
    assert b'check="notional"' not in second.render()


def test_spans_carry_the_service():
    exporter = InMemorySpanExporter()
    tracer = build_provider("staging", exporter).get_tracer("test")
    with traced(tracer, "work", symbol="BTCUSDT"):
        pass
    with pytest.raises(KeyError), traced(tracer, "broken"):
        raise KeyError("gone")
    good, bad = exporter.get_finished_spans()
    assert good.attributes["symbol"] == "BTCUSDT"
    assert good.resource.attributes["service.name"] == "tradeengine"
    assert good.resource.attributes["deployment.environment"] == "staging"
    assert bad.status.status_code is StatusCode.ERROR


def test_provider_without_exporter():
    tracer = build_provider("development", None).get_tracer("test")
    with traced(tracer, "work") as span:
        assert span.is_recording()
