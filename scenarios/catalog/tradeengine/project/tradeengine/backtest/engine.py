"""Runs one strategy over candles and keeps the books."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tradeengine.models import Candle, Fill, Position, Side, Signal
from tradeengine.models.order import ZERO
from tradeengine.risk import fixed_fraction
from tradeengine.strategies import Strategy


@dataclass(slots=True)
class Result:
    """What a backtest leaves."""

    equity: list[Decimal] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    position: Position = field(default_factory=lambda: Position(""))


class Backtest:
    """Trades each signal at the next candle's open, always in or out."""

    def __init__(
        self,
        strategy: Strategy,
        cash: Decimal = Decimal("10000"),
        fraction: Decimal = Decimal("0.5"),
        fee_rate: Decimal = Decimal("0.0004"),
        minimum: float = 0.0,
    ) -> None:
        self._strategy = strategy
        self._cash = cash
        self._fraction = fraction
        self._fee_rate = fee_rate
        self._minimum = minimum

    def run(self, series: Iterable[Candle]) -> Result:
        """Go through series once. The equity has one value per candle."""
        result = Result(position=Position(self._strategy.symbol))
        pending: Signal | None = None
        for candle in series:
            if pending is not None:
                self._trade(result, pending, candle)
                pending = None
            signal = self._strategy.on_candle(candle)
            if signal is not None and signal.strength >= self._minimum:
                pending = signal
            result.equity.append(self._equity(result.position, candle.close))
        return result

    def _equity(self, position: Position, price: Decimal) -> Decimal:
        profit = position.realised + position.unrealised(price)
        return self._cash + profit - position.fees

    def _trade(self, result: Result, signal: Signal, candle: Candle) -> None:
        position = result.position
        held = position.quantity
        if held * signal.side.sign > 0:
            return
        equity = self._equity(position, candle.open)
        quantity = abs(held)
        if equity > 0:
            quantity += fixed_fraction(equity, self._fraction, candle.open)
        if quantity == ZERO:
            return
        fill = self._fill(len(result.fills), signal.side, quantity, candle)
        result.fills.append(fill)
        result.position = position.apply(fill)

    def _fill(self, number: int, side: Side, quantity: Decimal, candle: Candle) -> Fill:
        return Fill(
            order_id=f"backtest-{number}",
            symbol=candle.symbol,
            side=side,
            quantity=quantity,
            price=candle.open,
            fee=quantity * candle.open * self._fee_rate,
            at=candle.start,
        )
