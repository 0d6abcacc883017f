"""What may not be traded, and how much may."""

from tradeengine.risk.limits import Exposure, Limits, RiskManager
from tradeengine.risk.sizing import fixed_fraction, volatility_target

__all__ = [
    "Exposure",
    "Limits",
    "RiskManager",
    "fixed_fraction",
    "volatility_target",
]
