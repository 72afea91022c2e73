"""The register of incidents: recorded, assessed, told to whom the law names, closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.models import Incident, IncidentNotice, NoticeDuty

RISK_FIELDS: Final = ("sensitivity", "sensitivity_note", "misuse", "misuse_note", "risk", "risk_note")


class IncidentRefused(ActRefused):
    """A rule of the register forbids the act; ``str()`` says why."""


def record_incident(*, actor: User, **facts: Any) -> Incident:
    """Take an incident into the register, numbered within the year in which it was found."""
    require(policies.can_keep_incidents(actor))
    if facts["found_on"] > today():
        raise IncidentRefused(gettext_lazy("It cannot be found on a day to come."), field="found_on")
    with recorded(actor):
        # The office's row is what two who record at once wait for.
        Installation.objects.select_for_update().filter(pk=1).first()
        year = facts["found_on"].year
        last = Incident.objects.filter(year=year).aggregate(last=Max("number"))["last"] or 0
        incident = Incident(
            year=year,
            number=last + 1,
            legal_kind=Installation.current().legal_kind,
            created_by=actor,
            **_cleaned(facts),
        )
        incident.full_clean(exclude=["created_by"])
        incident.save(force_insert=True)
    return incident


def edit_incident(*, actor: User, incident: Incident, version: int, changes: Mapping[str, Any]) -> Incident:
    """Change what is known of it, its assessment too. Raises ``EditConflict`` and :class:`IncidentRefused`."""
    require(policies.can_keep_incidents(actor))
    with recorded(actor):
        current = _open(incident)
        keep = changes_to_keep(current, _cleaned(changes), version=version)
        wanted = {name: keep.get(name, getattr(current, name)) for name in ("risk", "sensitivity", "misuse")}
        if wanted["risk"] and not (wanted["sensitivity"] and wanted["misuse"]):
            raise IncidentRefused(
                gettext_lazy("Say how sensitive the information is and how probable misuse is."), field="sensitivity"
            )
        if "risk" in keep:
            keep["assessed_on"] = today() if keep["risk"] else None
        apply(current, keep)
    return current


def note_notice(*, actor: User, incident: Incident, duty: NoticeDuty, told_on: date, how: str) -> IncidentNotice:
    """Note that somebody was told. Raises :class:`IncidentRefused`."""
    require(policies.can_keep_incidents(actor))
    if not clean_line(how):
        raise IncidentRefused(gettext_lazy("Say how they were told, and by whom."), field="how")
    if told_on > today() or told_on < incident.found_on:
        raise IncidentRefused(
            gettext_lazy("They were told between the day on which it was found and today."), field="told_on"
        )
    with recorded(actor):
        current = _open(incident)
        notice, _made = IncidentNotice.objects.update_or_create(
            incident=current, duty=duty, defaults={"told_on": told_on, "how": clean_line(how)[:500], "noted_by": actor}
        )
    return notice


def close_incident(*, actor: User, incident: Incident) -> Incident:
    """Refused while the risk is not assessed or somebody who must be told was not."""
    require(policies.can_keep_incidents(actor))
    with recorded(actor):
        current = _open(incident)
        if not current.risk:
            raise IncidentRefused(gettext_lazy("Assess the risk first."))
        waiting = [str(line.duty) for line in duties_of(current) if line.is_waiting]
        if waiting:
            raise IncidentRefused(_("Not told yet: %(names)s.") % {"names": ", ".join(waiting)})
        apply(current, {"closed_on": today()})
    return current


def _open(incident: Incident) -> Incident:
    current = lock(incident)
    if not current.is_open:
        raise IncidentRefused(gettext_lazy("This incident is closed."))
    return current


def _cleaned(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: clean_line(value) if isinstance(value, str) else value for name, value in facts.items()}


# --- Whom to inform -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty as it stands for one incident; ``due_on`` only where the law names a number of days."""

    duty: NoticeDuty
    is_owed: bool
    due_on: date | None
    notice: IncidentNotice | None

    @property
    def is_waiting(self) -> bool:
        return self.is_owed and self.notice is None and self.duty.kind == NoticeDuty.Kind.NOTICE

    @property
    def is_late(self) -> bool:
        return self.is_waiting and self.due_on is not None and self.due_on < today()


def duties_of(incident: Incident) -> list[DutyLine]:
    """Whom to inform by when, under the law of the day on which it was found.

    What depends on a real risk is owed once the risk was found to be real; a record is owed always. Days run from the
    assessment; months of a record from the day on which it was found.
    """
    duties = NoticeDuty.objects.filter(legal_kind=incident.legal_kind, valid__contains=incident.found_on)
    told = {notice.duty_id: notice for notice in incident.notices.select_related("noted_by")}
    lines = []
    for duty in duties.order_by("kind", "pk"):
        is_owed = not duty.only_at_real_risk or incident.risk == Incident.Risk.REAL
        due_on = None
        if duty.days is not None and incident.assessed_on and is_owed:
            due_on = incident.assessed_on + timedelta(days=duty.days)
        if duty.months is not None:
            due_on = months_after(incident.found_on, duty.months)
        lines.append(DutyLine(duty, is_owed, due_on, told.get(duty.pk)))
    return lines
