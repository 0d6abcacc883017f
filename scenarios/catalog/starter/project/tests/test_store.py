from datetime import UTC, datetime

import pytest

from app.store import Picture, Pictures, connect


@pytest.fixture
def pictures():
    return Pictures(connect("sqlite://"))


def picture(name):
    return Picture(
        name=name,
        width=1,
        height=1,
        colour="#000000",
        contrast=0.0,
        fingerprint="0" * 16,
        uploaded=datetime(2025, 3, 3, tzinfo=UTC),
        data=b"data",
    )


def test_add_and_get(pictures):
    added = pictures.add(picture("one"))
    found = pictures.get(added.id)
    assert (found.name, found.data) == ("one", b"data")
    assert pictures.get(added.id + 1) is None


def test_newest_first(pictures):
    for number in range(300):
        pictures.add(picture(f"p{number}"))
    assert [p.name for p in pictures.newest(3)] == ["p299", "p298", "p297"]


def test_on_disk(tmp_path):
    url = f"sqlite:///{tmp_path}/pictures.db"
    Pictures(connect(url)).add(picture("kept"))
    assert Pictures(connect(url)).newest(1)[0].name == "kept"
