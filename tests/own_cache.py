"""The cache as one process of the tests has it: several share the server, each under a prefix of its own."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache


def forget_all() -> None:
    """Empty what this process keeps; ``cache.clear`` would empty the others' part in the midst of their tests."""
    backend: Any = cache
    client = backend._cache.get_client(None, write=True)
    if keys := client.keys(f"{backend.key_prefix}:*"):
        client.delete(*keys)
