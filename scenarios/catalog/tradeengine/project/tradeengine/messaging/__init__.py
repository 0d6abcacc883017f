"""How the engine tells others what happened."""

from tradeengine.messaging.base import Bus, Handler
from tradeengine.messaging.memory import MemoryBus
from tradeengine.messaging.nats import NatsBus

__all__ = ["Bus", "Handler", "MemoryBus", "NatsBus"]
