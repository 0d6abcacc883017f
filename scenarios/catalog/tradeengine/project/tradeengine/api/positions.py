"""Positions over HTTP."""

from fastapi import APIRouter

from tradeengine.api.deps import Reader, ServicesDep
from tradeengine.api.schemas import PositionOut
from tradeengine.models import Position
from tradeengine.service import Services

router = APIRouter()


@router.get("")
async def positions(services: ServicesDep, _: Reader) -> list[PositionOut]:
    return [await _out(services, p) for p in await services.positions.all()]


@router.get("/{symbol}")
async def position(symbol: str, services: ServicesDep, _: Reader) -> PositionOut:
    return await _out(services, await services.positions.get(symbol))


async def _out(services: Services, position: Position) -> PositionOut:
    price = await services.exchange.price(position.symbol)
    return PositionOut(
        symbol=position.symbol,
        quantity=position.quantity,
        entry=position.entry,
        realised=position.realised,
        fees=position.fees,
        unrealised=position.unrealised(price),
    )
