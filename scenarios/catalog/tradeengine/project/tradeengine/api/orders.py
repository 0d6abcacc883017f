"""Orders over HTTP."""

from fastapi import APIRouter, status

from tradeengine.api.deps import Reader, ServicesDep, Trader
from tradeengine.api.schemas import OrderIn, OrderOut
from tradeengine.models import OrderStatus
from tradeengine.orders import OrderRequest

router = APIRouter()


@router.post("", status_code=status.HTTP_201_CREATED)
async def submit(body: OrderIn, services: ServicesDep, _: Trader) -> OrderOut:
    request = OrderRequest(body.symbol, body.side, body.quantity, body.price)
    return OrderOut.model_validate(await services.manager.submit(request))


@router.get("")
async def find(
    services: ServicesDep,
    _: Reader,
    symbol: str | None = None,
    status: OrderStatus | None = None,
) -> list[OrderOut]:
    found = await services.orders.find(symbol=symbol, status=status)
    return [OrderOut.model_validate(order) for order in found]


@router.get("/{order_id}")
async def get(order_id: str, services: ServicesDep, _: Reader) -> OrderOut:
    return OrderOut.model_validate(await services.manager.get(order_id))


@router.delete("/{order_id}")
async def cancel(order_id: str, services: ServicesDep, _: Trader) -> OrderOut:
    return OrderOut.model_validate(await services.manager.cancel(order_id))
