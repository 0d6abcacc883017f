import pytest
from pydantic import ValidationError

from app.config import from_environment


def test_defaults():
    settings = from_environment({})
    assert (settings.database, settings.redis) == ("sqlite://", None)


def test_environment():
    environ = {"PICTURES_THUMBNAIL": "64", "PICTURES_ZONE": "Europe/Vienna"}
    settings = from_environment(environ)
    assert (settings.thumbnail, settings.zone.key) == (64, "Europe/Vienna")


def test_bounds():
    with pytest.raises(ValidationError):
        from_environment({"PICTURES_THUMBNAIL": "8"})
