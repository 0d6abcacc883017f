"""Settings from the environment."""

import os
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """Everything that differs between two deployments."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    database: str = "sqlite://"
    redis: str | None = None
    zone: ZoneInfo = ZoneInfo("UTC")
    thumbnail: int = Field(default=128, ge=16, le=1024)
    max_bytes: int = Field(default=10_000_000, gt=0)


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the variables that start with PICTURES_."""
    values: dict[str, object] = {}
    for name in Settings.model_fields:
        value = environ.get(f"PICTURES_{name.upper()}")
        if value is not None:
            values[name] = ZoneInfo(value) if name == "zone" else value
    return Settings.model_validate(values)
