"""Errors that callers tell apart."""


class EngineError(Exception):
    """Base of every error the engine raises on purpose."""


class UnknownOrder(EngineError):
    """The order id is not known."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"unknown order {order_id}")
        self.order_id = order_id


class InvalidTransition(EngineError):
    """An order cannot move from its status to the one asked for."""


class RiskRejected(EngineError):
    """A risk check refused the order."""

    def __init__(self, check: str, reason: str) -> None:
        super().__init__(f"{check}: {reason}")
        self.check = check
        self.reason = reason


class ExchangeError(EngineError):
    """The exchange refused a request or gave an answer that makes no sense."""


class NotAuthorised(EngineError):
    """The caller has no valid token for this."""
