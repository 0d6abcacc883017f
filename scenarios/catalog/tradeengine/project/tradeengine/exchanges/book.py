"""A limit order book with price-time priority."""

from bisect import insort
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tradeengine.models import Side
from tradeengine.models.order import ZERO


@dataclass(slots=True)
class Resting:
    """An order that waits in the book."""

    order_id: str
    side: Side
    price: Decimal
    remaining: Decimal


@dataclass(frozen=True, slots=True)
class Match:
    """A trade between a resting order and one that came in."""

    maker_id: str
    taker_id: str
    price: Decimal
    quantity: Decimal


class _Ladder:
    """One side of the book; the best price stands first."""

    def __init__(self, side: Side) -> None:
        # Keys are negated for bids, so that the best price sorts first.
        self._sign = -side.sign
        self._keys: list[Decimal] = []
        self._levels: dict[Decimal, deque[Resting]] = {}

    def add(self, order: Resting) -> None:
        key = order.price * self._sign
        level = self._levels.get(key)
        if level is None:
            insort(self._keys, key)
            level = self._levels[key] = deque()
        level.append(order)

    def remove(self, order: Resting) -> None:
        key = order.price * self._sign
        level = self._levels[key]
        level.remove(order)
        if not level:
            del self._levels[key]
            self._keys.remove(key)

    def best(self) -> Resting | None:
        return self._levels[self._keys[0]][0] if self._keys else None

    def __iter__(self) -> Iterator[tuple[Decimal, Decimal]]:
        for key in self._keys:
            total = sum((o.remaining for o in self._levels[key]), ZERO)
            yield key * self._sign, total


class OrderBook:
    """Matches orders of one symbol. Not safe for concurrent use."""

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.last: Decimal | None = None
        self._sides = {side: _Ladder(side) for side in Side}
        self._resting: dict[str, Resting] = {}

    def best_bid(self) -> Decimal | None:
        best = self._sides[Side.BUY].best()
        return best.price if best else None

    def best_ask(self) -> Decimal | None:
        best = self._sides[Side.SELL].best()
        return best.price if best else None

    def mid(self) -> Decimal | None:
        """Half way between the best prices, or None for a one-sided book."""
        bid, ask = self.best_bid(), self.best_ask()
        return None if bid is None or ask is None else (bid + ask) / 2

    def depth(self, side: Side, levels: int) -> list[tuple[Decimal, Decimal]]:
        """Price and quantity of the best levels."""
        return [level for level, _ in zip(self._sides[side], range(levels))]

    def remaining(self, order_id: str) -> Decimal:
        """What of the order still rests; zero when it does not."""
        order = self._resting.get(order_id)
        return order.remaining if order else ZERO

    def submit(
        self, order_id: str, side: Side, quantity: Decimal, price: Decimal | None
    ) -> list[Match]:
        """Match an order; the rest of a limit order goes into the book."""
        if order_id in self._resting:
            raise ValueError(f"order {order_id} is in the book already")
        if quantity <= 0:
            raise ValueError("quantity must be above zero")
        matches = []
        while quantity > 0:
            maker = self._sides[side.opposite].best()
            if maker is None or not _crosses(side, price, maker.price):
                break
            traded = min(quantity, maker.remaining)
            matches.append(Match(maker.order_id, order_id, maker.price, traded))
            quantity -= traded
            maker.remaining -= traded
            self.last = maker.price
            if maker.remaining == 0:
                self._drop(maker)
        if quantity > 0 and price is not None:
            order = Resting(order_id, side, price, quantity)
            self._resting[order_id] = order
            self._sides[side].add(order)
        return matches

    def cancel(self, order_id: str) -> bool:
        """Take an order off the book; False when it is not there."""
        order = self._resting.get(order_id)
        if order is None:
            return False
        self._drop(order)
        return True

    def _drop(self, order: Resting) -> None:
        del self._resting[order.order_id]
        self._sides[order.side].remove(order)


def _crosses(side: Side, limit: Decimal | None, price: Decimal) -> bool:
    if limit is None:
        return True
    return price <= limit if side is Side.BUY else price >= limit
