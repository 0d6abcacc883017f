"""Takes orders through risk, exchange, storage and bus."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

import structlog

from tradeengine.clock import Clock
from tradeengine.errors import ExchangeError, RiskRejected, UnknownOrder
from tradeengine.exchanges import Exchange
from tradeengine.messaging import Bus
from tradeengine.models import Fill, Order, OrderStatus, OrderType, Side
from tradeengine.orders.state import move
from tradeengine.risk import Exposure, RiskManager
from tradeengine.storage import OrderStore, PositionStore
from tradeengine.telemetry import Metrics
from tradeengine.telemetry.tracing import default_tracer, traced

_log = structlog.get_logger(__name__)
_OPEN = (OrderStatus.ACCEPTED, OrderStatus.PARTIAL)


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What a caller wants traded."""

    symbol: str
    side: Side
    quantity: Decimal
    price: Decimal | None = None

    @property
    def type(self) -> OrderType:
        return OrderType.MARKET if self.price is None else OrderType.LIMIT


class OrderManager:
    """The one place that changes orders and positions."""

    def __init__(
        self,
        exchange: Exchange,
        orders: OrderStore,
        positions: PositionStore,
        risk: RiskManager,
        bus: Bus,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._exchange = exchange
        self._orders = orders
        self._positions = positions
        self._risk = risk
        self._bus = bus
        self._metrics = metrics
        self._clock = clock
        self._tracer = default_tracer()

    async def submit(self, request: OrderRequest) -> Order:
        """Trade request. A refusal is an order too, with its reason."""
        order = Order(
            id=uuid4().hex,
            symbol=request.symbol,
            side=request.side,
            type=request.type,
            quantity=request.quantity,
            price=request.price,
            created=self._clock.now(),
        )
        with traced(self._tracer, "order.submit", symbol=order.symbol):
            try:
                await self._check(order)
                fills = await self._exchange.place(order)
            except RiskRejected as error:
                self._metrics.rejected(error.check)
                return await self._finish(order, OrderStatus.REJECTED, str(error))
            except ExchangeError as error:
                return await self._finish(order, OrderStatus.REJECTED, str(error))
            order = move(order, OrderStatus.ACCEPTED)
            for fill in fills:
                order = await self._book(order, fill)
            if order.type is OrderType.MARKET and order.remaining:
                return await self._finish(
                    order, OrderStatus.CANCELLED, "the book ran dry"
                )
            return await self._keep(order)

    async def cancel(self, order_id: str) -> Order:
        """Cancel what remains of an order."""
        order = await self._orders.get(order_id)
        if order is None:
            raise UnknownOrder(order_id)
        cancelled = move(order, OrderStatus.CANCELLED, "cancelled by the caller")
        if not await self._exchange.cancel(order):
            _log.warning("nothing to cancel at the exchange", order=order_id)
        return await self._keep(cancelled)

    async def get(self, order_id: str) -> Order:
        order = await self._orders.get(order_id)
        if order is None:
            raise UnknownOrder(order_id)
        return order

    async def open_orders(self) -> list[Order]:
        found = []
        for status in _OPEN:
            found += await self._orders.find(status=status)
        return found

    async def _check(self, order: Order) -> None:
        exposure = Exposure(
            position=await self._positions.get(order.symbol),
            open_orders=len(await self.open_orders()),
            price=order.price or await self._exchange.price(order.symbol),
        )
        self._risk.check(order, exposure)

    async def _book(self, order: Order, fill: Fill) -> Order:
        before = await self._positions.get(order.symbol)
        after = before.apply(fill)
        await self._positions.save(after)
        profit = after.realised - before.realised - fill.fee
        self._risk.record(fill.at.date(), profit)
        self._metrics.fill(fill)
        self._metrics.position(after)
        await self._bus.publish(
            f"fills.{fill.symbol}",
            {
                "order": fill.order_id,
                "side": fill.side.value,
                "quantity": str(fill.quantity),
                "price": str(fill.price),
                "at": fill.at.isoformat(),
            },
        )
        return order.with_fill(fill)

    async def _finish(self, order: Order, status: OrderStatus, reason: str) -> Order:
        return await self._keep(move(order, status, reason))

    async def _keep(self, order: Order) -> Order:
        await self._orders.save(order)
        self._metrics.order(order)
        await self._bus.publish(
            f"orders.{order.symbol}.{order.status.value}",
            {"order": order.id, "filled": str(order.filled), "reason": order.reason},
        )
        return order
