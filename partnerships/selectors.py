"""Questions about a partnership: what it covers, what came before and after, what is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from partnerships.models import Partnership

LONGEST_CHAIN = 20
NAMED_IN = ("initiative__name_en", "initiative__name_fr", "counterpart_en", "counterpart_fr", "code")
"""Where the words stand by which a partnership is found."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The line of partnerships around one of them, as far as the reader may know of it."""

    before: list[Partnership]
    after: list[Partnership]


def chain_of(actor: Any, partnership: Partnership) -> Chain:
    """What it replaced, oldest first, and what replaced it in turn. A link that may not be read ends the line.

    The statements grow with the length of the line, which is a handful, not with the number of partnerships.
    """
    readable = Partnership.objects.readable_by(actor).select_related("initiative")
    before: list[Partnership] = []
    wave, seen = [partnership.pk], {partnership.pk}
    while wave and len(before) < LONGEST_CHAIN:
        found = [row for row in readable.filter(successor__in=wave).order_by("signed_on", "pk") if row.pk not in seen]
        before = [*found, *before]
        wave = [row.pk for row in found]
        seen.update(wave)
    after: list[Partnership] = []
    following = partnership.successor_id
    while following is not None and following not in seen and len(after) < LONGEST_CHAIN:
        seen.add(following)
        found_next = readable.filter(pk=following).first()
        if found_next is None:
            break
        after.append(found_next)
        following = found_next.successor_id
    return Chain(before, after)
