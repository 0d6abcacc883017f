"""Where orders go: a paper exchange, and one behind HTTP."""

from tradeengine.exchanges.base import Exchange
from tradeengine.exchanges.book import OrderBook
from tradeengine.exchanges.paper import PaperExchange
from tradeengine.exchanges.rest import RestExchange

__all__ = ["Exchange", "OrderBook", "PaperExchange", "RestExchange"]
