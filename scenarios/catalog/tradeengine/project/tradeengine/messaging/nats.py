"""A bus on NATS."""

import json
from typing import Any

import structlog
from nats.aio.client import Client

from tradeengine.messaging.base import Handler, Message

_log = structlog.get_logger(__name__)


class NatsBus:
    """Publishes through a connected NATS client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    async def connect(cls, url: str) -> "NatsBus":
        client = Client()
        await client.connect(servers=[url], name="tradeengine")
        return cls(client)

    async def publish(self, subject: str, message: Message) -> None:
        await self._client.publish(subject, encode(message))

    async def subscribe(self, pattern: str, handler: Handler) -> None:
        async def deliver(raw: Any) -> None:
            try:
                message = json.loads(raw.data)
            except ValueError:
                _log.warning("message dropped", subject=raw.subject)
                return
            await handler(raw.subject, message)

        await self._client.subscribe(pattern, cb=deliver)

    async def close(self) -> None:
        await self._client.drain()


def encode(message: Message) -> bytes:
    """The message as JSON; what JSON does not know becomes text."""
    return json.dumps(message, default=str, sort_keys=True).encode()
