"""Prints of what was confided to a circle, and of lists that name people: the purpose stands in the audit and on paper.

A browser prints without asking the server. Who says beforehand what the print is for finds it on the paper; without
that, the paper says that nobody was told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.apps import apps
from django.core import signing
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from c2m2a_crm.core import typed_words
from c2m2a_crm.core.actor import Actor, without_circles
from c2m2a_crm.core.exports import request_for
from c2m2a_crm.core.lists import CARRY_AWAY
from c2m2a_crm.core.models import AuditEvent
from c2m2a_crm.core.reads import Reading
from c2m2a_crm.core.registries import ExportableList, exportable_lists

# In an address: the number of the event that noted the print.
PRINT: Final = "print"
# The dialog of the browser stands open a while; a later print is another one.
ONE_PRINT: Final = timedelta(hours=1)
_SALT: Final = "core.printing"


@dataclass(frozen=True, slots=True)
class Printable:
    """A page whose print is noted: a list by its key, or a record by its table and key."""

    path: str
    list_key: str = ""
    table: str = ""
    pk: int = 0

    def sealed(self) -> str:
        """For a form: a text that only this product can have written."""
        return signing.dumps([self.path, self.list_key, self.table, self.pk], salt=_SALT)


def printable_from(mark: str) -> Printable:
    """Raises ``Http404`` where the mark is not ours."""
    try:
        path, list_key, table, pk = signing.loads(mark, salt=_SALT)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    return Printable(path, list_key, table, pk)


def page_of(request: HttpRequest) -> str:
    """The address that is printed: the present one, without the number of a print that was noted."""
    query = request.GET.copy()
    for beside in (PRINT, CARRY_AWAY):
        query.pop(beside, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def printable_reading(request: HttpRequest, reading: Reading) -> Printable:
    return Printable(page_of(request), table=reading.table, pk=reading.pk)


def note_print(actor: Actor, page: Printable, purpose: str) -> AuditEvent:
    """Note the print before it is made. Raises ``Http404`` where the person may not read what it would show."""
    details = {"page": page.path, "purpose": purpose}
    if page.list_key:
        entry = exportable_lists.get(page.list_key)
        if entry is None:
            raise Http404
        told = _for_others(entry, page.path, actor)
        if told != page.path:
            details |= {"page": told, "mark": _mark_of(page.path)}
        return AuditEvent.objects.create(
            actor_id=actor.pk, verb="list.printed", details={"list": page.list_key, **details}
        )
    model: Any = next((model for model in apps.get_models() if model._meta.db_table == page.table), None)
    if model is None or not model._default_manager.readable_by(actor).filter(pk=page.pk).exists():
        raise Http404
    return AuditEvent.objects.create(
        actor_id=actor.pk, verb="record.printed", subject_table=page.table, subject_id=page.pk, details=details
    )


def _for_others(entry: ExportableList, path: str, actor: Actor) -> str:
    """The address of a list as the audit tells it (``core.typed_words``)."""
    place, _mark, query = path.partition("?")
    state, others = (entry.state(request_for(who, query, place)) for who in (actor, without_circles(actor)))
    return path if typed_words.may_be_told(state, others) else f"{place}?{typed_words.without_typed(state, query)}"


def _mark_of(path: str) -> str:
    """What says whether an address is the one that was printed, and nothing else of it."""
    return salted_hmac(_SALT, path).hexdigest()


def noted_purpose(request: HttpRequest) -> str:
    """The purpose of the print that the address names, if this person noted it lately for this very page."""
    number = request.GET.get(PRINT, "")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return ""
    event = AuditEvent.objects.filter(
        pk=int(number),
        actor_id=request.user.pk or 0,
        verb__in=("list.printed", "record.printed"),
        at__gt=timezone.now() - ONE_PRINT,
    ).first()
    page = page_of(request)
    is_this = event is not None and event.details.get("mark", event.details["page"]) in (_mark_of(page), page)
    return str(event.details["purpose"]) if event and is_this else ""
