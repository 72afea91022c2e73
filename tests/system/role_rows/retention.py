"""Addresses of retention, holds and incidents: compliance and administrators look, compliance alone disposes."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import Incident, RetentionRow, RetentionRun
from c2m2a_crm.privacy.reference.keeping import load_notice_duties, load_retention_periods
from c2m2a_crm.privacy.services import holds, incidents, retention
from members.services import create_person
from tests.factories import UserFactory
from tests.system.role_matrix import ROLES, SIGN_IN, Expected, act, auditors, form, page


def compliance(status: int = 200) -> Expected:
    """Compliance alone (``policies.can_dispose``)."""
    return {**dict.fromkeys(ROLES, 403), "anonymous": SIGN_IN, "compliance": status}


def _officer() -> User:
    return UserFactory(roles=[Role.COMPLIANCE])


def _person() -> dict[str, Any]:
    return {"pk": create_person(actor=_officer(), given_name="Amara", family_name="Tamarack").pk}


def _hold() -> dict[str, Any]:
    return {"pk": holds.place_hold(actor=_officer(), name="Trial", reason="Court file", words="brine").pk}


def _run() -> dict[str, Any]:
    load_retention_periods()
    person = create_person(actor=_officer(), given_name="Amara", family_name="Tamarack")
    retention.make_previews()
    run = RetentionRun.objects.get(rule="people")
    with recorded(None, system="tests"):
        RetentionRow.objects.create(run=run, row_id=person.pk)
    return {"pk": run.pk}


def _row() -> dict[str, Any]:
    return {"pk": RetentionRow.objects.get(run=_run()["pk"]).pk}


def _rule() -> dict[str, Any]:
    load_retention_periods()
    return {"rule": "people"}


def _incident() -> dict[str, Any]:
    load_notice_duties()
    facts = {"title": "Lost laptop", "what": "Left in a train", "whose": "Members", "information": "Names"}
    return {"pk": incidents.record_incident(actor=_officer(), found_on=today(), **facts).pk}


def _duty() -> dict[str, Any]:
    pk = _incident()["pk"]
    return {"pk": pk, "duty_pk": incidents.duties_of(Incident.objects.get(pk=pk))[0].duty.pk}


MAKERS = {
    "anonymisable": _person,
    "hold": _hold,
    "retention_run": _run,
    "retention_row": _row,
    "retention_rule": _rule,
    "incident": _incident,
    "notice_duty": _duty,
}

ROWS = {
    "people:anonymise": form(compliance(), "anonymisable"),
    "privacy:retention": page(auditors()),
    "privacy:retention_run": page(auditors(), "retention_run"),
    "privacy:approve": act(compliance(422), "retention_run"),
    "privacy:leave_out": form(compliance(), "retention_row"),
    "privacy:retention_period": form(compliance(), "retention_rule"),
    "privacy:holds": page(auditors()),
    "privacy:place_hold": form(compliance()),
    "privacy:hold": page(auditors(), "hold"),
    "privacy:hold_more": act(compliance(422), "hold"),
    "privacy:release_hold": form(compliance(), "hold"),
    "privacy:hold_again": act(compliance(302), "hold"),
    "privacy:note_authority": form(compliance()),
    "privacy:incidents": page(auditors()),
    "privacy:record_incident": form(auditors()),
    "privacy:incident": form(auditors(), "incident"),
    "privacy:note_notice": form(auditors(), "notice_duty"),
    "privacy:close_incident": act(auditors(302), "incident"),
}
