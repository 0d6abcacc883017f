"""A bus inside one process."""

from tradeengine.messaging.base import Handler, Message, matches


class MemoryBus:
    """Delivers at once, in the order of subscription, and keeps a record."""

    def __init__(self) -> None:
        self.published: list[tuple[str, Message]] = []
        self._handlers: list[tuple[str, Handler]] = []

    async def publish(self, subject: str, message: Message) -> None:
        self.published.append((subject, message))
        for pattern, handler in list(self._handlers):
            if matches(pattern, subject):
                await handler(subject, message)

    async def subscribe(self, pattern: str, handler: Handler) -> None:
        self._handlers.append((pattern, handler))

    async def close(self) -> None:
        self._handlers.clear()
