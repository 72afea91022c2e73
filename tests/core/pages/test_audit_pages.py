"""The audit: every change in words, and nothing of what is sealed from its reader."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from c2m2a_crm.accounts.models import Team, User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent, Circle, CircleMembership, History, HistoryBlock, Operation
from c2m2a_crm.core.pages.audit import DETAILS, VERBS, tables_with_history
from c2m2a_crm.engagement.models import Initiative, Interaction

URL = reverse("core:audit")


def body(client: Client, url: str = URL, **query: object) -> str:
    return client.get(url, query).content.decode()


def test_a_change_is_told_with_record_writer_and_fields(as_compliance: Client, staff: User) -> None:
    with recorded(staff, reason="spring cleaning"):
        team = Team.objects.create(name_en="Alpha", name_fr="Alpha")
        Team.objects.filter(pk=team.pk).update(name_fr="to test")
    seen = body(as_compliance, kind="accounts_team")
    for wanted in ("Alpha", staff.name, "spring cleaning", "name (French)", "2 changes"):
        assert wanted in seen
    change = History.objects.filter(tbl="accounts_team").first()
    assert change is not None
    detail = body(as_compliance, reverse("core:change", args=[change.pk]))
    assert "to test" in detail
    assert "Name (French)" in detail


def test_filters_narrow_the_changes(as_compliance: Client, staff: User, viewer: User) -> None:
    operation = Operation.objects.create(kind="import", summary="a.csv")
    with recorded(staff, operation=operation, reason="why"):
        Team.objects.create(name_en="Alpha", name_fr="Alpha")
    with recorded(viewer):
        Team.objects.create(name_en="Beta", name_fr="Beta")
    today = timezone.localdate()
    for query, sees_alpha, sees_beta in (
        ({"who": staff.pk}, True, False),
        ({"operation": operation.pk}, True, False),
        ({"q": "why"}, True, False),
        ({"q": "beta"}, False, True),
        ({"action": "I"}, True, True),
        ({"action": "D"}, False, False),
        ({"since": today.isoformat(), "until": today.isoformat()}, True, True),
        ({"until": (today - timezone.timedelta(days=1)).isoformat()}, False, False),  # type: ignore[attr-defined]  # Django sets it at run time
    ):
        seen = body(as_compliance, kind="accounts_team", **query)
        assert (">Alpha<" in seen, ">Beta<" in seen) == (sees_alpha, sees_beta), query


@pytest.mark.parametrize("column", ["sealed_circle", "restricted_circle"])
def test_what_is_sealed_or_restricted_is_as_far_away_here(
    as_compliance: Client, compliance: User, staff: User, column: str, client_of: Callable[[User], Client]
) -> None:
    circle = Circle.objects.create(name="Alpha")
    with recorded(staff):
        entry = Interaction.objects.create(
            kind="call", subject="Quiet words", occurred_on=timezone.localdate(), recorded_by=staff
        )
    assert "Quiet words" in body(as_compliance)
    with recorded(staff):
        Interaction.objects.filter(pk=entry.pk).update(**{column: circle})
    change = History.objects.filter(tbl="engagement_interaction").first()
    assert change is not None
    assert "Quiet words" not in body(as_compliance)  # nor its changes from before
    assert as_compliance.get(reverse("core:change", args=[change.pk])).status_code == 404
    CircleMembership.objects.create(circle=circle, user=compliance)
    assert "Quiet words" in body(as_compliance)
    CircleMembership.objects.all().delete()
    with recorded(staff):
        Interaction.objects.filter(pk=entry.pk).delete()
    assert "Quiet words" not in body(as_compliance, action="D")


def test_exports_stand_beside_the_changes(as_compliance: Client, staff: User) -> None:
    AuditEvent.objects.create(actor=staff, verb="list.exported", details={"list": "organizations", "rows": 12})
    seen = body(as_compliance, reverse("core:audit_events"))
    for wanted in ("List exported", "List: Organizations", "Rows: 12", staff.name):
        assert wanted in seen


def test_an_event_names_its_record(as_compliance: Client, staff: User) -> None:
    AuditEvent.objects.create(verb="account.sign_in_refused", subject_table="accounts_user", subject_id=staff.pk)
    seen = body(as_compliance, reverse("core:audit_events"))
    assert "Sign-in refused" in seen
    assert staff.name in seen


@pytest.mark.parametrize("column", ["sealed_circle", "restricted_circle"])
def test_that_a_closed_entry_was_opened_is_told_to_its_circle_only(
    as_compliance: Client, compliance: User, staff: User, column: str
) -> None:
    circle = Circle.objects.create(name="Alpha")
    entry = Interaction.objects.create(
        kind="call", subject="Quiet words", occurred_on=timezone.localdate(), recorded_by=staff
    )
    url = reverse("core:audit_events")
    AuditEvent.objects.create(
        actor=staff, verb="contact.opened", subject_table="engagement_interaction", subject_id=entry.pk
    )
    AuditEvent.objects.create(actor=staff, verb="list.exported", details={"rows": 3})
    assert "Quiet words" in body(as_compliance, url)
    Interaction.objects.filter(pk=entry.pk).update(**{column: circle})
    seen = body(as_compliance, url)
    assert "List exported" in seen
    assert "Quiet words" not in seen
    assert "entry opened" not in seen
    CircleMembership.objects.create(circle=circle, user=compliance)
    assert "Quiet words" in body(as_compliance, url)


def test_every_verb_and_every_detail_that_the_product_notes_has_words() -> None:
    verbs, details = set(), set()
    for module in _modules():
        # A verb stands in the call, or in a constant of its module.
        constants = {
            ast.unparse(target): _texts(line.value)
            for line in module.body
            if isinstance(line, ast.Assign | ast.AnnAssign) and line.value is not None
            for target in (line.targets if isinstance(line, ast.Assign) else [line.target])
        }
        for call in ast.walk(module):
            given = {word.arg: word.value for word in call.keywords} if isinstance(call, ast.Call) else {}
            if "verb" in given:
                verbs |= constants.get(ast.unparse(given["verb"]), set()) | _texts(given["verb"])
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("AuditEvent.objects.create"):
                for part in ast.walk(given.get("details", ast.Constant(None))):
                    if isinstance(part, ast.Dict):
                        details |= {text for key in part.keys if key is not None for text in _texts(key)}
    assert {"account.signed_in", "list.export_broke_off", "contact.opened", "backup.made"} <= verbs
    assert verbs <= set(VERBS)
    assert details >= {"address", "rows"}
    assert details <= {*DETAILS, "who"}


def _modules() -> Iterator[ast.Module]:
    root = Path(__file__).parents[3]
    for room in ("c2m2a_crm", "members", "forums", "partnerships"):
        for path in (root / room).rglob("*.py"):
            yield ast.parse(path.read_text(encoding="utf-8"))


def _texts(value: ast.expr) -> set[str]:
    texts = (part.value for part in ast.walk(value) if isinstance(part, ast.Constant))
    return {text for text in texts if isinstance(text, str)}


def test_the_choice_of_records_holds_every_table_under_history_and_asks_history_nothing(
    db: None, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1) as asked:
        tables = tables_with_history()
    assert {"core_circle", "members_party", "engagement_interaction", "accounts_user"} <= set(tables)
    assert "core_history" not in asked.captured_queries[0]["sql"]


def test_a_change_does_not_name_what_was_sealed_since(as_compliance: Client, compliance: User, staff: User) -> None:
    circle = Circle.objects.create(name="Alpha")
    initiative = Initiative.objects.create(name_en="Quiet project")
    with recorded(staff):
        Interaction.objects.create(
            kind="call", subject="Words", occurred_on=timezone.localdate(), recorded_by=staff, initiative=initiative
        )
    change = History.objects.get(tbl="engagement_interaction")
    url = reverse("core:change", args=[change.pk])
    assert "Quiet project" in body(as_compliance, url)
    Initiative.objects.update(sealed_circle=circle)
    seen = body(as_compliance, url)
    assert "Words" in seen
    assert "Quiet project" not in seen
    CircleMembership.objects.create(circle=circle, user=compliance)
    assert "Quiet project" in body(as_compliance, url)


def test_queries_of_the_audit_do_not_grow(as_compliance: Client, staff: User) -> None:
    counts = []
    for count in (3, 30):
        with recorded(staff):
            names = [f"Team {count} {number}" for number in range(count)]
            Team.objects.bulk_create([Team(name_en=name, name_fr=name) for name in names])
        body(as_compliance)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            body(as_compliance)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_audit_says_up_to_where_history_is_closed(as_compliance: Client, staff: User) -> None:
    assert "Closed up to block" not in body(as_compliance)
    moment = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
    HistoryBlock.objects.create(
        n=7, format=1, from_tick=0, to_tick=1, rows=3, closed_at=moment, digest=b"", previous=b"", hash=b""
    )
    assert "Closed up to block 7, Mar\u00a04, 2026 at 10:30" in body(as_compliance)


def test_the_audit_warns_when_changes_wait_too_long(as_compliance: Client, staff: User) -> None:
    with recorded(staff):
        Circle.objects.create(name="Alpha")
    with time_machine.travel(timezone.now() + timedelta(minutes=14)):
        assert "History is not being closed" not in body(as_compliance)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert "History is not being closed" in body(as_compliance)


def test_a_filter_says_in_words_that_nothing_is_chosen(as_compliance: Client) -> None:
    panel = html.fromstring(as_compliance.get(reverse("core:audit"), {"filters": "on"}).content)
    first = [option.text for option in panel.cssselect("#main select option:first-child")]
    assert first
    assert "---------" not in first
    assert "Any" in first
