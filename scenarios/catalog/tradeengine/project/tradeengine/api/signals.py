"""Signals over HTTP."""

from fastapi import APIRouter, status

from tradeengine.api.deps import ServicesDep, Trader
from tradeengine.api.schemas import OrderOut, SignalIn
from tradeengine.models import Signal

router = APIRouter()


@router.post("", status_code=status.HTTP_201_CREATED)
async def receive(body: SignalIn, services: ServicesDep, _: Trader) -> OrderOut:
    signal = Signal(
        symbol=body.symbol,
        side=body.side,
        strength=body.strength,
        strategy=body.strategy,
        at=services.clock.now(),
        price=body.price,
    )
    return OrderOut.model_validate(await services.act_on(signal))
