"""What each row weighs, in bits. ``LEARNED`` is what ``manage.py measure_duplicates --learn`` prints."""

from __future__ import annotations

from typing import Final

# For rows that weigh by rarity, "same" is what is added to the rarity: log2 of how often it holds for one person.
LEARNED: Final[dict[str, dict[str, float]]] = {
    "given": {"same": -0.4, "slip": 6.3, "like": 0.3, "other": -3.2},
    "family": {"same": -0.4, "slip": 7.9, "like": 2.2, "other": -3.8},
    "street": {"same": -1.4, "slip": 11.9, "part": 9.9, "other": -3.7},
    "numbers": {"same": -0.3, "slip": -1.1, "other": -2.8},
    "city": {"same": -0.4, "slip": 8.4, "other": -4.0},
    "code": {"same": -0.3, "slip": 3.6, "other": -6.2},
}

# What no set with truth was there to teach: judged, and kept small where many share a value.
SET_BY_HAND: Final[dict[str, dict[str, float]]] = {
    "order": {"swapped": -2.0},
    "given": {"initial": 3.0, "short form": 5.0, "part": 4.0},
    "family": {"initial": -1.0, "short form": 0.0, "part": 5.0},
    "city": {"part": 3.0},
    "address": {"rare": 3.0},
    "email": {"same": -0.3, "most": 16.0, "moved": 3.0, "house": -3.0, "other": -1.0},
    "phone": {"same": -0.5, "most": 12.0, "other": -0.7},
    "employer": {"same": -0.7, "most": 10.0, "other": -0.5},
    "identifier": {"same": 13.0},
    "generation": {"other": -8.0, "one": -3.0},
    "honorific": {"other": -6.0},
}

LISTED: Final = 3.3
"""Bits from which a pair of people is listed: ten to one."""

OFFERED: Final = -5.0
"""Bits from which somebody is offered while a new person is typed: one to thirty."""

# Organizations and Nations: judged over lists of real institutions and companies. Words of a name weigh by rarity.
PARTIES: Final[dict[str, dict[str, float]]] = {
    "name": {
        "most": 18.0,
        "same": 6.0,
        "translated": 3.0,
        "slip": 2.0,
        "weak slip": -9.0,
        "longer": 3.0,
        "trade": -7.0,
        "another form": -2.0,
        "common": -4.0,
    },
    "acronym": {"recorded": 4.5, "initials": 3.6},
    "host": {"most": 9.0, "other": -3.0},
    "phone": {"most": 8.0, "other": -0.5},
    "address": {"most": 7.0, "other": -1.0},
    "identifier": {"same": 13.0},
    "kind": {"other": -1.5},
    "jurisdiction": {"other": -6.0},
    "country": {"other": -6.0},
    "parent": {"other": -6.0},
}
