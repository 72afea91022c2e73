"""What documents say about a person, and how requests for information find them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.documents import lists, selectors
from c2m2a_crm.core.held import between, lines, nobody_told
from c2m2a_crm.core.models import Document
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.registries import HeldRecord, Sought
from c2m2a_crm.core.searching.service import answering

KINDS: Final = ("document", "secretariatpaper")


def held(actor: Any, person: Any, circle: int | None) -> Iterator[HeldRecord]:
    """Documents in which the person's name stands, as far as the search has read them."""
    yield from _told(_readable(actor, circle).filter(_naming(actor, [person])))


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """Documents that have the words and name one of the people, by the day on which they came to us."""
    rows = _readable(actor, circle).filter(between("created_at__date", sought.since, sought.until))
    if sought.words:
        rows = rows.filter(_answering(actor, sought.words))
    if sought.people:
        rows = rows.filter(_naming(actor, sought.people))
    yield from _told(rows)


def _readable(actor: Any, circle: int | None) -> QuerySet[Document]:
    rows = Document.objects.readable_by(actor).filter(confided_to(circle), removed_at__isnull=True)
    return rows.select_related("added_by").order_by("pk")


def _answering(actor: Any, words: str) -> Q:
    found = Q()
    for kind in KINDS:
        found |= answering(actor, kind, words)
    return found


def _naming(actor: Any, people: Sequence[Any]) -> Q:
    named = Q(pk__in=())
    for person in people:
        named |= _answering(actor, person.full_name)
    return named


def _told(rows: Iterable[Document]) -> Iterator[HeldRecord]:
    for document in rows:
        files = selectors.sides_of(document.versions.all())
        text = lines(
            (_("Title in English"), document.title_en),
            (_("Title in French"), document.title_fr),
            (_("Class"), lists.class_words(document)),
            (_("Security marking"), lists.marking_words(document)),
            (_("Third-party confidential"), _("Yes") if document.third_party_confidential else ""),
            (_("Received on"), document.received_on),
            *((_("File"), f"{file.original_name}\n{file.text}") for file in dict.fromkeys(files.values())),
        )
        yield HeldRecord(
            document,
            _("Document: %(title)s") % {"title": document},
            text,
            on=timezone.localdate(document.created_at),
            source=document.received_from or _("Added by %(name)s.") % {"name": document.adder},
            uses=_("To do the work of the office that it is filed under."),
            recipients=nobody_told(),
        )
