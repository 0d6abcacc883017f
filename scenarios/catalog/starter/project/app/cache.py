"""Thumbnails that were made already."""

from collections import OrderedDict
from typing import Protocol

import redis


class Cache(Protocol):
    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes) -> None: ...


class MemoryCache:
    """Keeps the entries that were used last."""

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._entries: OrderedDict[str, bytes] = OrderedDict()

    def get(self, key: str) -> bytes | None:
        if key in self._entries:
            self._entries.move_to_end(key)
        return self._entries.get(key)

    def put(self, key: str, value: bytes) -> None:
        self._entries[key] = value
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)


class RedisCache:
    """Keeps entries for an hour; without its server it is always empty."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client

    def get(self, key: str) -> bytes | None:
        try:
            return self._client.get(key)
        except redis.RedisError:
            return None

    def put(self, key: str, value: bytes) -> None:
        try:
            self._client.set(key, value, ex=3600)
        except redis.RedisError:
            return


def build_cache(url: str | None) -> Cache:
    """A cache at url, or in memory for None."""
    if url is None:
        return MemoryCache()
    return RedisCache(redis.Redis.from_url(url, socket_timeout=1))
