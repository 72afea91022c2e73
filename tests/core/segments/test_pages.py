"""The pages of segments: made from a list, opened, changed, asked why."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Segment, SegmentPick
from c2m2a_crm.core.segments import make_segment, pick
from members.models import Person
from members.services import create_person
from tests.members.reading import one, read, texts, values_of_form

pytestmark = pytest.mark.django_db

FRENCH = "party_kind=business&language=fr"
People = dict[str, Person]


@pytest.fixture
def segment(staff: User, people: People) -> Segment:
    found = make_segment(
        actor=staff, list_key="people", name="French firms", query=FRENCH, purpose="Notices", is_shared=True
    )
    pick(actor=staff, segment=found, record=people["elsie"], kind="pin", reason="Speaks for them")
    pick(actor=staff, segment=found, record=people["bruno"], kind="block", reason="Asked to be left alone")
    return found


def rows(response: Any) -> list[str]:
    assert response.status_code == 200
    return texts(read(response), "#results tbody th .t")


def test_a_segment_is_made_of_the_list_at_hand(staff: User, as_staff: Client, people: People) -> None:
    link = one(read(as_staff.get(f"/people/?{FRENCH}&sort=-name&page=1&q=")), ".view-actions a.btn").get("href")
    page = as_staff.get(link)
    assert texts(read(page), "#rule p") == [
        "People who work for a party of kind Business, whose language is French.",
        "2 people",
    ]
    sent = values_of_form(read(page)) | {"name": "  French firms ", "purpose": "Notices", "is_shared": "on"}
    made = as_staff.post(link, sent, follow=True)
    found = Segment.objects.get()
    assert (found.name, found.purpose, found.query, found.is_shared) == ("French firms", "Notices", FRENCH, True)
    assert rows(made) == ["Bruno Tamarack", "Chloé Tamarack"]
    assert as_staff.post(link, sent).status_code == 422
    assert "You have a segment of this name" in as_staff.post(link, sent).content.decode()


def test_without_a_filter_or_a_right_no_segment_is_offered(as_staff: Client, as_viewer: Client, people: People) -> None:
    for client, address in (
        (as_staff, "/people/?sort=name"),
        (as_viewer, "/people/?language=fr"),
        (as_staff, "/users/"),
    ):
        assert "/segments/new/" not in client.get(address).content.decode()
    address = reverse("segments:create", args=["people"])
    assert as_staff.post(address, {"name": "All"}).status_code == 422
    assert as_staff.get(reverse("segments:create", args=["users"])).status_code == 404
    assert not Segment.objects.exists()


def test_an_existing_segment_takes_the_rule(as_staff: Client, as_secretariat: Client, segment: Segment) -> None:
    address = f"{reverse('segments:rule', args=['people'])}?language=en"
    assert as_secretariat.post(address, {"segment": segment.pk}).status_code == 403
    assert as_staff.post(address, {"segment": segment.pk}).status_code == 302
    segment.refresh_from_db()
    assert segment.query == "language=en"
    refused = as_staff.post(
        f"{reverse('segments:rule', args=['people'])}?in_segment={segment.pk}", {"segment": segment.pk}
    )
    assert refused.status_code == 422
    assert "on itself" in texts(read(refused), ".banner")[0]


def test_the_page_is_the_live_list_with_its_rule_and_exceptions(as_viewer: Client, segment: Segment) -> None:
    page = read(as_viewer.get(segment.get_absolute_url()))
    assert texts(page, "#results tbody th .t") == ["Chloé Tamarack", "Elsie Tamarack"]
    assert texts(page, "#results-count") == ["2 people · by name"]
    assert texts(page, "#pins .t") == ["Elsie Tamarack"]
    assert texts(page, "#pins .sm") == ["Speaks for them"]
    assert texts(page, "#blocks .t") == ["Bruno Tamarack"]
    assert "Samir Okoye" in texts(page, "#blocks .meta")[1]
    reverse_order = read(as_viewer.get(f"{segment.get_absolute_url()}?sort=-name&q=chlo&no_contact=30"))
    assert texts(reverse_order, "#results tbody th .t") == ["Elsie Tamarack", "Chloé Tamarack"]


def test_the_file_is_what_the_page_shows(as_staff: Client, segment: Segment) -> None:
    page = read(as_staff.get(f"{segment.get_absolute_url()}?sort=-name"))
    sent = values_of_form(page, "form.ask")
    assert parse_qs(sent["query"]) == {"in_segment": [str(segment.pk)], "sort": ["-name"]}
    address = reverse("core:export", args=["people", "csv"])
    answer = as_staff.post(address, sent | {"purpose": "A mailing about seats"})
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]  # streamed
    assert [line[0] for line in lines[1:3]] == ["Elsie Tamarack", "Chloé Tamarack"]
    assert "in the segment “French firms”" in str(lines[3:])


def test_the_list_is_narrowed_to_a_segment_or_to_the_rest(as_viewer: Client, segment: Segment) -> None:
    assert rows(as_viewer.get(f"/people/?in_segment={segment.pk}")) == ["Chloé Tamarack", "Elsie Tamarack"]
    assert rows(as_viewer.get(f"/people/?not_in_segment={segment.pk}")) == [
        "Amara Tamarack",
        "Bruno Tamarack",
        "Dov Tamarack",
    ]
    said = read(as_viewer.get(f"/people/?in_segment={segment.pk}"))
    assert texts(said, "#list-sentence") == ["People in the segment “French firms”, by name"]


def test_why_is_told_for_each_row_and_for_any_name(as_viewer: Client, segment: Segment, people: People) -> None:
    page = read(as_viewer.get(segment.get_absolute_url()))
    link = page.cssselect("#results tbody th a.no-print")[0].get("href")
    assert link == reverse("segments:why", args=[segment.pk, people["chloe"].pk])
    assert "every part of the rule holds" in texts(read(as_viewer.get(link)), "main .say")[0]
    found = read(as_viewer.get(reverse("segments:find", args=[segment.pk]), {"q": "tam"}))
    assert dict(zip(texts(found, "#found .t"), texts(found, "#found .tag"), strict=True)) == {
        "Amara Tamarack": "Not in it",
        "Bruno Tamarack": "Not in it",
        "Chloé Tamarack": "In the segment",
        "Dov Tamarack": "Not in it",
        "Elsie Tamarack": "In the segment",
    }
    for name, words in (
        ("elsie", "pinned in"),
        ("bruno", "blocked out"),
        ("amara", "a part of the rule does not hold"),
    ):
        answer = read(as_viewer.get(reverse("segments:why", args=[segment.pk, people[name].pk])))
        assert words in texts(answer, "main .say")[0]
        assert not answer.cssselect("main form[method=post]")
    cells = texts(read(as_viewer.get(reverse("segments:why", args=[segment.pk, people["amara"].pk]))), "tbody tr")
    assert cells[1] == "Language: FrenchEnglishNo"


def test_a_record_is_pinned_and_taken_out_on_the_page(as_staff: Client, segment: Segment, people: People) -> None:
    address = reverse("segments:why", args=[segment.pk, people["dov"].pk])
    assert as_staff.post(address, {"kind": "pin", "reason": " "}).status_code == 422
    assert as_staff.post(address, {"kind": "rule", "reason": "x"}).status_code == 422
    assert as_staff.post(address, {"kind": "pin", "reason": "=1+1 <b>"}).status_code == 302
    page = as_staff.get(address)
    assert "=1+1 &lt;b&gt;" in page.content.decode()
    assert as_staff.post(reverse("segments:unpick", args=[segment.pk, people["dov"].pk])).status_code == 302
    assert not SegmentPick.objects.filter(record_id=people["dov"].pk).exists()


def test_who_may_not_change_it_writes_nothing(
    as_secretariat: Client, as_viewer: Client, segment: Segment, people: People
) -> None:
    for client in (as_secretariat, as_viewer):
        for name in ("why", "unpick"):
            address = reverse(f"segments:{name}", args=[segment.pk, people["elsie"].pk])
            assert client.post(address, {"kind": "block", "reason": "x"}).status_code == 403
        for name in ("archive", "restore", "edit"):
            assert client.post(reverse(f"segments:{name}", args=[segment.pk]), {"name": "X"}).status_code == 403
    segment.refresh_from_db()
    assert (segment.name, segment.is_archived, segment.picks.count()) == ("French firms", False, 2)


def test_what_is_not_shared_does_not_exist_for_others(staff: User, as_administrator: Client, people: People) -> None:
    own = make_segment(actor=staff, list_key="people", name="Mine alone", query="language=fr")
    for name in ("detail", "edit", "history", "find"):
        assert as_administrator.get(reverse(f"segments:{name}", args=[own.pk])).status_code == 404
    assert "Mine alone" not in as_administrator.get("/segments/").content.decode()
    panel = as_administrator.get("/people/?filters=1").content.decode()
    assert "In the segment" in panel
    assert "Mine alone" not in panel


def test_it_is_described_archived_and_restored(as_staff: Client, segment: Segment) -> None:
    address = reverse("segments:edit", args=[segment.pk])
    sent = values_of_form(read(as_staff.get(address))) | {"name": "Firms in French"}
    assert as_staff.post(address, sent).status_code == 302
    assert as_staff.post(reverse("segments:archive", args=[segment.pk])).status_code == 302
    assert as_staff.get(segment.get_absolute_url()).status_code == 200  # the toast has been read
    assert rows(as_staff.get("/segments/")) == []
    assert rows(as_staff.get("/segments/?archived=all")) == ["Firms in French"]
    assert as_staff.post(reverse("segments:restore", args=[segment.pk])).status_code == 302
    told = texts(read(as_staff.get(reverse("segments:history", args=[segment.pk]))), "table.history tbody tr")
    assert any("Name" in line and "French firms" in line and "Firms in French" in line for line in told)
    assert any("Pinned in" in line and "Elsie Tamarack: Speaks for them" in line for line in told)
    assert any("People who work for a party of kind Business" in line for line in told)


def test_bad_input_is_answered_in_words(as_staff: Client, segment: Segment, people: People) -> None:
    for query in ("a" * 10_000, "%\"'", "\x00", "Robert'); DROP", "٣", "\ud83d"):
        found = as_staff.get(reverse("segments:find", args=[segment.pk]), {"q": query.encode("utf-8", "replace")})
        assert found.status_code == 200
    for address in (
        "/segments/?q=%00",
        "/segments/?of=zzz",
        f"/people/?in_segment={'9' * 40}",
        "/people/?in_segment=x",
    ):
        assert as_staff.get(address).status_code == 200, address
    new = reverse("segments:create", args=["people"])
    assert as_staff.get(f"{new}?language=%00&in_segment={'9' * 40}").status_code == 200
    assert as_staff.post(f"{new}?language=fr", {"name": "\x00" * 300}).status_code == 422
    assert as_staff.post(f"{new}?language=fr", {"name": "🪨" * 121}).status_code == 422
    assert as_staff.post(f"{new}?language=fr", {"name": "<script>", "purpose": "\x00"}).status_code in (302, 422)
    assert "<script>" not in as_staff.get("/segments/").content.decode().replace("<script src", "")
    far = reverse("segments:why", args=[segment.pk, 10**18])
    assert as_staff.get(far).status_code == 404


def test_statements_do_not_grow_with_members_or_exceptions(
    staff: User, as_viewer: Client, segment: Segment, people: People
) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_viewer.get(segment.get_absolute_url()).status_code == 200
        return len(captured)

    counted()
    before = counted()
    for number in range(12):
        person = create_person(actor=staff, given_name=f"P{number}", family_name="Pinned", owner=staff)
        pick(actor=staff, segment=segment, record=person, kind="pin", reason="So it is")
    assert counted() == before
