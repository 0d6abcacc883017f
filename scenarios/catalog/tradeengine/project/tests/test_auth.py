from datetime import timedelta

import pytest

from tests.factories import NOON
from tradeengine.api.auth import issue, verify
from tradeengine.errors import NotAuthorised

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def token():
    return issue("secret", "alice", ["read"], NOON, HOUR)


def test_subject(token):
    assert verify("secret", token, "read", NOON) == "alice"


@pytest.mark.parametrize(
    ("secret", "scope", "when"),
    [
        ("other", "read", NOON),
        ("secret", "trade", NOON),
        ("secret", "read", NOON + HOUR),
    ],
)
def test_refused(token, secret, scope, when):
    with pytest.raises(NotAuthorised):
        verify(secret, token, scope, when)


@pytest.mark.parametrize("garbage", ["", "a.b", "a.b.c"])
def test_garbage(garbage):
    with pytest.raises(NotAuthorised):
        verify("secret", garbage, "read", NOON)


def test_changed_token(token):
    head, body, tail = token.split(".")
    for position in range(len(body)):
        letter = "A" if body[position] != "A" else "B"
        changed = body[:position] + letter + body[position + 1 :]
        with pytest.raises(NotAuthorised):
            verify("secret", f"{head}.{changed}.{tail}", "read", NOON)
