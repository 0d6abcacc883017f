"""An exchange behind a signed HTTP interface."""

import hashlib
import hmac
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

import httpx

from tradeengine.clock import Clock
from tradeengine.errors import ExchangeError
from tradeengine.models import Fill, Order, OrderType


class RestExchange:
    """Talks to an exchange with HMAC-signed requests."""

    def __init__(
        self, client: httpx.AsyncClient, key: str, secret: str, clock: Clock
    ) -> None:
        self._client = client
        self._key = key
        self._secret = secret.encode()
        self._clock = clock

    async def place(self, order: Order) -> list[Fill]:
        params = {
            "clientOrderId": order.id,
            "symbol": order.symbol,
            "side": order.side.value,
            "type": order.type.value,
            "quantity": str(order.quantity),
        }
        if order.type is OrderType.LIMIT:
            params["price"] = str(order.price)
        answer = await self._call("POST", "/v1/orders", params)
        return [self._fill(order, row) for row in answer.get("fills", [])]

    async def cancel(self, order: Order) -> bool:
        answer = await self._call("DELETE", f"/v1/orders/{order.id}", {})
        return bool(answer.get("cancelled"))

    async def price(self, symbol: str) -> Decimal:
        answer = await self._call("GET", "/v1/price", {"symbol": symbol})
        return _decimal(answer, "price")

    async def close(self) -> None:
        await self._client.aclose()

    def sign(self, params: dict[str, str]) -> str:
        """The hex HMAC-SHA256 of the parameters in their order."""
        message = urlencode(params).encode()
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()

    async def _call(
        self, method: str, path: str, params: dict[str, str]
    ) -> dict[str, Any]:
        stamped = dict(params)
        stamped["timestamp"] = str(int(self._clock.now().timestamp() * 1000))
        stamped["signature"] = self.sign(stamped)
        try:
            response = await self._client.request(
                method, path, params=stamped, headers={"X-Api-Key": self._key}
            )
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ExchangeError(f"{method} {path}: {error}") from error
        if not isinstance(answer, dict):
            raise ExchangeError(f"{method} {path}: the answer is no object")
        return answer

    def _fill(self, order: Order, row: dict[str, Any]) -> Fill:
        return Fill(
            order_id=order.id,
            symbol=order.symbol,
            side=order.side,
            quantity=_decimal(row, "quantity"),
            price=_decimal(row, "price"),
            fee=_decimal(row, "fee"),
            at=self._clock.now(),
        )


def _decimal(row: dict[str, Any], name: str) -> Decimal:
    try:
        return Decimal(str(row[name]))
    except (KeyError, InvalidOperation) as error:
        raise ExchangeError(f"no number {name} in the answer") from error
