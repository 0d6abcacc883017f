"""What the engine asks of its storage."""

from typing import Protocol

from tradeengine.models import Order, OrderStatus, Position


class OrderStore(Protocol):
    """Keeps the latest version of each order."""

    async def save(self, order: Order) -> None:
        ...

    async def get(self, order_id: str) -> Order | None:
        ...

    async def find(
        self, symbol: str | None = None, status: OrderStatus | None = None
    ) -> list[Order]:
        """Orders that match, oldest first."""
        ...


class PositionStore(Protocol):
    """Keeps one position per symbol; an unknown symbol is flat."""

    async def save(self, position: Position) -> None:
        ...

    async def get(self, symbol: str) -> Position:
        ...

    async def all(self) -> list[Position]:
        ...
