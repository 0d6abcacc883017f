"""The HTTP interface."""

from fastapi import APIRouter

from tradeengine.api import backtests, health, orders, positions, signals

router = APIRouter()
router.include_router(health.router, tags=["health"])
router.include_router(orders.router, prefix="/orders", tags=["orders"])
router.include_router(positions.router, prefix="/positions", tags=["positions"])
router.include_router(signals.router, prefix="/signals", tags=["signals"])
router.include_router(backtests.router, prefix="/backtests", tags=["backtests"])

__all__ = ["router"]
