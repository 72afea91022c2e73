"""Typed readers of environment variables: a missing or bad value stops the start with a sentence, never later."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE: Final = {"1", "true", "yes", "on"}
_FALSE: Final = {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """The variable as text. Without a default it is required."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


def flag(name: str, default: bool) -> bool:
    """A yes/no variable: 1/0, true/false, yes/no, on/off."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    word = raw.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not “{raw}”.")


def number(name: str, default: int, *, minimum: int = 0) -> int:
    """A whole number of at least ``minimum``."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{raw}”.") from None
    if value < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {value}.")
    return value


def words(name: str, default: list[str]) -> list[str]:
    """A list separated by commas; empty parts are dropped."""
    raw = os.environ.get(name)
    if raw is None:
        return default
    return [part.strip() for part in raw.split(",") if part.strip()]


def pairs(name: str) -> dict[str, str]:
    """Pairs such as ``group=role,group=role``; empty when the variable is not set."""
    found = {}
    for part in words(name, []):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not (key and equals and value):
            raise ImproperlyConfigured(f"{name} must hold pairs like “group=role”, separated by commas, not “{part}”.")
        found[key] = value
    return found


def folder(name: str, default: Path) -> Path:
    """A path, made absolute; it need not exist yet."""
    return Path(os.environ.get(name) or default).expanduser().absolute()


def url(name: str, default: str | None = None, *, schemes: frozenset[str]) -> str:
    """An address whose scheme is one of ``schemes``."""
    value = text(name, default)
    scheme = urlsplit(value).scheme
    if scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must begin with one of {', '.join(sorted(schemes))}, not “{scheme}”.")
    return value
