"""Puts the parts together by the settings."""

from dataclasses import dataclass
from decimal import Decimal

import httpx

from tradeengine.clock import Clock, SystemClock
from tradeengine.config import Settings
from tradeengine.exchanges import Exchange, PaperExchange, RestExchange
from tradeengine.messaging import Bus, MemoryBus, NatsBus
from tradeengine.models import Order, Signal
from tradeengine.orders import OrderManager, OrderRequest
from tradeengine.risk import Limits, RiskManager, fixed_fraction
from tradeengine.storage import (
    MemoryOrders,
    MemoryPositions,
    MongoOrders,
    MongoPositions,
    OrderStore,
    PositionStore,
)
from tradeengine.storage.mongo import connect
from tradeengine.telemetry import Metrics

_FIRST_PRICES = {"BTCUSDT": Decimal("60000"), "ETHUSDT": Decimal("3000")}


@dataclass(slots=True)
class Services:
    """What a request may need."""

    settings: Settings
    clock: Clock
    exchange: Exchange
    orders: OrderStore
    positions: PositionStore
    bus: Bus
    metrics: Metrics
    manager: OrderManager

    async def act_on(self, signal: Signal) -> Order:
        """Trade a signal: its strength sets the share of the limit."""
        share = Decimal(repr(max(signal.strength, 0.01)))
        price = await self.exchange.price(signal.symbol)
        quantity = fixed_fraction(self.settings.max_notional, share, price)
        request = OrderRequest(signal.symbol, signal.side, quantity)
        return await self.manager.submit(request)

    async def close(self) -> None:
        await self.bus.close()
        await self.exchange.close()


async def build_services(settings: Settings, clock: Clock | None = None) -> Services:
    """Every part that the settings name."""
    clock = clock or SystemClock()
    orders, positions = _stores(settings)
    exchange = _exchange(settings, clock)
    bus: Bus = MemoryBus()
    if settings.bus == "nats":
        bus = await NatsBus.connect(settings.nats_url)
    metrics = Metrics()
    manager = OrderManager(
        exchange=exchange,
        orders=orders,
        positions=positions,
        risk=RiskManager(limits_of(settings)),
        bus=bus,
        metrics=metrics,
        clock=clock,
    )
    return Services(settings, clock, exchange, orders, positions, bus, metrics, manager)


def limits_of(settings: Settings) -> Limits:
    return Limits(
        max_notional=settings.max_notional,
        max_position=settings.max_position,
        max_open_orders=settings.max_open_orders,
        max_daily_loss=settings.max_daily_loss,
        symbols=frozenset(settings.symbols),
    )


def _stores(settings: Settings) -> tuple[OrderStore, PositionStore]:
    if settings.storage == "memory":
        return MemoryOrders(), MemoryPositions()
    database = connect(settings.mongo_url, settings.mongo_database)
    return MongoOrders(database["orders"]), MongoPositions(database["positions"])


def _exchange(settings: Settings, clock: Clock) -> Exchange:
    if settings.exchange == "rest":
        return RestExchange(
            httpx.AsyncClient(base_url=settings.exchange_url, timeout=10),
            settings.exchange_key.get_secret_value(),
            settings.exchange_secret.get_secret_value(),
            clock,
        )
    paper = PaperExchange(clock, settings.fee_rate)
    for symbol in settings.symbols:
        paper.set_price(symbol, _FIRST_PRICES.get(symbol, Decimal("100")))
    return paper
