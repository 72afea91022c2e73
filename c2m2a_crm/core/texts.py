"""Public texts and the installation's own row: loaded once, then kept by administrators."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import editing
from c2m2a_crm.core.history import image_at_version, recorded
from c2m2a_crm.core.models import Installation, PublicText
from c2m2a_crm.core.pairs import ChangedRow, Pair, PairRefused, changed_rows, joined, pair_of, read_pair
from c2m2a_crm.core.public_texts import TITLES, first_text
from c2m2a_crm.core.text import clean_line

PAIR_KIND: Final = "public_text"
_SEED: Final = "reference data"
State = PublicText.State


def load_installation() -> str:
    """The one row of the installation, where it is missing."""
    with recorded(None, system=_SEED):
        _row, is_new = Installation.objects.get_or_create(pk=1)
    return "made" if is_new else "kept"


def load_public_texts() -> str:
    """Pages that are missing are made, pages that nobody has edited are brought to the present text, others are kept.

    A page whose version is 1 has never been saved by a person: each save counts it up.
    """
    made = renewed = 0
    with recorded(None, system=_SEED):
        on_file = {text.key: text for text in PublicText.objects.select_for_update()}
        for key, (title_en, title_fr) in TITLES.items():
            wanted = {
                "title_en": title_en,
                "title_fr": title_fr,
                "body_en": first_text(key, "en"),
                "body_fr": first_text(key, "fr"),
            }
            known = on_file.get(key)
            if known is None:
                PublicText.objects.create(key=key, state_en=State.DRAFT, state_fr=State.DRAFT, **wanted)
                made += 1
            elif known.version == 1 and any(getattr(known, name) != value for name, value in wanted.items()):
                PublicText.objects.filter(pk=known.pk).update(**wanted)
                renewed += 1
    return f"{made} made, {renewed} renewed, {len(TITLES) - made - renewed} kept"


def edit_installation(
    *,
    actor: Any,
    version: int,
    changes: Mapping[str, Any],
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> Installation:
    """Write what an administrator changed while looking at ``version``.

    ``mine`` and ``theirs`` settle collisions that were shown. Raises ``EditConflict`` or ``ValidationError``.
    """
    load_installation()
    with recorded(actor):
        current = editing.lock(Installation.current())
        wanted = {name: _cleaned(value) for name, value in changes.items()}
        keep = editing.changes_to_keep(current, wanted, version=version, mine=mine, theirs=theirs)
        editing.apply(current, keep)
    return current


def edit_public_text(
    *,
    actor: Any,
    text: PublicText,
    version: int,
    changes: Mapping[str, Any],
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> PublicText:
    """Write both sides of a public page; a side left behind by an edit of the other one becomes stale.

    The states in ``changes`` are what the editor chose. A side is stale where the other one's words changed and its own
    did not, unless the editor chose another state for it in the same act; a side without words is missing.
    """
    with recorded(actor):
        current = editing.lock(text)
        wanted = {name: _cleaned(value) for name, value in changes.items()}
        keep = editing.changes_to_keep(current, wanted, version=version, mine=mine, theirs=theirs)
        keep |= _states_after(current, keep)
        if keep:
            editing.apply(current, keep | {"updated_at": timezone.now()})
    return current


def _states_after(current: PublicText, keep: Mapping[str, Any]) -> dict[str, str]:
    """The states that follow from the words that change."""
    edited = {side for side in ("en", "fr") if {f"title_{side}", f"body_{side}"} & set(keep)}
    states: dict[str, str] = {}
    for side, other in (("en", "fr"), ("fr", "en")):
        name = f"state_{side}"
        before = getattr(current, name)
        after = keep.get(name, before)
        if not keep.get(f"body_{side}", getattr(current, f"body_{side}")):
            after = State.MISSING
        elif other in edited and side not in edited and name not in keep:
            after = State.STALE
        elif after == State.MISSING or (after == State.STALE and side in edited and name not in keep):
            after = State.DRAFT
        if after != before:
            states[name] = after
    return states


def as_pair(text: PublicText) -> Pair:
    """The page as it goes out for translation or review."""
    return pair_of(
        kind=PAIR_KIND,
        key=text.key,
        version=text.version,
        titles=(text.title_en, text.title_fr),
        bodies=(text.body_en, text.body_fr),
    )


@dataclass(frozen=True, slots=True)
class Returned:
    """What a file brought back: the version that it began with, the whole words, and the rows that differ from it."""

    version: int
    values: dict[str, str]
    changes: list[ChangedRow]


def returned(text: PublicText, file: IO[bytes]) -> Returned:
    """Read against the version that went out, whatever the page says by now. Raises ``PairRefused``."""
    pair = read_pair(file, kind=PAIR_KIND, key=text.key)
    before = image_at_version(text, pair.version)
    if before is None:
        raise PairRefused(_("The version that went out is not on file any more. Take the file anew."))
    bodies = (before["body_en"], before["body_fr"])
    titles = (before["title_en"], before["title_fr"])
    went = pair_of(kind=pair.kind, key=pair.key, version=pair.version, titles=titles, bodies=bodies)
    title, *rows = pair.rows
    values = {
        "title_en": " ".join(title[0].split()),
        "title_fr": " ".join(title[1].split()),
        "body_en": joined(rows, 0, bodies[0]),
        "body_fr": joined(rows, 1, bodies[1]),
    }
    return Returned(pair.version, values, changed_rows(went.rows, pair.rows))


def _cleaned(value: Any) -> Any:
    return clean_line(value.replace("\r\n", "\n")) if isinstance(value, str) else value


def public_texts() -> models.QuerySet[PublicText]:
    return PublicText.objects.order_by("key")
