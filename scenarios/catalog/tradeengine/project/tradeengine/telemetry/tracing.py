"""OpenTelemetry traces."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor, SpanExporter
from opentelemetry.trace import Span, Status, StatusCode, Tracer

from tradeengine import __version__


def build_provider(environment: str, exporter: SpanExporter | None) -> TracerProvider:
    """A provider that names this service; without exporter it drops spans."""
    resource = Resource.create(
        {
            "service.name": "tradeengine",
            "service.version": __version__,
            "deployment.environment": environment,
        }
    )
    provider = TracerProvider(resource=resource)
    if exporter is not None:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


@contextmanager
def traced(tracer: Tracer, name: str, **attributes: str) -> Iterator[Span]:
    """A span around a block; an exception marks it as failed."""
    with tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False
    ) as span:
        try:
            yield span
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR, str(error)))
            raise


def default_tracer() -> Tracer:
    """The tracer of whatever provider the process has."""
    return trace.get_tracer("tradeengine", __version__)
