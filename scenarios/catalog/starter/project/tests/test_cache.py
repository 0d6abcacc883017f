import redis

from app.cache import MemoryCache, RedisCache, build_cache


def test_memory_forgets_the_least_used():
    cache = MemoryCache(size=2)
    cache.put("a", b"1")
    cache.put("b", b"2")
    assert cache.get("a") == b"1"
    cache.put("c", b"3")
    assert cache.get("b") is None
    assert cache.get("a") == b"1"


class FakeRedis:
    def __init__(self):
        self.entries = {}

    def get(self, key):
        return self.entries.get(key)

    def set(self, key, value, ex):
        assert ex == 3600
        self.entries[key] = value


class DeadRedis:
    def get(self, key):
        raise redis.ConnectionError

    def set(self, key, value, ex):
        raise redis.ConnectionError


def test_redis():
    cache = RedisCache(FakeRedis())
    cache.put("a", b"1")
    assert cache.get("a") == b"1"
    assert cache.get("b") is None


def test_dead_redis_is_an_empty_cache():
    cache = RedisCache(DeadRedis())
    cache.put("a", b"1")
    assert cache.get("a") is None


def test_build():
    assert isinstance(build_cache(None), MemoryCache)
    assert isinstance(build_cache("redis://localhost:1"), RedisCache)
