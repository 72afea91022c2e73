"""Legal holds and disposition authorities, and the question that every disposal asks of them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import apply, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Document, DocumentVersion, History, Installation
from c2m2a_crm.core.models.documents import DocumentLink
from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database
from c2m2a_crm.core.registries import holdable_kinds
from c2m2a_crm.core.removal import text_columns
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import valid_dates
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.models import DispositionAuthority, HeldSubject, LegalHold
from members.models import Party, Person

Rows = Sequence[tuple[type[models.Model], Sequence[int]]]


class HoldRefused(ActRefused):
    """A rule of holds and authorities forbids the act; ``str()`` says why."""


class DaysReversed(HoldRefused):
    sentence = gettext_lazy("The last day must not lie before the first.")
    field = "last"


class AuthorityRecorded(HoldRefused):
    sentence = gettext_lazy("This authority is recorded already.")
    field = "number"


# What another act of the same moment has written, as a form that is sent twice.
_once = partial(refusals_of_the_database, {"disposition_authority_once": AuthorityRecorded})


# --- Acts -----------------------------------------------------------------------------------------------------------


def place_hold(
    *,
    actor: User,
    name: str,
    reason: str,
    words: str = "",
    since: date | None = None,
    until: date | None = None,
    subjects: Collection[models.Model] = (),
) -> LegalHold:
    """From now on nothing of what it covers is disposed of. Raises :class:`HoldRefused` where it covers nothing."""
    require(policies.can_keep_holds(actor))
    if not clean_line(reason):
        raise HoldRefused(gettext_lazy("Say why these records are held."), field="reason")
    hold = LegalHold(
        name=clean_line(name),
        reason=clean_line(reason),
        words=clean_line(words),
        since=since,
        until=until,
        placed_by=actor,
    )
    hold.full_clean(exclude=["placed_by"])
    if not (hold.words_listed or since or until or subjects):
        raise HoldRefused(gettext_lazy("Say what is held: words, days, people, organizations or initiatives."))
    with recorded(actor, reason=hold.reason):
        hold.save(force_insert=True)
        for subject in subjects:
            HeldSubject.objects.create(hold=hold, **_columns_of(subject))
    return hold


def hold_also(*, actor: User, hold: LegalHold, subject: models.Model) -> HeldSubject:
    """Put one more person, organization or record under the hold; a second time nothing changes."""
    require(policies.can_keep_holds(actor))
    with recorded(actor):
        current = _open(hold)
        found, _made = HeldSubject.objects.get_or_create(hold=current, **_columns_of(subject))
    return found


def release_hold(*, actor: User, hold: LegalHold, reason: str) -> LegalHold:
    """What it kept may go again, as far as nothing else keeps it."""
    require(policies.can_keep_holds(actor))
    if not clean_line(reason):
        raise HoldRefused(gettext_lazy("Say why the hold ends."), field="reason")
    with recorded(actor, reason=clean_line(reason)):
        current = _open(hold)
        apply(
            current,
            {"released_at": timezone.now(), "released_by": actor, "release_reason": clean_line(reason)},
        )
    return current


def hold_again(*, actor: User, hold: LegalHold) -> LegalHold:
    """Take a release back: it holds as it did. What was disposed of in between stays gone; one in force stays so."""
    require(policies.can_keep_holds(actor))
    with recorded(actor, reason=_("Release taken back")):
        current = lock(hold)
        if not current.is_in_force:
            apply(current, {"released_at": None, "released_by": None, "release_reason": ""})
    return current


def _open(hold: LegalHold) -> LegalHold:
    current = lock(hold)
    if not current.is_in_force:
        raise HoldRefused(gettext_lazy("This hold was released. Place a new one."))
    return current


def _columns_of(subject: models.Model) -> dict[str, Any]:
    if isinstance(subject, Person):
        return {"person": subject}
    if isinstance(subject, Party):
        return {"party_id": subject.pk}
    return {"table": subject._meta.db_table, "row_id": subject.pk}


def note_authority(
    *,
    actor: User,
    number: str,
    institution: str,
    covers: str,
    first: date | None = None,
    last: date | None = None,
    source: str = "",
) -> DispositionAuthority:
    """Record the written consent of the Librarian and Archivist under which records may be disposed of."""
    require(policies.can_keep_holds(actor))
    with _once(), recorded(actor):
        authority = DispositionAuthority(
            number=clean_line(number),
            institution=clean_line(institution),
            covers=clean_line(covers),
            source=clean_line(source),
            valid=valid_dates(first, last, refusal=DaysReversed),
            noted_by=actor,
        )
        authority.full_clean(exclude=["noted_by", "valid"])
        authority.save(force_insert=True)
    return authority


# --- The question ---------------------------------------------------------------------------------------------------


def held(rows: Rows, authority: str | None) -> list[str]:
    """The guard of disposal: a sentence for each hold in force that covers one of the rows."""
    sentences = []
    for hold in LegalHold.objects.in_force().prefetch_related("subjects").order_by("pk"):
        if any(_covers(hold, model, keys) for model, keys in rows):
            sentences.append(
                _("The legal hold “%(name)s” keeps it. It can go once the hold is released.") % {"name": hold.name}
            )
    return sentences


def held_keys(model: type[models.Model], keys: Sequence[int]) -> set[int]:
    """Which of these rows a hold in force covers, for a page of them: holds without days are asked about together."""
    subjects: list[HeldSubject] = []
    words: list[str] = []
    found: set[int] = set()
    for hold in LegalHold.objects.in_force().prefetch_related("subjects").order_by("pk"):
        if hold.since or hold.until:
            found |= _covered(hold, model, keys)
        else:
            subjects += hold.subjects.all()
            words += hold.words_listed
    if subjects:
        found |= _hanging_on(model, keys, subjects)
    if words:
        found |= _saying(model, keys, words)
    return found


def without_authority(rows: Rows, authority: str | None) -> list[str]:
    """The guard of a federal institution: no disposal without a recorded authority, named by its number."""
    if Installation.current().legal_kind != Installation.LegalKind.FEDERAL:
        return []
    numbers = list(DispositionAuthority.objects.in_force().values_list("number", flat=True))
    if not numbers:
        return [
            _(
                "A federal institution disposes of no record without the written consent of the Librarian and "
                "Archivist (Library and Archives of Canada Act, section 12). Record the number of your disposition "
                "authority first."
            )
        ]
    if authority is None or any(_names(authority, number) for number in numbers):
        return []
    return [
        _("Name the disposition authority by its number. On record: %(numbers)s.") % {"numbers": ", ".join(numbers)}
    ]


def _names(authority: str, number: str) -> bool:
    """Whether the number stands there by itself: 2021/004 is not named by 2021/0045."""
    return re.search(rf"(?<![\w/-]){re.escape(number)}(?![\w/-])", authority, re.IGNORECASE) is not None


def _covers(hold: LegalHold, model: type[models.Model], keys: Sequence[int]) -> bool:
    return bool(_covered(hold, model, keys))


def _covered(hold: LegalHold, model: type[models.Model], keys: Sequence[int]) -> set[int]:
    subjects = list(hold.subjects.all())
    covered: set[int] = set()
    if subjects:
        covered |= _hanging_on(model, keys, subjects)
    if hold.words_listed:
        covered |= _saying(model, keys, hold.words_listed)
    if not subjects and not hold.words_listed:
        covered = set(keys)
    if covered and (hold.since or hold.until):
        covered &= _written_between(model, covered, hold.since, hold.until)
    return covered


_DEPTH: Final = 2
# Ways from a row to a record by rows that point at both, where following foreign keys does not lead there.
_BACK: Final = {
    "person": ("participants__person", "uses__person"),
    "party": ("participants__party", "affiliations__party"),
    "record": ("participations__interaction__initiative", "seat_terms__seat__forum__initiative"),
}


def _hanging_on(model: type[models.Model], keys: Sequence[int], subjects: Sequence[HeldSubject]) -> set[int]:
    people = [each.person_id for each in subjects if each.person_id]
    parties = [each.party_id for each in subjects if each.party_id]
    asked = Q(pk__in=[])
    if people:
        asked |= _reaching(model, Person, people, "person")
    if parties:
        asked |= _reaching(model, Party, parties, "party")
    for kind in holdable_kinds:
        numbers = [each.row_id for each in subjects if each.table == kind.model._meta.db_table and each.row_id]
        if numbers:
            asked |= _reaching(model, kind.model, numbers, "record")
    return set(model._base_manager.filter(asked, pk__in=list(keys)).values_list("pk", flat=True))


def _reaching(model: type[models.Model], target: type[models.Model], keys: Sequence[int], back: str) -> Q:
    """Rows of ``model`` that are one of these records of ``target``, or lead to one."""
    asked = Q(pk__in=keys) if model._meta.concrete_model is target else Q(pk__in=[])
    for path in _paths(model, target, _DEPTH):
        asked |= Q(**{f"{path}__in": keys})
    for path in _filed(model, target):
        asked |= Q(pk__in=model._base_manager.filter(**{f"{path}__in": keys}).values("pk"))
    for path in _BACK[back]:
        if _leads(model, path, target):
            # By a subquery: several participants must not multiply the row.
            asked |= Q(pk__in=model._base_manager.filter(**{f"{path}__in": keys}).values("pk"))
    return asked


def _paths(model: type[models.Model], target: type[models.Model], depth: int) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and field.related_model is not model:
            if field.related_model is target:
                yield field.name
            elif depth > 1 and field.related_model._meta.app_label not in {"accounts", "core"}:
                yield from (f"{field.name}__{rest}" for rest in _paths(field.related_model, target, depth - 1))


def _filed(model: type[models.Model], target: type[models.Model]) -> Iterator[str]:
    """Ways from a document, or from one of its files, to the records on whose pages it is filed."""
    prefix, origin = ("document__", Document) if model is DocumentVersion else ("", model)
    if origin is not Document:
        return
    for link in Document._meta.related_objects:
        if issubclass(link.related_model, DocumentLink):
            for field in link.related_model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey) and field.related_model is target:
                    yield f"{prefix}{link.field.related_query_name()}__{field.name}"


def _leads(model: type[models.Model], path: str, target: type[models.Model]) -> bool:
    here: Any = model
    try:
        for part in path.split("__"):
            here = here._meta.get_field(part).related_model
    except (FieldDoesNotExist, AttributeError):
        return False
    return here is target


def _saying(model: type[models.Model], keys: Sequence[int], words: Sequence[str]) -> set[int]:
    """Rows in which one of the words stands now, or stood in what history still knows."""
    asked, in_history = Q(pk__in=[]), Q(pk__in=[])
    names = {field.column: field.name for field in model._meta.concrete_fields}
    for word in words:
        for column in text_columns(model):
            asked |= Q(**{f"{names[column]}__icontains": word})
        kept = json.dumps(word, ensure_ascii=False)[1:-1]  # as history has it: quotation marks are escaped there
        in_history |= Q(before__icontains=kept) | Q(after__icontains=kept)
    changes = History.objects.filter(in_history, tbl=model._meta.db_table, row_id__in=list(keys))
    found = set(model._base_manager.filter(asked, pk__in=list(keys)).values_list("pk", flat=True))
    return found | set(changes.order_by().values_list("row_id", flat=True).distinct())


def _written_between(
    model: type[models.Model], keys: Collection[int], since: date | None, until: date | None
) -> set[int]:
    """Rows that history saw written or changed on these days; rows of tables without history count as written then."""
    changes = History.objects.filter(tbl=model._meta.db_table, row_id__in=list(keys)).order_by()
    known = set(changes.values_list("row_id", flat=True).distinct())
    if since:
        changes = changes.filter(at__date__gte=since)
    if until:
        changes = changes.filter(at__date__lte=until)
    return (set(keys) - known) | set(changes.values_list("row_id", flat=True).distinct())


def named_subjects(hold: LegalHold, actor: Any) -> list[models.Model | None]:
    """The records under a hold, as the actor may read them; None for one that they may not."""
    subjects = list(hold.subjects.select_related("person", "party"))
    found: dict[tuple[str, int], models.Model] = {}
    for kind in holdable_kinds:
        table = kind.model._meta.db_table
        numbers = [each.row_id for each in subjects if each.table == table]
        if numbers:
            found |= {(table, row.pk): row for row in kind.rows(actor).filter(pk__in=numbers)}
    return [each.person or each.party or found.get((each.table, each.row_id or 0)) for each in subjects]
