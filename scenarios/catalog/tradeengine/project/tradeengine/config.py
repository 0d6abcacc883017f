"""Settings, from the environment with the prefix TRADEENGINE_."""

from decimal import Decimal
from functools import lru_cache
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that differs between two deployments."""

    model_config = SettingsConfigDict(env_prefix="TRADEENGINE_", frozen=True)

    environment: Literal["development", "staging", "production"] = "development"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    exchange: Literal["paper", "rest"] = "paper"
    exchange_url: str = "http://localhost:9000"
    exchange_key: SecretStr = SecretStr("")
    exchange_secret: SecretStr = SecretStr("")

    storage: Literal["memory", "mongo"] = "memory"
    mongo_url: str = "mongodb://localhost:27017"
    mongo_database: str = "tradeengine"

    bus: Literal["memory", "nats"] = "memory"
    nats_url: str = "nats://localhost:4222"

    token_secret: SecretStr = SecretStr("development only")
    token_minutes: int = Field(default=60, gt=0)

    symbols: tuple[str, ...] = ("BTCUSDT", "ETHUSDT")
    max_notional: Decimal = Field(default=Decimal("50000"), gt=0)
    max_position: Decimal = Field(default=Decimal("10"), gt=0)
    max_open_orders: int = Field(default=50, gt=0)
    max_daily_loss: Decimal = Field(default=Decimal("2500"), gt=0)
    fee_rate: Decimal = Field(default=Decimal("0.0004"), ge=0)

    @field_validator("symbols")
    @classmethod
    def _symbols_are_plain(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for symbol in value:
            if not symbol.isalnum() or symbol != symbol.upper():
                raise ValueError(f"bad symbol {symbol!r}")
        if len(set(value)) != len(value):
            raise ValueError("a symbol is listed twice")
        return value

    def check_production(self) -> None:
        """Raise ValueError where a development default reached production."""
        if self.environment != "production":
            return
        if self.token_secret.get_secret_value() == "development only":
            raise ValueError("token_secret must be set in production")
        if self.storage == "memory":
            raise ValueError("storage must not be memory in production")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The process's settings, read once."""
    settings = Settings()
    settings.check_production()
    return settings
