from itertools import product

import pytest

from tests.factories import order
from tradeengine.errors import InvalidTransition
from tradeengine.models import OrderStatus
from tradeengine.orders import move
from tradeengine.orders.state import allowed

PAIRS = list(product(OrderStatus, OrderStatus))


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_move_obeys_the_table(before, after):
    given = order(status=before)
    if allowed(before, after):
        moved = move(given, after, "why")
        assert (moved.status, moved.reason) == (after, "why")
    else:
        with pytest.raises(InvalidTransition):
            move(given, after)


def test_final_states_have_no_way_out():
    for before, after in PAIRS:
        if before.final:
            assert not allowed(before, after)


def test_every_state_can_be_reached():
    reached = {after for before, after in PAIRS if allowed(before, after)}
    assert reached | {OrderStatus.NEW} == set(OrderStatus)
