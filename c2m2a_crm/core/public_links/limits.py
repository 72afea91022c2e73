"""How often a link may be opened, and how often somebody may guess; counted in the shared cache for ten minutes.

A secret has 256 bits, so guessing finds none: the limits spare the machine, and a cache that is away limits nobody.
Network addresses are kept as keyed hashes only.
"""

from __future__ import annotations

from typing import Final

import structlog
from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

PERIOD: Final = 600
GUESSES: Final = 20
OPENINGS_OF_A_LINK: Final = 60
OPENINGS_FROM_AN_ADDRESS: Final = 300


def guesses_too_often(request: HttpRequest) -> bool:
    return is_over("guesses", _address(request), GUESSES)


def opens_too_often(request: HttpRequest, digest: str) -> bool:
    """Both are counted, whichever is over."""
    of_link = is_over("link", digest, OPENINGS_OF_A_LINK)
    return is_over("address", _address(request), OPENINGS_FROM_AN_ADDRESS) or of_link


def _address(request: HttpRequest) -> str:
    return str(get_adapter().get_client_ip(request))


def is_over(what: str, whom: str, limit: int) -> bool:
    """Count one more of ``what`` for ``whom``; whether that is more than ``limit`` in this period."""
    hidden = salted_hmac("core.public_links", whom, algorithm="sha256").hexdigest()
    key = f"public-links:{what}:{hidden}:{int(timezone.now().timestamp()) // PERIOD}"
    try:
        cache.add(key, 0, PERIOD)
        return bool(cache.incr(key) > limit)
    except (RedisError, OSError, ValueError) as error:  # ValueError: the count ended between the two
        log.warning("public_links.not_limited", error=type(error).__name__)
        return False
