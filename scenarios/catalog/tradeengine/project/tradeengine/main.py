"""The application that uvicorn serves."""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from time import perf_counter

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tradeengine import __version__
from tradeengine.api import router
from tradeengine.clock import Clock
from tradeengine.config import Settings, get_settings
from tradeengine.errors import (
    EngineError,
    InvalidTransition,
    NotAuthorised,
    UnknownOrder,
)
from tradeengine.service import build_services
from tradeengine.telemetry import configure_logging

_STATUS: dict[type[EngineError], int] = {
    UnknownOrder: 404,
    InvalidTransition: 409,
    NotAuthorised: 401,
}


async def answer_error(_: Request, error: Exception) -> Response:
    """An engine's error as a small JSON object."""
    code = 502
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            code = status
    return JSONResponse({"detail": str(error)}, status_code=code)


async def measure(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    """Time each request."""
    start = perf_counter()
    response = await call_next(request)
    seconds = perf_counter() - start
    histogram = request.app.state.services.metrics.request_seconds
    histogram.labels(request.method, str(response.status_code)).observe(seconds)
    return response


def create_app(settings: Settings | None = None, clock: Clock | None = None) -> FastAPI:
    """The application; its parts are built when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        chosen = settings or get_settings()
        configure_logging(chosen.log_level, sys.stdout)
        app.state.services = await build_services(chosen, clock)
        yield
        await app.state.services.close()

    app = FastAPI(title="tradeengine", version=__version__, lifespan=lifespan)
    app.include_router(router)
    app.add_exception_handler(EngineError, answer_error)
    app.middleware("http")(measure)
    return app


app = create_app()
