"""An exchange in memory, with a market maker that quotes around a price."""

from decimal import Decimal
from itertools import count

from tradeengine.clock import Clock
from tradeengine.errors import ExchangeError
from tradeengine.exchanges.book import OrderBook
from tradeengine.models import Fill, Order, Side

_TICK = Decimal("0.01")


class PaperExchange:
    """Fills orders against quotes that follow the last price set."""

    def __init__(
        self,
        clock: Clock,
        fee_rate: Decimal,
        spread: Decimal = Decimal("0.0002"),
        levels: int = 5,
        size: Decimal = Decimal("25"),
    ) -> None:
        self._clock = clock
        self._fee_rate = fee_rate
        self._spread = spread
        self._levels = levels
        self._size = size
        self._books: dict[str, OrderBook] = {}
        self._prices: dict[str, Decimal] = {}
        self._quotes: dict[str, list[str]] = {}
        self._ids = count(1)

    def set_price(self, symbol: str, price: Decimal) -> None:
        """Move the market maker's quotes of symbol around price."""
        if price <= 0:
            raise ValueError("price must be above zero")
        book = self._books.setdefault(symbol, OrderBook(symbol))
        for quote in self._quotes.get(symbol, []):
            book.cancel(quote)
        self._prices[symbol] = price
        quotes = []
        step = max(price * self._spread, _TICK).quantize(_TICK)
        for level in range(1, self._levels + 1):
            for side in Side:
                quote = f"maker-{next(self._ids)}"
                offset = step * level * -side.sign
                book.submit(quote, side, self._size, price + offset)
                quotes.append(quote)
        self._quotes[symbol] = quotes

    def book(self, symbol: str) -> OrderBook:
        try:
            return self._books[symbol]
        except KeyError:
            raise ExchangeError(f"no market for {symbol}") from None

    async def place(self, order: Order) -> list[Fill]:
        matches = self.book(order.symbol).submit(
            order.id, order.side, order.quantity, order.price
        )
        return [
            Fill(
                order_id=order.id,
                symbol=order.symbol,
                side=order.side,
                quantity=match.quantity,
                price=match.price,
                fee=match.quantity * match.price * self._fee_rate,
                at=self._clock.now(),
            )
            for match in matches
        ]

    async def cancel(self, order: Order) -> bool:
        return self.book(order.symbol).cancel(order.id)

    async def price(self, symbol: str) -> Decimal:
        try:
            return self._prices[symbol]
        except KeyError:
            raise ExchangeError(f"no price for {symbol}") from None

    async def close(self) -> None:
        self._books.clear()
        self._prices.clear()
        self._quotes.clear()
