"""Doing what the plan says, as one operation: all of it, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.imports import Table, Verdict
from c2m2a_crm.core.jobs import be_patient
from c2m2a_crm.core.models import Operation
from members import services
from members.imports.columns import ImportSettings
from members.imports.plan import Plan, Reading, Subject, plan_of
from members.models import PartyName
from members.policies import can_edit_directory

OPERATION_KIND: Final = "import.organizations"
_CHUNK: Final = 500
# Two imports at once would each make what the other is making; the second waits.
_LOCK: Final = 0x696D706F


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The plan as it was carried out; ``operation`` is None where there was nothing to do or a rule said no."""

    plan: Plan
    operation: Operation | None

    def to_json(self) -> dict[str, Any]:
        applied = self.operation is not None
        return {"applied": applied, "operation": self.operation.pk if self.operation else None, **self.plan.to_json()}


Telling = Callable[[int, int, str], None]


def _say_nothing(_done: int, _total: int, _step: str) -> None:
    """The default for callers who show no progress."""


def import_organizations(
    *,
    actor: User,
    table: Table,
    settings: ImportSettings,
    file_name: str,
    data: bytes = b"",
    dry_run: bool = False,
    tell: Telling = _say_nothing,
) -> ImportOutcome:
    """Plan and, unless ``dry_run``, apply: new organizations, and what is missing on those on file.

    Rejected rows and open decisions are left out and reported; with ``settings.all_or_nothing`` one of them stops the
    whole import. The comparison is made anew inside the transaction, so what changed since a preview is seen.
    """
    require(can_edit_directory(actor))
    tell(0, len(table.rows), _("Reading the rows"))
    reading = Reading(table, settings)
    if dry_run:
        return ImportOutcome(plan_of(reading), None)
    with recorded(actor):
        be_patient()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        tell(0, len(table.rows), _("Comparing with what is on file"))
        plan = plan_of(reading)
        new, updated = plan.of(Verdict.NEW), plan.of(Verdict.UPDATED)
        if (settings.all_or_nothing and not plan.is_clean) or not (new or updated):
            return ImportOutcome(plan, None)
        operation = Operation.objects.create(
            kind=OPERATION_KIND,
            summary=_summary(file_name, len(new), len(updated)),
            actor_id=actor.pk,
            details={
                "file": file_name,
                "sha256": hashlib.sha256(data).hexdigest() if data else "",
                "organizations": plan.counts,
                "settings": settings.to_json(),
            },
        )
        with recorded(actor, operation=operation, reason=_("Import of %(file)s") % {"file": file_name}):
            total = len(new) + len(updated)
            done = 0
            for chunk in _chunks(new):
                _create(actor, chunk, operation)
                done += len(chunk)
                tell(done, total, _("Adding organizations"))
            for chunk in _chunks(updated):
                _update(actor, chunk, operation)
                done += len(chunk)
                tell(done, total, _("Adding to organizations on file"))
    return ImportOutcome(plan, operation)


def _summary(file_name: str, new: int, updated: int) -> str:
    made = ngettext("%(count)d organization added", "%(count)d organizations added", new) % {"count": new}
    changed = ngettext("%(count)d updated", "%(count)d updated", updated) % {"count": updated}
    return _("%(label)s: %(value)s") % {"label": file_name, "value": f"{made}, {changed}"}


def _chunks(subjects: Sequence[Subject]) -> Iterator[list[Subject]]:
    source = iter(subjects)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk


def _create(actor: User, subjects: Sequence[Subject], operation: Operation) -> None:
    parties = services.create_parties(
        actor=actor, rows=[subject.to_input() for subject in subjects], operation=operation
    )
    for subject, party in zip(subjects, parties, strict=True):
        subject.party = party
    _add_identifiers(actor, subjects, operation)


def _add_identifiers(actor: User, subjects: Sequence[Subject], operation: Operation) -> None:
    rows = [
        (subject.party, scheme, value) for subject in subjects if subject.party for scheme, value in subject.new_ids
    ]
    services.add_outside_ids(actor=actor, rows=rows, operation=operation)


def _update(actor: User, subjects: Sequence[Subject], operation: Operation) -> None:
    for subject in subjects:
        party = subject.party
        if party is None:
            continue
        if subject.changes:
            services.update_party(
                actor=actor, party=party, version=party.version, changes=subject.changes, operation=operation
            )
        for name in subject.new_names:
            services.add_party_name(actor=actor, party=party, kind=PartyName.Kind.ALIAS, text=name, operation=operation)
        for email in subject.new_emails:
            services.add_email(actor=actor, owner=party, address=email, operation=operation)
        for phone in subject.new_phones:
            services.add_phone(actor=actor, owner=party, number=phone, operation=operation)
    _add_identifiers(actor, subjects, operation)
