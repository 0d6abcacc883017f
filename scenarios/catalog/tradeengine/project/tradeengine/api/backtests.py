"""Backtests over HTTP."""

from fastapi import APIRouter, HTTPException

from tradeengine.api.deps import Reader
from tradeengine.api.schemas import BacktestIn, BacktestOut
from tradeengine.backtest import Backtest, Walk, candles, summarise
from tradeengine.strategies import build_strategy

router = APIRouter()


@router.post("")
def run(body: BacktestIn, _: Reader) -> BacktestOut:
    """Run a strategy over a random walk; a plain function, off the loop."""
    try:
        strategy = build_strategy(body.strategy, "WALK")
    except ValueError as error:
        raise HTTPException(status_code=422, detail=str(error)) from error
    walk = Walk(body.seed, drift=body.drift, volatility=body.volatility)
    series = candles("WALK", walk, body.length)
    result = Backtest(strategy).run(series)
    return BacktestOut.model_validate(summarise(result))
