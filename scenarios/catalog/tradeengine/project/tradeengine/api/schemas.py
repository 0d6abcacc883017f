"""The shapes that go over the wire."""

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from tradeengine.models import OrderStatus, OrderType, Side


class _Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OrderIn(BaseModel):
    symbol: str = Field(pattern=r"^[A-Z0-9]{3,20}$")
    side: Side
    quantity: Decimal = Field(gt=0)
    price: Decimal | None = Field(default=None, gt=0)


class OrderOut(_Answer):
    id: str
    symbol: str
    side: Side
    type: OrderType
    status: OrderStatus
    quantity: Decimal
    filled: Decimal
    price: Decimal | None
    average_price: Decimal | None
    created: datetime
    reason: str


class PositionOut(_Answer):
    symbol: str
    quantity: Decimal
    entry: Decimal
    realised: Decimal
    fees: Decimal
    unrealised: Decimal


class SignalIn(BaseModel):
    symbol: str = Field(pattern=r"^[A-Z0-9]{3,20}$")
    side: Side
    strength: float = Field(ge=0, le=1)
    strategy: str = Field(min_length=1, max_length=40)
    price: Decimal = Field(gt=0)


class BacktestIn(BaseModel):
    strategy: str
    seed: int = 1
    length: int = Field(default=500, ge=2, le=5000)
    drift: float = Field(default=0.0, ge=-0.01, le=0.01)
    volatility: float = Field(default=0.01, gt=0, le=0.1)


class BacktestOut(_Answer):
    candles: int
    trades: int
    total_return: Decimal
    drawdown: Decimal
    sharpe: float
    fees: Decimal


class Health(BaseModel):
    status: str
    version: str
    environment: str
