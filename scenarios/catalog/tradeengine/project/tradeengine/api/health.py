"""Liveness, readiness and metrics."""

from fastapi import APIRouter, Response

from tradeengine import __version__
from tradeengine.api.deps import ServicesDep
from tradeengine.api.schemas import Health
from tradeengine.errors import ExchangeError

router = APIRouter()


@router.get("/health")
async def health(services: ServicesDep) -> Health:
    return Health(
        status="ok",
        version=__version__,
        environment=services.settings.environment,
    )


@router.get("/ready")
async def ready(services: ServicesDep, response: Response) -> dict[str, str]:
    """Ask the exchange for a price of each symbol."""
    answer = {}
    for symbol in services.settings.symbols:
        try:
            answer[symbol] = str(await services.exchange.price(symbol))
        except ExchangeError as error:
            answer[symbol] = str(error)
            response.status_code = 503
    return answer


@router.get("/metrics")
async def metrics(services: ServicesDep) -> Response:
    return Response(services.metrics.render(), media_type="text/plain; version=0.0.4")
