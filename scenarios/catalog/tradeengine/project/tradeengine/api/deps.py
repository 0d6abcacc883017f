"""What the routes depend on."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from tradeengine.api.auth import verify
from tradeengine.errors import NotAuthorised
from tradeengine.service import Services

_bearer = HTTPBearer(auto_error=False)


def get_services(request: Request) -> Services:
    services = request.app.state.services
    if not isinstance(services, Services):
        raise TypeError("the application was not started")
    return services


ServicesDep = Annotated[Services, Depends(get_services)]
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def needs(scope: str) -> Callable[[ServicesDep, Credentials], str]:
    """A dependency that lets only tokens with scope through."""

    def check(services: ServicesDep, credentials: Credentials) -> str:
        if credentials is None:
            raise NotAuthorised("a bearer token is needed")
        return verify(
            services.settings.token_secret.get_secret_value(),
            credentials.credentials,
            scope,
            services.clock.now(),
        )

    return check


Reader = Annotated[str, Depends(needs("read"))]
Trader = Annotated[str, Depends(needs("trade"))]
