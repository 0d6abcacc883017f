import pytest
from pydantic import ValidationError

from tradeengine.config import Settings, get_settings


def test_defaults_suit_development():
    settings = Settings()
    settings.check_production()
    assert settings.storage == "memory"


def test_environment_overrules(monkeypatch):
    monkeypatch.setenv("TRADEENGINE_MAX_OPEN_ORDERS", "7")
    monkeypatch.setenv("TRADEENGINE_SYMBOLS", '["SOLUSDT"]')
    settings = Settings()
    assert (settings.max_open_orders, settings.symbols) == (7, ("SOLUSDT",))


@pytest.mark.parametrize(
    "symbols", [("btcusdt",), ("BTC/USDT",), ("BTCUSDT", "BTCUSDT")]
)
def test_bad_symbols(symbols):
    with pytest.raises(ValidationError):
        Settings(symbols=symbols)


def test_production_refuses_defaults():
    with pytest.raises(ValueError, match="token_secret"):
        Settings(environment="production").check_production()
    with pytest.raises(ValueError, match="storage"):
        Settings(environment="production", token_secret="s").check_production()


def test_settings_are_read_once(monkeypatch):
    get_settings.cache_clear()
    first = get_settings()
    monkeypatch.setenv("TRADEENGINE_LOG_LEVEL", "ERROR")
    assert get_settings() is first
    get_settings.cache_clear()
