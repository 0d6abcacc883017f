from datetime import datetime, timedelta, timezone

import pytest

from tests.factories import NOON
from tradeengine.clock import ManualClock, SystemClock


def test_system_clock_is_utc():
    assert SystemClock().now().tzinfo is timezone.utc


def test_manual_clock_moves_only_when_told(clock):
    assert clock.now() == NOON
    assert clock.advance(timedelta(minutes=5)) == NOON + timedelta(minutes=5)
    assert clock.now() == NOON + timedelta(minutes=5)


def test_manual_clock_refuses_the_past(clock):
    with pytest.raises(ValueError):
        clock.advance(timedelta(seconds=-1))


def test_manual_clock_needs_a_zone():
    with pytest.raises(ValueError):
        ManualClock(datetime(2025, 1, 1))
