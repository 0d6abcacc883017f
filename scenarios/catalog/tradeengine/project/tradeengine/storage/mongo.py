"""Storage in MongoDB, through motor."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from tradeengine.models import Order, OrderStatus, OrderType, Position, Side

_ORDER_NUMBERS = ("quantity", "filled", "spent")
_POSITION_NUMBERS = ("quantity", "entry", "realised", "fees")


def connect(url: str, database: str) -> Any:
    """The database; nothing is sent before its first use."""
    return AsyncIOMotorClient(url, tz_aware=True)[database]


class MongoOrders:
    """Orders in the collection that is given."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def save(self, order: Order) -> None:
        document = order_document(order)
        await self._collection.replace_one({"_id": order.id}, document, upsert=True)

    async def get(self, order_id: str) -> Order | None:
        document = await self._collection.find_one({"_id": order_id})
        return order_from(document) if document else None

    async def find(
        self, symbol: str | None = None, status: OrderStatus | None = None
    ) -> list[Order]:
        query: dict[str, str] = {}
        if symbol is not None:
            query["symbol"] = symbol
        if status is not None:
            query["status"] = status.value
        cursor = self._collection.find(query).sort([("created", 1), ("_id", 1)])
        return [order_from(document) async for document in cursor]


class MongoPositions:
    """Positions in the collection that is given."""

    def __init__(self, collection: Any) -> None:
        self._collection = collection

    async def save(self, position: Position) -> None:
        document = asdict(position)
        for name in _POSITION_NUMBERS:
            document[name] = str(document[name])
        document["_id"] = document.pop("symbol")
        key = {"_id": position.symbol}
        await self._collection.replace_one(key, document, upsert=True)

    async def get(self, symbol: str) -> Position:
        document = await self._collection.find_one({"_id": symbol})
        return position_from(document) if document else Position(symbol)

    async def all(self) -> list[Position]:
        cursor = self._collection.find({}).sort([("_id", 1)])
        return [position_from(document) async for document in cursor]


def order_document(order: Order) -> dict[str, Any]:
    """The order as a document; numbers become strings and stay exact."""
    document = asdict(order)
    document["_id"] = document.pop("id")
    for name in _ORDER_NUMBERS:
        document[name] = str(document[name])
    document["price"] = None if order.price is None else str(order.price)
    for name in ("side", "type", "status"):
        document[name] = document[name].value
    return document


def order_from(document: dict[str, Any]) -> Order:
    """The order that order_document wrote."""
    price = document["price"]
    created = document["created"]
    if not isinstance(created, datetime):
        raise TypeError("created must be a time")
    return Order(
        id=document["_id"],
        symbol=document["symbol"],
        side=Side(document["side"]),
        type=OrderType(document["type"]),
        quantity=Decimal(document["quantity"]),
        created=created,
        price=None if price is None else Decimal(price),
        status=OrderStatus(document["status"]),
        filled=Decimal(document["filled"]),
        spent=Decimal(document["spent"]),
        reason=document["reason"],
    )


def position_from(document: dict[str, Any]) -> Position:
    numbers = {name: Decimal(document[name]) for name in _POSITION_NUMBERS}
    return Position(symbol=document["_id"], **numbers)
