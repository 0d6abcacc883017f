"""Storage that forgets at exit."""

from tradeengine.models import Order, OrderStatus, Position


class MemoryOrders:
    """Orders in a dictionary."""

    def __init__(self) -> None:
        self._orders: dict[str, Order] = {}

    async def save(self, order: Order) -> None:
        self._orders[order.id] = order

    async def get(self, order_id: str) -> Order | None:
        return self._orders.get(order_id)

    async def find(
        self, symbol: str | None = None, status: OrderStatus | None = None
    ) -> list[Order]:
        found = [
            order
            for order in self._orders.values()
            if symbol in (None, order.symbol) and status in (None, order.status)
        ]
        return sorted(found, key=lambda order: (order.created, order.id))


class MemoryPositions:
    """Positions in a dictionary."""

    def __init__(self) -> None:
        self._positions: dict[str, Position] = {}

    async def save(self, position: Position) -> None:
        self._positions[position.symbol] = position

    async def get(self, symbol: str) -> Position:
        return self._positions.get(symbol, Position(symbol))

    async def all(self) -> list[Position]:
        return [self._positions[symbol] for symbol in sorted(self._positions)]
