"""Which status may follow which."""

from dataclasses import replace

from tradeengine.errors import InvalidTransition
from tradeengine.models import Order, OrderStatus

_NEXT: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.NEW: frozenset({OrderStatus.ACCEPTED, OrderStatus.REJECTED}),
    OrderStatus.ACCEPTED: frozenset(
        {OrderStatus.PARTIAL, OrderStatus.FILLED, OrderStatus.CANCELLED}
    ),
    OrderStatus.PARTIAL: frozenset(
        {OrderStatus.PARTIAL, OrderStatus.FILLED, OrderStatus.CANCELLED}
    ),
    OrderStatus.FILLED: frozenset(),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.REJECTED: frozenset(),
}


def allowed(before: OrderStatus, after: OrderStatus) -> bool:
    return after in _NEXT[before]


def move(order: Order, status: OrderStatus, reason: str = "") -> Order:
    """The order in its new status, or InvalidTransition."""
    if not allowed(order.status, status):
        raise InvalidTransition(
            f"order {order.id} cannot go from {order.status.value} to {status.value}"
        )
    return replace(order, status=status, reason=reason)
