"""Finding what a request asks for: open records by a search, records of circles by their owners."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.circles import owners_of
from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import jobs
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, Installation, Job
from c2m2a_crm.core.outbox import Mail, queue_mail
from c2m2a_crm.core.querysets import CONFIDED
from c2m2a_crm.core.registries import HeldRecord, Sought, personal_data
from c2m2a_crm.core.rights import can_read_secretariat
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.models import AccessItem, AccessRequest, OwnerAsk
from c2m2a_crm.privacy.services.confided import circles_since, places_in
from c2m2a_crm.privacy.services.requests import OWNERS_HAVE, RequestRefused, lock_open

GATHER = "privacy.gather"
_TOLD_EACH = 200
_UNREVIEWED: Final[dict[str, Any]] = {
    "mark": AccessItem.Mark.PENDING,
    "section": "",
    "passages": "",
    "reviewed_by": None,
    "reviewed_at": None,
}


def begin_search(*, actor: User, request: AccessRequest, base_url: str) -> Job:
    """Ask the owners of every circle that was not asked yet, or got a record since, and start the search.

    Searching again finds what came since; what was found keeps its number. Raises :class:`RequestRefused`.
    """
    require(policies.can_handle_privacy(actor))
    with recorded(actor):
        current = lock_open(request)
        if current.owners_until is None:
            current.owners_until = max(today(), min(today() + OWNERS_HAVE, current.due_on - timedelta(days=1)))
            current.save(update_fields=["owners_until"])
        # To them a record has come since they answered.
        current.asks.filter(circle__in=circles_since(current)).update(answered_at=None, answered_by=None)
        _ask_owners(current, base_url)
        return jobs.start_job(
            actor=actor,
            kind=GATHER,
            title=_("Search for request %(number)s") % {"number": current.reference},
            parameters={"request": current.pk, "page": current.get_absolute_url()},
        )


@jobs.runner(GATHER)
def run_gathering(job: Job) -> dict[str, Any]:
    """The rights are those of the person at the time when the work runs, and nothing opened in an emergency counts."""
    if not policies.can_handle_privacy(job.actor):
        raise jobs.JobError(_("You may no longer do this."))
    request = AccessRequest.objects.get(pk=job.parameters["request"])
    step = _("Records found")
    try:
        found = gather(actor=job.actor, request=request, told=lambda count: jobs.progress(job, done=count, step=step))
    except RequestRefused as refusal:
        raise jobs.JobError(str(refusal)) from refusal
    return {"found": found}


def _ask_owners(request: AccessRequest, base_url: str) -> None:
    """Every circle, whatever it holds: who is asked must learn nothing from being asked."""
    owners: dict[int, tuple[User, OwnerAsk]] = {}
    for circle in Circle.objects.exclude(pk__in=request.asks.values("circle")).order_by("pk"):
        ask = OwnerAsk.objects.create(request=request, circle=circle)
        for owner in owners_of(circle):
            owners.setdefault(owner.pk, (owner, ask))
    for owner, ask in owners.values():
        with translation.override(owner.language):
            context = {
                "owner": owner,
                "access_request": request,
                "link": base_url.rstrip("/") + reverse("privacy:asks"),
                "installation": Installation.current(),
            }
            mail = Mail(
                to_address=owner.email,
                to_name=owner.name,
                language=owner.language,
                subject=render_to_string("privacy/email/asked_subject.txt", context),
                body_text=render_to_string("privacy/email/asked_message.txt", context),
            )
        queue_mail(mail, kind=f"privacy.asked{CONFIDED}", key=f"privacy.asked:{ask.pk}:{owner.pk}")


def gather(*, actor: User, request: AccessRequest, told: Callable[[int], None] = lambda found: None) -> int:
    """Keep every open record that answers and was not found before; returns how many came new.

    A copy without words gets them anew where its record is open: owners kept it back, and opened it since. Nothing that
    was confided to a circle is among them, also not where the actor belongs to it.
    """
    require(policies.can_handle_privacy(actor))
    with recorded(actor):
        current = lock_open(request)
        with translation.override(current.language):
            count = _keep(current, _found(actor, current, None), told=told)
        current.gathered_at = timezone.now()
        if can_read_secretariat(actor):
            current.papers_searched_at = current.gathered_at
        current.save(update_fields=["gathered_at", "papers_searched_at"])
    return count


def matches_in_circle(*, owner: User, ask: OwnerAsk) -> list[tuple[str, HeldRecord]]:
    """What answers in the circle of the question, as its owner may read it: (key of the room, record)."""
    require(policies.can_answer_ask(owner, ask))
    with translation.override(ask.request.language):
        found: dict[tuple[str, int], tuple[str, HeldRecord]] = {}
        for key, record in _found(owner, ask.request, ask.circle_id):
            found.setdefault(_place(record), (key, record))
    return list(found.values())


def answer_ask(*, owner: User, ask: OwnerAsk, chosen: Sequence[str]) -> int:
    """The owners have looked: ``chosen`` (:func:`name_of`) goes into the package, perhaps nothing. May be said again.

    Returns how many records went in. Raises :class:`RequestRefused` where the request is closed.
    """
    with recorded(owner):
        current = lock_open(ask.request)
        locked = OwnerAsk.objects.select_for_update(of=("self",)).select_related("circle").get(pk=ask.pk)
        locked.request = current
        wanted = set(chosen)
        offered = matches_in_circle(owner=owner, ask=locked)
        given = [(key, record) for key, record in offered if name_of(record) in wanted]
        count = _keep(current, iter(given), is_from_owners=True)
        _forget_copies(current, [_place(record) for _key, record in offered if name_of(record) not in wanted])
        if locked.answered_at is None:
            locked.answered_at, locked.answered_by = timezone.now(), owner
            locked.save(update_fields=["answered_at", "answered_by"])
    return count


def name_of(record: HeldRecord) -> str:
    """How a form names a record."""
    table, pk = _place(record)
    return f"{table}:{pk}"


def _place(record: HeldRecord) -> tuple[str, int]:
    return record.row._meta.db_table, record.row.pk


def _found(actor: User, request: AccessRequest, circle: int | None) -> Iterator[tuple[str, HeldRecord]]:
    for source in personal_data:
        if request.is_about_a_person:
            for record in source.held(actor, request.person, circle):
                yield source.key, record
            continue
        people = [each.person for each in request.people.select_related("person")]
        # Between semicolons stand ways to say the same thing; each is asked for by itself.
        for words in list(filter(None, map(str.strip, request.subject_words.split(";")))) or [""]:
            sought = Sought(words, people, request.since, request.until)
            for record in source.find(actor, sought, circle):
                yield source.key, record


def _keep(
    request: AccessRequest,
    found: Iterator[tuple[str, HeldRecord]],
    *,
    is_from_owners: bool = False,
    told: Callable[[int], None] = lambda found: None,
) -> int:
    items = list(request.items.only("request", "table", "row_id", "title"))
    known = {(item.table, item.row_id): item.pk for item in items}
    # Under the number that it has: what was confided since is put in by its owners, and what was opened since is found.
    # What was lawfully removed has no words in its record either.
    if is_from_owners:
        anew = known.keys() - places_in(request)
    else:
        anew = {(item.table, item.row_id) for item in items if not item.title}
    number = request.items.aggregate(last=Max("number"))["last"] or 0
    fresh: list[AccessItem] = []
    filled = 0
    for key, record in found:
        place = _place(record)
        copy = _copy_of(record, is_from_owners=is_from_owners)
        if place in anew:
            anew.remove(place)
            request.items.filter(pk=known[place]).update(**copy, **_UNREVIEWED)
            filled += 1
        if place in known:
            continue
        known[place] = 0
        number += 1
        table, row_id = place
        fresh.append(AccessItem(request=request, number=number, source_key=key, table=table, row_id=row_id, **copy))
        if len(fresh) % _TOLD_EACH == 0:
            told(len(fresh))
    AccessItem.objects.bulk_create(fresh, batch_size=500)
    return len(fresh) + filled


def _forget_copies(request: AccessRequest, places: Sequence[tuple[str, int]]) -> None:
    """What the owners keep back and was found before it was confided to them: the number alone stays."""
    for table, row_id in places:
        copies = request.items.filter(table=table, row_id=row_id, is_from_owners=False)
        copies.update(title="", text="", source="", uses="", recipients="", **_UNREVIEWED)


def _copy_of(record: HeldRecord, *, is_from_owners: bool) -> dict[str, Any]:
    return {
        "title": str(record.title)[:400],
        "text": record.text,
        "occurred_on": record.on,
        "source": str(record.source)[:500],
        "uses": str(record.uses)[:500],
        "recipients": str(record.recipients)[:500],
        "is_from_owners": is_from_owners,
    }
