"""What the engine asks of an exchange."""

from decimal import Decimal
from typing import Protocol

from tradeengine.models import Fill, Order


class Exchange(Protocol):
    """An exchange that takes orders. Every call may raise ExchangeError."""

    async def place(self, order: Order) -> list[Fill]:
        """Send order and return what traded at once."""
        ...

    async def cancel(self, order: Order) -> bool:
        """Take order off the book; False when it no longer rests there."""
        ...

    async def price(self, symbol: str) -> Decimal:
        """The last known price of symbol."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...
