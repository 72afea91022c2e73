"""Who came into a segment and who left it since a day: what is noted, what is told of it, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import RoleGrant, User
from c2m2a_crm.celery import app
from c2m2a_crm.core import tasks
from c2m2a_crm.core.actor import circle_ids_of, looking_as, open_circles, without_circles
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Segment, SegmentDay
from c2m2a_crm.core.segments import (
    archive_segment,
    describe_segment,
    make_segment,
    members_of,
    pick,
    replace_rule,
    unpick,
)
from c2m2a_crm.core.segments import days as segment_days
from c2m2a_crm.core.segments.days import KEPT_FOR, forget_old, note_day, open_members, take_notes
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.services import change_initiative_access
from members import services
from members.models import Person
from tests.engagement.making import circle_of, log
from tests.forums.making import Making
from tests.members.reading import one, read, texts

pytestmark = pytest.mark.django_db

FRENCH = "party_kind=business&language=fr"
People = dict[str, Person]
WEEK = timedelta(days=7)


@pytest.fixture
def segment(staff: User, people: People) -> Segment:
    return make_segment(actor=staff, list_key="people", name="French firms", query=FRENCH, is_shared=True)


def noted(segment: Segment, on: date, until: date | None = None) -> SegmentDay:
    """Who belongs now, as if it had been noted then and found the same until a later day."""
    SegmentDay.objects.filter(segment=segment, on=today()).delete()
    assert note_day(segment.pk) or SegmentDay.objects.filter(segment=segment).exists()
    note = SegmentDay.objects.filter(segment=segment).latest("on")
    note.on, note.last_on = on, until or today() - timedelta(days=1)
    note.save()
    return note


def address(segment: Segment, since: date | str = "", **more: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in {"since": since, **more}.items() if value)
    return f"{reverse('segments:changes', args=[segment.pk])}?{asked}"


def told(client: Client, segment: Segment, since: date | str = "") -> tuple[list[str], list[str]]:
    """The names of who came in and of who left, as the page shows them; their number stands in the titles."""
    page = read(client.get(address(segment, since)))
    sides = []
    for side in ("came", "left"):
        names = [name.removesuffix(" Tamarack") for name in texts(page, f"#{side} .t")]
        assert one(page, f"#{side} h2").text_content().rpartition(" ")[2] == str(len(names))
        sides.append(names)
    return sides[0], sides[1]


def speak(actor: User, person: Person, language: str) -> None:
    person.refresh_from_db()
    services.update_person(actor=actor, person=person, version=person.version, changes={"language": language})


# --- Who came in and who left -----------------------------------------------------------------------------------------


def test_who_came_in_and_who_left_is_told_by_name(
    staff: User, as_viewer: Client, segment: Segment, people: People
) -> None:
    noted(segment, today() - WEEK)
    assert told(as_viewer, segment, today() - WEEK) == ([], [])
    speak(staff, people["amara"], "fr")
    speak(staff, people["bruno"], "en")
    assert told(as_viewer, segment, today() - WEEK) == (["Amara"], ["Bruno"])
    page = read(as_viewer.get(address(segment)))
    yesterday = today() - timedelta(days=1)
    assert one(page, "input[name=since]").get("value") == yesterday.isoformat()
    assert texts(page, "nav.seg [aria-current]") == ["Yesterday"]
    assert one(page, "#came .t").get("href") == people["amara"].get_absolute_url()
    link = one(page, "#left li a.meta")
    assert link.get("href") == reverse("segments:why", args=[segment.pk, people["bruno"].pk])
    assert link.text_content() == "Why is this one out?: Bruno Tamarack"
    assert "does not hold" in texts(read(as_viewer.get(link.get("href"))), "main .say")[0]
    assert reverse("segments:changes", args=[segment.pk]) in as_viewer.get(segment.get_absolute_url()).content.decode()


def test_pins_and_blocks_move_records_too(staff: User, as_viewer: Client, segment: Segment, people: People) -> None:
    pick(actor=staff, segment=segment, record=people["dov"], kind="pin", reason="Speaks for them")
    noted(segment, today() - WEEK)
    unpick(actor=staff, segment=segment, record=people["dov"])
    pick(actor=staff, segment=segment, record=people["elsie"], kind="pin", reason="Speaks for them")
    pick(actor=staff, segment=segment, record=people["bruno"], kind="block", reason="Asked to be left alone")
    assert told(as_viewer, segment) == (["Elsie"], ["Bruno", "Dov"])
    assert not texts(read(as_viewer.get(address(segment))), "main .banner")


def test_an_archived_record_neither_came_nor_left(
    staff: User, as_viewer: Client, segment: Segment, people: People
) -> None:
    noted(segment, today() - WEEK)
    services.archive_person(actor=staff, person=people["bruno"], reason="Left")
    assert told(as_viewer, segment) == ([], [])
    assert "Bruno" not in as_viewer.get(address(segment)).content.decode()
    replace_rule(actor=staff, segment=segment, query=f"{FRENCH}&archived=archived")
    assert told(as_viewer, segment) == ([], ["Chloé"])


def test_many_are_a_list_with_pages_and_an_exact_number(
    staff: User, as_viewer: Client, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(segment, today() - WEEK)
    SegmentDay.objects.update(record_ids=[])
    monkeypatch.setattr("c2m2a_crm.core.pages.segment_changes.SHOWN", 1)
    page = read(as_viewer.get(address(segment, today() - WEEK)))
    assert texts(page, "#came .t") == ["Bruno Tamarack"]
    assert texts(page, "#came h2")[0].endswith(": 2")
    more = one(page, "#came .more").get("href")
    assert not page.cssselect("#left .more")
    listed = read(as_viewer.get(reverse("segments:changes", args=[segment.pk]) + more))
    assert texts(listed, "#side-h")[0].endswith(": 2")
    assert texts(listed, "#results tbody th .t") == ["Bruno Tamarack", "Chloé Tamarack"]
    assert "Why is this one in?" in texts(listed, "#results tbody th")[0]
    sort = next(link.get("href") for link in listed.cssselect("#results thead a") if "sort=name" in link.get("href"))
    assert f"since={today() - WEEK}" in sort
    turned = read(as_viewer.get(sort.replace("sort=name", "sort=-name")))
    assert texts(turned, "#results tbody th .t") == ["Chloé Tamarack", "Bruno Tamarack"]


# --- The day that is compared with ------------------------------------------------------------------------------------


def test_the_newest_note_that_is_not_after_the_day_counts(
    staff: User, as_viewer: Client, segment: Segment, people: People
) -> None:
    noted(segment, today() - 4 * WEEK, today() - 2 * WEEK)
    speak(staff, people["amara"], "fr")
    note_day(segment.pk)
    SegmentDay.objects.filter(on=today()).update(on=today() - WEEK, last_on=today() - timedelta(days=1))
    speak(staff, people["bruno"], "en")
    assert told(as_viewer, segment, today() - WEEK) == ([], ["Bruno"])
    assert told(as_viewer, segment, today() - 2 * WEEK) == (["Amara"], ["Bruno"])


def test_a_day_without_a_note_is_said_with_the_one_that_is_taken(as_viewer: Client, segment: Segment) -> None:
    noted(segment, today() - 4 * WEEK, today() - 2 * WEEK)
    for since, sentence in (
        (today() - 5 * WEEK, "has notes of this segment since"),
        (today() - WEEK, "the last noted day before"),
        (today() - 3 * WEEK, ""),
    ):
        said = texts(read(as_viewer.get(address(segment, since))), "main p.say")
        assert bool(said) == bool(sentence), since
        assert sentence in " ".join(said)


def test_without_any_note_nothing_is_told(as_viewer: Client, segment: Segment) -> None:
    page = read(as_viewer.get(address(segment)))
    assert "Nobody has noted yet" in texts(page, "main .banner")[0]
    assert not page.cssselect("#came, #left")


@pytest.mark.parametrize("since", ["tomorrow", "2026-13-01", "2026-02-30", "%00", "0001-01-01", "9" * 40])
def test_a_day_that_is_none_is_said_beside_the_field(as_viewer: Client, segment: Segment, since: str) -> None:
    noted(segment, today() - WEEK)
    if since == "tomorrow":
        since = str(today() + timedelta(days=1))
    page = read(as_viewer.get(address(segment, since)))
    assert one(page, "input[name=since]").get("aria-describedby") == "changes-since-error"
    assert texts(page, "#changes-since-error")
    assert one(page, "input[name=since]").get("value") == str(today() - timedelta(days=1))


# --- The rule ---------------------------------------------------------------------------------------------------------


def test_a_new_rule_is_told_with_who_and_when(
    staff: User, administrator: User, as_viewer: Client, segment: Segment
) -> None:
    noted(segment, today() - WEEK)
    replace_rule(actor=administrator, segment=segment, query="party_kind=business&language=en")
    segment.refresh_from_db()
    describe_segment(actor=staff, segment=segment, version=segment.version, changes={"purpose": "Another"})
    assert told(as_viewer, segment) == (["Amara"], ["Bruno", "Chloé"])
    (banner,) = texts(read(as_viewer.get(address(segment))), "main .banner")
    assert f"{administrator.name} replaced it on" in banner
    replace_rule(actor=staff, segment=segment, query=FRENCH)
    assert not texts(read(as_viewer.get(address(segment))), "main .banner")


def test_a_new_rule_below_is_told_too(staff: User, as_viewer: Client, segment: Segment) -> None:
    above = make_segment(
        actor=staff, list_key="people", name="Above", query=f"language=fr&in_segment={segment.pk}", is_shared=True
    )
    noted(above, today() - WEEK)
    replace_rule(actor=staff, segment=segment, query="owner=me")
    assert told(as_viewer, above) == ([], ["Chloé"])
    (banner,) = texts(read(as_viewer.get(address(above))), "main .banner")
    assert f"{staff.name} replaced the rule of “French firms”, on which this one rests" in banner


def test_a_rule_that_does_not_hold_is_said_and_not_noted(staff: User, as_viewer: Client, segment: Segment) -> None:
    note = noted(segment, today() - WEEK)
    with recorded(None, system="tests"):
        Segment.objects.filter(pk=segment.pk).update(query=f"{FRENCH}&colour=blue")
    assert not note_day(segment.pk)
    note.refresh_from_db()
    assert note.last_on < today()
    page = read(as_viewer.get(address(segment)))
    assert "does not hold any more" in texts(page, "main .banner")[0]
    assert not page.cssselect("#came, #left")


def test_who_keeps_it_and_is_gone_is_said(staff: User, as_viewer: Client, segment: Segment) -> None:
    noted(segment, today() - WEEK)
    with recorded(None, system="tests"):
        RoleGrant.objects.filter(user=staff).update(revoked_at="2026-01-01T00:00Z")
    assert "its rule does not hold any more" in texts(read(as_viewer.get(address(segment))), "main .banner")[0]
    with recorded(None, system="tests"):
        User.objects.filter(pk=staff.pk).update(is_active=False)
    page = read(as_viewer.get(address(segment)))
    assert f"{staff.name}, who keeps this segment: that account is closed" in texts(page, "main .banner")[0]
    assert not page.cssselect("#came, #left")
    assert not note_day(segment.pk)


# --- What is confided -------------------------------------------------------------------------------------------------


def test_what_is_confided_moves_nobody(staff: User, as_staff: Client, as_viewer: Client, people: People) -> None:
    circle = circle_of(staff)
    quiet = make_segment(actor=staff, list_key="people", name="Quiet", query="no_contact=90&q=tam", is_shared=True)
    noted(quiet, today() - WEEK)
    log(staff, people["bruno"], occurred_on=today(), sealed_circle=circle)
    log(staff, people["chloe"], occurred_on=today(), restricted_circle=circle)
    assert {"Bruno", "Chloé"}.isdisjoint(members_of(quiet, staff).values_list("given_name", flat=True))
    assert open_members(quiet) == {person.pk for person in people.values()}
    for client in (as_staff, as_viewer):
        assert told(client, quiet) == ([], [])
    assert not note_day(quiet.pk)
    log(staff, people["amara"], occurred_on=today())
    for client in (as_staff, as_viewer):
        assert told(client, quiet) == ([], ["Amara"])


def test_a_forum_that_is_sealed_brings_nobody_in(secretariat: User, as_viewer: Client, people: People) -> None:
    making = Making(secretariat)
    forum = making.forum("Quiet table", lead=secretariat)
    change_initiative_access(actor=secretariat, initiative=forum.initiative, sealed_circle=circle_of(secretariat))
    seated = make_segment(actor=secretariat, list_key="people", name="Seated", query="forum=any", is_shared=True)
    noted(seated, today() - WEEK)
    making.term(making.seat(forum), people["amara"], first=today() - timedelta(days=1))
    assert members_of(seated, secretariat).exists()
    assert told(as_viewer, seated) == ([], [])


def test_a_record_that_is_closed_to_the_reader_is_not_counted(
    staff: User, secretariat: User, client_of: Callable[[User], Client], people: People, log_has_segments: None
) -> None:
    calls = make_segment(actor=staff, list_key="log-of-segments", name="Calls", query="kind=call", is_shared=True)
    kept, sealed, new = (log(staff, people["amara"], subject=f"Entry {number}") for number in range(3))
    SegmentDay.objects.create(
        segment=calls,
        on=today() - WEEK,
        last_on=today() - timedelta(days=1),
        record_ids=sorted([kept.pk, sealed.pk]),
        rule_digest=segment_days.digest_of(segment_days.rules_of(calls)),
    )
    circle = circle_of(secretariat)
    with recorded(None, system="tests"):
        type(sealed).objects.filter(pk=sealed.pk).update(sealed_circle=circle)
    page = read(client_of(staff).get(address(calls)))
    assert texts(page, "#came .t") == [str(new)]
    assert texts(page, "#left .t") == []
    assert texts(page, "#left h2")[0].endswith(": 0")


def test_without_circles_nobody_reads_what_is_confided(staff: User, administrator: User) -> None:
    circle = circle_of(staff)
    open_circles(administrator, [circle.pk])
    for actor in (staff, administrator, looking_as(staff, administrator)):
        bare = without_circles(actor)
        assert (list(circle_ids_of(bare)), bare.pk) == ([], actor.pk)
    assert circle.pk in circle_ids_of(staff)
    assert circle.pk in circle_ids_of(administrator)


def test_a_rule_that_rests_on_what_is_closed_tells_the_reader_nothing(
    staff: User, as_staff: Client, as_viewer: Client, people: People
) -> None:
    below = make_segment(actor=staff, list_key="people", name="Own", query="language=fr", is_shared=True)
    above = make_segment(actor=staff, list_key="people", name="Above", query=f"in_segment={below.pk}", is_shared=True)
    noted(above, today() - WEEK)
    speak(staff, people["amara"], "fr")
    with recorded(None, system="tests"):
        Segment.objects.filter(pk=below.pk).update(is_shared=False)  # as only an older version could have left it
    assert told(as_staff, above) == (["Amara"], [])
    page = read(as_viewer.get(address(above)))
    assert "does not hold any more" in texts(page, "main .banner")[0]
    assert not page.cssselect("#came, #left")


def test_what_is_not_shared_and_whom_the_list_is_closed_to(
    staff: User, as_secretariat: Client, as_stranger: Client, segment: Segment, people: People
) -> None:
    own = make_segment(actor=staff, list_key="people", name="Mine alone", query="language=fr")
    assert as_secretariat.get(address(own)).status_code == 404
    assert as_stranger.get(address(segment)).status_code == 403


# --- Notes ------------------------------------------------------------------------------------------------------------


def test_a_note_is_written_where_it_differs(staff: User, segment: Segment, people: People) -> None:
    note = noted(segment, today() - WEEK)
    assert note.record_ids == sorted([people["bruno"].pk, people["chloe"].pk])
    assert not note_day(segment.pk)
    note.refresh_from_db()
    assert (SegmentDay.objects.count(), note.on, note.last_on) == (1, today() - WEEK, today())
    speak(staff, people["amara"], "fr")
    assert not note_day(segment.pk)  # the first of a day is kept
    SegmentDay.objects.update(last_on=today() - timedelta(days=1))
    assert note_day(segment.pk)
    assert SegmentDay.objects.count() == 2


def test_another_rule_that_finds_the_same_is_noted(staff: User, segment: Segment) -> None:
    noted(segment, today() - WEEK)
    replace_rule(actor=staff, segment=segment, query=f"{FRENCH}&q=tamarack")
    assert note_day(segment.pk)
    first, second = SegmentDay.objects.order_by("on")
    assert first.record_ids == second.record_ids
    assert first.rule_digest != second.rule_digest


def test_the_clock_hands_over_what_nobody_noted_today(
    staff: User, segment: Segment, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = next(each for each in app.conf.beat_schedule.values() if each["task"] == "core.note_segment_days")
    assert entry["schedule"] <= 3600
    make_segment(actor=staff, list_key="people", name="Other", query="language=en")
    aside = make_segment(actor=staff, list_key="people", name="Aside", query="language=en")
    archive_segment(actor=staff, segment=aside)
    assert tasks.note_segment_days() == 2
    assert SegmentDay.objects.filter(segment=segment, on=today()).exists()
    assert not note_day(aside.pk)  # put aside after it was handed over
    assert not SegmentDay.objects.filter(segment=aside).exists()
    assert take_notes() == 0


def test_a_new_segment_is_noted_at_once(
    staff: User, people: People, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        found = make_segment(actor=staff, list_key="people", name="New", query=FRENCH)
        assert not SegmentDay.objects.exists()
    assert SegmentDay.objects.get().segment_id == found.pk


def test_old_notes_go_but_the_one_that_still_held(segment: Segment) -> None:
    first = today() - KEPT_FOR
    kept = [first - timedelta(days=3), first + timedelta(days=1), today()]
    for on in [first - timedelta(days=9), first - timedelta(days=5), *kept]:
        SegmentDay.objects.create(segment=segment, on=on, last_on=on, record_ids=[], rule_digest="")
    assert forget_old() == 2
    assert list(SegmentDay.objects.order_by("on").values_list("on", flat=True)) == kept


def test_statements_do_not_grow_with_who_came_or_left(
    staff: User, as_viewer: Client, segment: Segment, people: People
) -> None:
    noted(segment, today() - WEEK)
    SegmentDay.objects.update(record_ids=[people["dov"].pk])

    def counted() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_viewer.get(address(segment)).status_code == 200
        return len(captured)

    def pinned(number: int) -> None:
        services.create_person(actor=staff, given_name=f"P{number}", family_name="Come", organization=None)
        person = Person.objects.get(given_name=f"P{number}")
        pick(actor=staff, segment=segment, record=person, kind="pin", reason="So it is")

    pinned(0)
    counted()
    before = counted()
    for number in range(1, 13):
        pinned(number)
    assert counted() == before
