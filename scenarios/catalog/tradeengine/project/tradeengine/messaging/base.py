"""What the engine asks of a message bus."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

Message = dict[str, Any]
Handler = Callable[[str, Message], Awaitable[None]]


class Bus(Protocol):
    """Publishes JSON objects under dotted subjects."""

    async def publish(self, subject: str, message: Message) -> None:
        ...

    async def subscribe(self, pattern: str, handler: Handler) -> None:
        """Call handler for each subject that matches; see matches."""
        ...

    async def close(self) -> None:
        ...


def matches(pattern: str, subject: str) -> bool:
    """Tell whether subject fits pattern: * is one token, > is the rest."""
    wanted, given = pattern.split("."), subject.split(".")
    for index, token in enumerate(wanted):
        if token == ">":
            return len(given) > index
        if index >= len(given) or token not in ("*", given[index]):
            return False
    return len(wanted) == len(given)
