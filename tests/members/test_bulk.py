"""One change of many rows: who may, what is shown first, what is written, and what is asked again."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import History, Operation
from c2m2a_crm.core.operations.services import undo
from members import services
from members.models import Party, Person
from members.services import bulk
from members.services.freshness import verify
from members.views import bulk as page
from tests.members.reading import one, read, texts, values_of_form

pytestmark = pytest.mark.django_db

URL = "/organizations/bulk/"


@pytest.fixture
def works(staff: User) -> list[Party]:
    rows = [services.PartyInput(kind="business", name_en=f"Works {number}") for number in range(1, 6)]
    return services.create_parties(actor=staff, rows=rows)


def keys(records: list[Any]) -> list[int]:
    return [record.pk for record in records]


def next_form(response: Any, **changed: Any) -> dict[str, Any]:
    """What the page would send, with what the reader filled in; the rows of its hidden fields all together."""
    sent = values_of_form(read(response))
    ticked = [field.get("value") for field in read(response).cssselect("main form[method=post] input[name=pk]")]
    return {**sent, **({"pk": ticked} if ticked else {}), **changed}


# --- The list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ["organizations", "nations", "people"])
def test_writers_have_boxes_and_viewers_none(
    as_staff: Client, as_viewer: Client, room: str, northline: Party, nation: Party, amara: Person
) -> None:
    listed = read(as_staff.get(reverse(f"{room}:list")))
    box = one(listed, "#results tbody input[type=checkbox]")
    assert box.get("name") == "pk"
    assert box.get("form") == "bulk-form"
    assert box.get("aria-label").startswith("Select ")
    assert one(listed, "form#bulk-form").get("action") == reverse(f"{room}:bulk")
    assert texts(listed, ".bulk button[name=act]") == ["Assign owner…", "Checked…", "Archive…"]
    looked = read(as_viewer.get(reverse(f"{room}:list")))
    assert not looked.cssselect("#results tbody input[type=checkbox], .bulk, #bulk-form")


def test_boxes_come_with_a_fragment_and_its_filter(as_staff: Client, works: list[Party]) -> None:
    found = read(as_staff.get("/organizations/", {"q": "Works"}, headers={"HX-Request": "true"}))
    assert len(found.cssselect("#results tbody input[name=pk]")) == 5
    assert one(found, "#bulk-form input[name=query]").get("value") == "q=Works"


def test_all_rows_are_offered_only_where_a_page_does_not_hold_them(as_staff: Client, staff: User) -> None:
    rows = [services.PartyInput(kind="business", name_en=f"Works {number}") for number in range(16)]
    services.create_parties(actor=staff, rows=rows)
    assert not read(as_staff.get("/organizations/")).cssselect(".bulk [name=scope]")
    listed = read(as_staff.get("/organizations/", {"rows": "15"}))
    assert texts(listed, ".bulk .check") == ["All 16 that match"]
    assert one(listed, ".bulk [name=scope]").get("data-whole") == "16"


def test_list_without_boxes_costs_as_many_statements(as_staff: Client, as_viewer: Client, works: list[Party]) -> None:
    counts = []
    for client in (as_staff, as_viewer):
        client.get("/organizations/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/organizations/")
        counts.append(len([each for each in captured if '"members_party"' in each["sql"]]))
    assert counts[0] == counts[1] > 0


# --- Looking before leaping ------------------------------------------------------------------------------------------


def test_nothing_ticked_leads_back(as_staff: Client) -> None:
    response = as_staff.post(URL, {"act": "owner", "query": "q=Works"}, follow=True)
    assert response.redirect_chain == [("/organizations/?q=Works", 302)]
    assert "Select at least one row first." in response.content.decode()
    assert as_staff.get(URL).headers["Location"] == "/organizations/"
    assert as_staff.post(URL, {"act": "delete", "pk": "1"}).status_code == 302


def test_owner_is_chosen_previewed_and_applied(
    as_staff: Client, staff: User, secretariat: User, works: list[Party]
) -> None:
    services.update_party(actor=staff, party=works[0], version=1, changes={"owner": secretariat})
    services.archive_party(actor=staff, party=works[1], reason="Closed.")
    asked = as_staff.post(URL, {"act": "owner", "pk": keys(works)})
    assert asked.status_code == 200
    assert texts(read(asked), ".lede") == ["Selected: 5 organizations"]
    assert not read(asked).cssselect("main button[value=apply]")
    assert as_staff.post(URL, next_form(asked, stage="preview")).status_code == 422

    preview = as_staff.post(URL, next_form(asked, stage="preview", owner=str(secretariat.pk)))
    shown = read(preview)
    assert texts(shown, "main tbody th") == ["Works 3", "Works 4", "Works 5"]
    assert [text.split()[-1] for text in texts(shown, "main tbody td:nth-of-type(1)")] == ["Nobody"] * 3
    assert all(text.endswith(secretariat.name) for text in texts(shown, "main tbody td:nth-of-type(2)"))
    left = texts(shown, "section[aria-labelledby=left-h] li")
    assert left == ["Has this owner already 1Works 1", "Archived, to be restored first 1Works 2"]
    assert texts(shown, "main button[value=apply]") == ["Apply to 3 organizations"]
    assert not Operation.objects.exists()

    done = as_staff.post(URL, next_form(preview, stage="apply"), follow=True)
    assert done.redirect_chain == [("/organizations/", 302)]
    assert f"Bulk edit: 3 records now owned by {secretariat.name}." in done.content.decode()
    assert set(Party.objects.filter(owner=secretariat).values_list("name_en", flat=True)) == {
        "Works 1",
        "Works 3",
        "Works 4",
        "Works 5",
    }


def test_archiving_asks_for_a_reason_and_keeps_it(as_staff: Client, works: list[Party]) -> None:
    asked = as_staff.post(URL, {"act": "archive", "pk": keys(works[:2])})
    assert texts(read(asked), "main tbody td") == ["In the lists", "Archived"] * 2
    assert as_staff.post(URL, next_form(asked, reason=" ")).status_code == 422
    assert Party.objects.active().organizations().count() == 5
    assert as_staff.post(URL, next_form(asked, reason="Merged into one.")).status_code == 302
    archived = list(Party.objects.archived())
    assert {party.archived_reason for party in archived} == {"Merged into one."}
    assert {party.version for party in archived} == {2}
    assert {party.name_en for party in archived} == {"Works 1", "Works 2"}


def test_who_checked_several_says_so_once_sees_what_is_noted_and_can_undo_it(
    as_staff: Client, staff: User, secretariat: User, works: list[Party]
) -> None:
    verify(actor=secretariat, records=works[:1])
    services.archive_party(actor=staff, party=works[4], reason="Closed.")
    asked = as_staff.post(URL, {"act": "check", "pk": keys(works)})
    today = " ".join(dates.short_date(timezone.localdate()).split())
    by_me = f"{today} · {staff.name}"
    assert texts(read(asked), "main tbody td")[:4] == [f"{today} · {secretariat.name}", by_me, "Never", by_me]
    assert not Operation.objects.filter(kind="bulk_edit").exists()
    assert as_staff.post(URL, next_form(asked)).status_code == 302
    assert [party.verified_by for party in Party.objects.filter(pk__in=keys(works)).order_by("pk")] == [
        *([staff] * 4),
        None,
    ]
    operation = Operation.objects.get(kind="bulk_edit")
    assert str(operation) == "Bulk edit: 4 records checked"
    undo(actor=staff, operation=operation)
    found = Party.objects.filter(pk__in=keys(works)).order_by("pk")
    assert [party.verified_by for party in found] == [secretariat, None, None, None, None]


def test_nobody_is_noted_as_checked_who_was_made_anonymous(staff: User, amara: Person) -> None:
    other = services.create_person(actor=staff, given_name="Bo")
    Person.objects.filter(pk=other.pk).update(anonymised_on=timezone.localdate())
    operation = bulk.change_in_bulk(actor=staff, model=Person, keys=keys([amara, other]), change=services.Checking())
    assert operation.details["count"] == 1
    other.refresh_from_db()
    assert other.verified_on is None


def test_all_that_match_are_a_query_and_no_row_is_sent(
    as_staff: Client, staff: User, works: list[Party], northline: Party
) -> None:
    asked = as_staff.post(URL, {"act": "owner", "scope": "all", "query": "q=Works", "pk": [northline.pk]})
    assert texts(read(asked), ".lede") == ["Selected: 5 organizations"]
    assert not read(asked).cssselect("main input[name=pk]")
    preview = as_staff.post(URL, next_form(asked, stage="preview", owner=str(staff.pk)))
    assert as_staff.post(URL, next_form(preview, stage="apply")).headers["Location"] == "/organizations/?q=Works"
    assert Party.objects.filter(owner=staff).count() == 5
    northline.refresh_from_db()
    assert northline.owner is None
    assert Operation.objects.get().details["query"] == "q=Works"


@pytest.mark.parametrize("query", ["jurisdiction=XX", "owner=nobody-knows", "archived=maybe"])
def test_value_that_is_no_filter_never_means_everything(as_staff: Client, works: list[Party], query: str) -> None:
    response = as_staff.post(URL, {"act": "archive", "scope": "all", "query": query})
    assert response.status_code == 302
    assert Party.objects.archived().count() == 0


def test_changed_selection_is_asked_again(as_staff: Client, staff: User, works: list[Party]) -> None:
    sent = {"act": "archive", "scope": "all", "query": "q=Works"}
    asked = as_staff.post(URL, sent)
    services.create_party(actor=staff, kind="business", name_en="Works 6")
    again = as_staff.post(URL, next_form(asked, reason="Closed."))
    assert again.status_code == 409
    assert texts(read(again), ".lede") == ["Selected: 6 organizations"]
    assert one(read(again), "textarea[name=reason]").text.strip() == "Closed."
    assert Party.objects.archived().count() == 0
    assert as_staff.post(URL, next_form(again)).status_code == 302
    assert Party.objects.archived().count() == 6


def test_another_owner_than_the_one_previewed_is_asked_again(
    as_staff: Client, staff: User, secretariat: User, works: list[Party]
) -> None:
    sent = {"act": "owner", "pk": keys(works), "stage": "preview", "owner": str(staff.pk)}
    preview = as_staff.post(URL, sent)
    assert as_staff.post(URL, next_form(preview, stage="apply", owner="nobody")).status_code == 409
    assert as_staff.post(URL, next_form(preview, stage="apply", owner=str(secretariat.pk))).status_code == 409
    assert not Operation.objects.exists()


def test_more_than_can_be_changed_at_once_is_refused(
    as_staff: Client, works: list[Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "LARGEST_BULK", 4)
    refused = as_staff.post(URL, {"act": "archive", "scope": "all", "query": "q=Works"}, follow=True)
    assert "At most 5,000 records are changed at once." in refused.content.decode()
    assert refused.redirect_chain == [("/organizations/?q=Works", 302)]


def test_only_twenty_are_shown_and_the_rest_counted(as_staff: Client, staff: User) -> None:
    rows = [services.PartyInput(kind="business", name_en=f"Works {number:02}") for number in range(23)]
    made = services.create_parties(actor=staff, rows=rows)
    shown = read(as_staff.post(URL, {"act": "archive", "pk": keys(made)}))
    assert len(shown.cssselect("main tbody tr")) == page.SHOWN
    assert "and 3 more" in texts(shown, "main section .meta")


def test_rows_of_another_room_cannot_be_smuggled_in(as_staff: Client, works: list[Party], nation: Party) -> None:
    asked = as_staff.post(URL, {"act": "archive", "pk": [nation.pk, works[0].pk, "x", "9" * 30]})
    assert texts(read(asked), "main tbody th") == ["Works 1"]


def test_nations_and_people_are_changed_alike(as_staff: Client, staff: User, nation: Party, amara: Person) -> None:
    for room, record in (("nations", nation), ("people", amara)):
        url = reverse(f"{room}:bulk")
        preview = as_staff.post(url, {"act": "owner", "pk": record.pk, "stage": "preview", "owner": str(staff.pk)})
        assert as_staff.post(url, next_form(preview, stage="apply")).status_code == 302
        record.refresh_from_db()
        assert record.owner == staff


def test_preview_costs_the_same_for_few_and_many(as_staff: Client, staff: User) -> None:
    rows = [services.PartyInput(kind="business", name_en=f"Works {number}", owner=staff) for number in range(60)]
    made = services.create_parties(actor=staff, rows=rows)
    costs = []
    for some in (made[:2], made[:2], made):
        with CaptureQueriesContext(connection) as captured:
            assert as_staff.post(URL, {"act": "archive", "pk": keys(some)}).status_code == 200
        costs.append(len(captured))
    assert costs[1] == costs[2]


# --- The service -----------------------------------------------------------------------------------------------------


def archive(actor: User, records: list[Any], reason: str = "Closed.") -> Operation:
    return services.change_in_bulk(
        actor=actor, model=Party, keys=keys(records), change=services.Archiving(reason), query="q=Works"
    )


def test_operation_tells_what_was_done(staff: User, secretariat: User, works: list[Party]) -> None:
    change = services.OwnerChange(secretariat)
    services.update_party(actor=staff, party=works[0], version=1, changes={"owner": secretariat})
    operation = services.change_in_bulk(actor=staff, model=Party, keys=keys(works), change=change, query="q=Works")
    assert operation.kind == "bulk_edit"
    assert operation.actor == staff
    assert str(operation) == f"Bulk edit: 4 records now owned by {secretariat.name}"
    said = operation.details.pop("said")
    assert said["values"] == {"count": 4, "owner": secretariat.name}
    assert operation.details == {
        "table": "members_party",
        "query": "q=Works",
        "reason": "",
        "field": "owner",
        "value": secretariat.pk,
        "count": 4,
        "tables": {"members_party": 4},
    }
    written = History.objects.filter(operation_id=operation.pk)
    assert set(written.values_list("row_id", flat=True)) == set(keys(works[1:]))
    assert set(written.values_list("actor_id", flat=True)) == {staff.pk}
    assert all(change.before["owner_id"] is None for change in written if change.before)
    assert str(services.change_in_bulk(actor=staff, model=Party, keys=keys(works), change=services.OwnerChange(None)))


def test_reason_stands_in_the_history_of_each_record(staff: User, works: list[Party]) -> None:
    operation = archive(staff, works, " Closed. ")
    assert str(operation) == "Bulk edit: 5 records archived"
    for party in works:
        change = history_of(party).first()
        assert change is not None
        assert (change.reason, change.operation_id, change.actor_id) == ("Closed.", operation.pk, staff.pk)


def test_all_or_none(staff: User, works: list[Party], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_BATCH", 2)
    services.archive_party(actor=staff, party=works[4], reason="Merged.")
    with pytest.raises(services.RecordIsArchived):
        archive(staff, works)
    with pytest.raises(services.SelectionChanged):
        services.change_in_bulk(
            actor=staff, model=Party, keys=[*keys(works[:4]), 10**9], change=services.OwnerChange(staff)
        )
    assert Party.objects.archived().count() == 1
    assert not Party.objects.filter(owner=staff).exists()
    assert not Operation.objects.exists()


def test_rules_of_one_record_hold_for_many(
    staff: User, viewer: User, works: list[Party], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PermissionDenied):
        archive(viewer, works)
    with pytest.raises(ValidationError):
        archive(staff, works, " \x00")
    monkeypatch.setattr(bulk, "LARGEST_BULK", 4)
    with pytest.raises(services.TooManyRecords):
        archive(staff, works)
    assert not Party.objects.archived().exists()


def test_edit_begun_before_collides_with_the_new_owner(staff: User, secretariat: User, works: list[Party]) -> None:
    services.change_in_bulk(actor=staff, model=Party, keys=keys(works), change=services.OwnerChange(secretariat))
    kept = services.update_party(actor=staff, party=works[0], version=1, changes={"website": "works.example"})
    assert (kept.owner, kept.version) == (secretariat, 3)


def test_statements_do_not_grow_with_the_rows(staff: User) -> None:
    rows = [services.PartyInput(kind="business", name_en=f"Works {number}") for number in range(90)]
    made = services.create_parties(actor=staff, rows=rows)
    costs = []
    for some in (made[:3], made[3:]):
        with CaptureQueriesContext(connection) as captured:
            archive(staff, some)
        costs.append(len(captured))
    assert costs[0] == costs[1]
