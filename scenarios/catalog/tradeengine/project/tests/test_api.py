from datetime import timedelta

import pytest

from tradeengine import __version__

ORDER = {"symbol": "BTCUSDT", "side": "buy", "quantity": "0.5"}


def test_health(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "version": __version__,
        "environment": "development",
    }


def test_ready(client):
    assert client.get("/ready").json() == {"BTCUSDT": "60000", "ETHUSDT": "3000"}


async def test_not_ready_without_a_market(client):
    await client.app.state.services.exchange.close()
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert answer.json()["BTCUSDT"] == "no price for BTCUSDT"


def test_order_and_position(client):
    created = client.post("/orders", json=ORDER)
    assert created.status_code == 201
    order = created.json()
    assert (order["status"], order["filled"]) == ("filled", "0.5")
    assert client.get(f"/orders/{order['id']}").json() == order
    (position,) = client.get("/positions").json()
    assert position["quantity"] == "0.5"
    assert client.get("/positions/BTCUSDT").json() == position


def test_cancel(client):
    resting = client.post("/orders", json={**ORDER, "price": "100"}).json()
    assert resting["status"] == "accepted"
    assert client.delete(f"/orders/{resting['id']}").json()["status"] == "cancelled"
    assert client.delete(f"/orders/{resting['id']}").status_code == 409


def test_find(client):
    client.post("/orders", json=ORDER)
    client.post("/orders", json={**ORDER, "symbol": "ETHUSDT"})
    assert len(client.get("/orders").json()) == 2
    assert len(client.get("/orders", params={"symbol": "ETHUSDT"}).json()) == 1
    assert client.get("/orders", params={"status": "rejected"}).json() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"symbol": "btc"},
        {"quantity": "0"},
        {"side": "hold"},
        {"price": "-1"},
        {"quantity": "many"},
    ],
)
def test_bad_orders(client, changes):
    assert client.post("/orders", json={**ORDER, **changes}).status_code == 422


def test_signal(client):
    body = {
        "symbol": "ETHUSDT",
        "side": "sell",
        "strength": 0.2,
        "strategy": "manual",
        "price": "3000",
    }
    answer = client.post("/signals", json=body)
    assert answer.status_code == 201
    assert answer.json()["status"] == "filled"


@pytest.mark.parametrize("strategy", ["breakout", "crossover", "reversion"])
def test_backtest(client, strategy):
    body = {"strategy": strategy, "seed": 3, "length": 800}
    first = client.post("/backtests", json=body).json()
    assert first["candles"] == 800
    assert client.post("/backtests", json=body).json() == first


def test_unknown_strategy(client):
    answer = client.post("/backtests", json={"strategy": "astrology"})
    assert answer.status_code == 422


def test_unknown_order(client):
    assert client.get("/orders/nobody").status_code == 404
    assert client.get("/positions/DOGEUSDT").status_code == 502


def test_token_is_needed(client, clock):
    clock.advance(timedelta(hours=2))
    assert client.get("/orders").status_code == 401
    del client.headers["Authorization"]
    assert client.post("/orders", json=ORDER).status_code == 401


def test_metrics_count_requests(client):
    client.get("/health")
    text = client.get("/metrics").text
    assert 'request_seconds_count{method="GET",status="200"} 1.0' in text
