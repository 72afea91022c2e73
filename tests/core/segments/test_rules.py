"""Who belongs to a segment: the rule, asked anew; pins and blocks; and what a rule that no longer holds does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History, Segment, SegmentPick
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.core.segments import (
    SegmentRefused,
    archive_segment,
    describe_segment,
    make_segment,
    members_of,
    pick,
    replace_rule,
    restore_segment,
    rule_of,
    unpick,
    why,
)
from c2m2a_crm.core.segments import services as segment_services
from c2m2a_crm.core.validity import today
from members import services
from members.models import Party, Person
from tests.engagement.making import log

pytestmark = pytest.mark.django_db

FRENCH = "party_kind=business&language=fr"
People = dict[str, Person]


def segment(actor: User, query: str = FRENCH, name: str = "French firms", **facts: object) -> Segment:
    return make_segment(actor=actor, list_key="people", name=name, query=query, **facts)  # type: ignore[arg-type]  # as the service takes them


def names(found: Segment, actor: User) -> list[str]:
    found.refresh_from_db()
    return sorted(members_of(found, actor).values_list("given_name", flat=True))


def keep(found: Segment, query: str) -> None:
    """A rule as only an older version of the product could have kept it."""
    with recorded(None, system="tests"):
        Segment.objects.filter(pk=found.pk).update(query=query)
    found.refresh_from_db()


def test_a_segment_is_asked_anew_each_time(staff: User, people: People, firm: Party) -> None:
    found = segment(staff)
    assert names(found, staff) == ["Bruno", "Chloé"]
    services.create_person(actor=staff, given_name="Fred", family_name="New", organization=firm, language="fr")
    assert names(found, staff) == ["Bruno", "Chloé", "Fred"]


def test_me_is_whoever_made_it(staff: User, secretariat: User, people: People) -> None:
    found = segment(staff, "owner=me", is_shared=True)
    assert found.query == f"owner={staff.pk}"
    assert names(found, secretariat) == names(found, staff) == ["Amara", "Bruno"]
    assert rule_of(found, secretariat).sentence == f"People owned by {staff.name}"


def test_only_filters_are_kept_of_an_address(staff: User, people: People) -> None:
    found = segment(staff, "sort=-name&page=3&language=fr&column=name&q=&view=7")
    assert found.query == "language=fr"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("q=&page=2", "at least one filter"),
        ("sort=name", "at least one filter"),
        ("colour=blue", "filter “colour”, which is gone"),
        ("language=tlh", "value of “Language”"),
        ("owner=999999", "value of “Owner”"),
        ("in_segment=999999", "value of “In the segment”"),
        ("q=" + "a" * 2000, "too long"),
    ],
)
def test_what_the_list_does_not_know_is_refused(staff: User, people: People, query: str, sentence: str) -> None:
    with pytest.raises(SegmentRefused, match=sentence):
        segment(staff, query)
    assert not Segment.objects.exists()


def test_a_list_without_segments_is_refused(staff: User) -> None:
    with pytest.raises(SegmentRefused, match="no segments"):
        make_segment(actor=staff, list_key="users", name="X", query="q=a")


def test_pins_bring_in_and_blocks_keep_out(staff: User, people: People) -> None:
    found = segment(staff)
    pick(actor=staff, segment=found, record=people["elsie"], kind="pin", reason="Speaks for them")
    pick(actor=staff, segment=found, record=people["bruno"], kind="block", reason="Asked to be left alone")
    assert names(found, staff) == ["Chloé", "Elsie"]
    services.update_person(
        actor=staff, person=people["chloe"], version=people["chloe"].version, changes={"language": "en"}
    )
    assert names(found, staff) == ["Elsie"]
    unpick(actor=staff, segment=found, record=people["bruno"])
    assert names(found, staff) == ["Bruno", "Elsie"]
    assert unpick(actor=staff, segment=found, record=people["bruno"]) is None


def test_each_exception_is_recorded_and_can_be_undone(staff: User, people: People) -> None:
    found = segment(staff)
    first = pick(actor=staff, segment=found, record=people["elsie"], kind="pin", reason="Speaks for them")
    pick(actor=staff, segment=found, record=people["bruno"], kind="block", reason="Asked to be left alone")
    change = History.objects.filter(tbl="core_segmentpick").first()
    assert change is not None
    assert change.actor_id == staff.pk
    undo(actor=staff, operation=first)
    assert names(found, staff) == ["Chloé"]
    rule = replace_rule(actor=staff, segment=found, query="language=en")
    assert names(found, staff) == ["Amara", "Elsie"]
    undo(actor=staff, operation=rule)
    assert names(found, staff) == ["Chloé"]
    undo(actor=staff, operation=archive_segment(actor=staff, segment=found))
    found.refresh_from_db()
    assert not found.is_archived


def test_a_record_is_picked_once_with_a_reason(staff: User, people: People) -> None:
    found = segment(staff)
    with pytest.raises(SegmentRefused, match="Say why"):
        pick(actor=staff, segment=found, record=people["elsie"], kind="pin", reason=" \x00 ")
    pick(actor=staff, segment=found, record=people["elsie"], kind="pin", reason="Speaks for them")
    with pytest.raises(SegmentRefused, match="already"):
        pick(actor=staff, segment=found, record=people["elsie"], kind="block", reason="No")
    assert SegmentPick.objects.get().kind == "pin"


def test_what_is_no_row_of_the_list_cannot_be_picked(staff: User, people: People, firm: Party) -> None:
    found = make_segment(actor=staff, list_key="organizations", name="Firms", query="kind=business")
    nation = services.create_party(actor=staff, kind="nation", distinction="inuit", name_en="Narrows")
    with pytest.raises(PermissionDenied):
        pick(actor=staff, segment=found, record=nation, kind="pin", reason="Hello")


def test_an_archived_record_belongs_only_by_a_rule_that_asks_for_such(staff: User, people: People) -> None:
    found = segment(staff)
    pick(actor=staff, segment=found, record=people["elsie"], kind="pin", reason="Speaks for them")
    for name in ("elsie", "chloe"):
        services.archive_person(actor=staff, person=people[name], reason="Left")
    assert names(found, staff) == ["Bruno"]
    answer = why(found, staff, people["elsie"])
    assert (answer.is_in, answer.is_left_out, answer.clauses[-1].holds) == (False, True, False)
    replace_rule(actor=staff, segment=found, query=f"{FRENCH}&archived=archived")
    assert names(found, staff) == ["Chloé", "Elsie"]


def test_a_rule_of_which_a_part_is_gone_finds_nothing_but_the_pinned(staff: User, people: People) -> None:
    found = segment(staff)
    pick(actor=staff, segment=found, record=people["elsie"], kind="pin", reason="Speaks for them")
    for query, sentence in (
        (f"{FRENCH}&colour=blue", "filter “colour”, which is gone"),
        (f"{FRENCH}&owner=999999", "value of “Owner”"),
        ("language=+", "value of “Language”"),
    ):
        keep(found, query)
        assert names(found, staff) == ["Elsie"], query
        assert sentence in " ".join(rule_of(found, staff).lost)
        assert not why(found, staff, people["bruno"]).is_in


def test_a_segment_may_rest_on_another_and_never_on_itself(staff: User, people: People) -> None:
    below = segment(staff)
    above = segment(staff, f"owner={staff.pk}&in_segment={below.pk}", "Mine of them")
    beside = segment(staff, f"language=fr&not_in_segment={below.pk}", "Others")
    assert names(above, staff) == ["Bruno"]
    assert names(beside, staff) == ["Dov"]
    for query in (f"in_segment={below.pk}", f"in_segment={above.pk}", f"language=fr&not_in_segment={beside.pk}"):
        with pytest.raises(SegmentRefused, match="on itself"):
            replace_rule(actor=staff, segment=below, query=query)
    keep(below, f"language=fr&not_in_segment={above.pk}")  # as two who save at once could bring about
    assert names(below, staff) == []
    assert "rests on itself" in " ".join(rule_of(below, staff).lost)


def test_of_two_that_are_saved_at_once_one_does_not_come_to_rest_on_the_other(
    staff: User, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = segment(staff)
    above = segment(staff, f"in_segment={below.pk}", "Above")
    monkeypatch.setattr(segment_services, "lost_of", lambda *asked: [])  # asked before the other one was there
    with pytest.raises(SegmentRefused, match="cannot rest on itself"):
        replace_rule(actor=staff, segment=below, query=f"in_segment={above.pk}")


def test_what_rests_on_a_segment_that_does_not_hold_is_not_wider(staff: User, people: People) -> None:
    below = segment(staff)
    beside = segment(staff, f"language=fr&not_in_segment={below.pk}", "Others")
    keep(below, f"{FRENCH}&colour=blue")
    assert names(beside, staff) == []
    assert any("“French firms”, on which it rests" in sentence for sentence in rule_of(beside, staff).lost)
    archive_segment(actor=staff, segment=below)
    assert names(beside, staff) == []
    assert "“Not in the segment” that is gone" in " ".join(rule_of(beside, staff).lost)


def test_what_the_office_shares_rests_on_nothing_of_ones_own(staff: User, people: People) -> None:
    below = segment(staff)
    above = segment(staff, f"in_segment={below.pk}", "Above")
    with pytest.raises(SegmentRefused, match="Share that first"):
        describe_segment(actor=staff, segment=above, version=above.version, changes={"is_shared": True})
    below = describe_segment(actor=staff, segment=below, version=below.version, changes={"is_shared": True})
    describe_segment(actor=staff, segment=above, version=above.version, changes={"is_shared": True})
    with pytest.raises(SegmentRefused, match="must stay shared"):
        describe_segment(actor=staff, segment=below, version=below.version, changes={"is_shared": False})


def test_only_the_owner_changes_it_and_an_administrator_what_is_shared(
    staff: User, secretariat: User, viewer: User, administrator: User, people: People
) -> None:
    own, shared = segment(staff), segment(staff, name="Shared", is_shared=True)
    for actor in (secretariat, viewer):
        with pytest.raises(PermissionDenied):
            replace_rule(actor=actor, segment=shared, query="language=en")
    with pytest.raises(PermissionDenied):
        make_segment(actor=viewer, list_key="people", name="V", query="language=en")
    with pytest.raises(Segment.DoesNotExist):
        replace_rule(actor=administrator, segment=own, query="language=en")
    replace_rule(actor=administrator, segment=shared, query="language=en")
    assert names(shared, viewer) == ["Amara", "Elsie"]


def test_two_editors_do_not_overwrite_each_other(staff: User, administrator: User, people: People) -> None:
    found = segment(staff, is_shared=True)
    describe_segment(actor=administrator, segment=found, version=1, changes={"name": "Firms in French"})
    with pytest.raises(EditConflict):
        describe_segment(actor=staff, segment=found, version=1, changes={"name": "French"})


def test_a_name_is_used_once_and_freed_by_archiving(staff: User, people: People) -> None:
    first = segment(staff)
    with pytest.raises(SegmentRefused, match="of this name"):
        segment(staff)
    archive_segment(actor=staff, segment=first)
    segment(staff)
    with pytest.raises(SegmentRefused, match="of this name"):
        restore_segment(actor=staff, segment=first)


def test_why_tells_each_part_and_what_the_record_has(staff: User, people: People) -> None:
    log(staff, people["bruno"], occurred_on=today() - timedelta(days=200))
    found = segment(staff, f"{FRENCH}&owner={staff.pk}&no_contact=90&q=tam")
    told = {clause.text: (clause.holds, str(clause.has)) for clause in why(found, staff, people["chloe"]).clauses}
    assert told["Language: French"] == (True, "French")
    assert told[f"Owner: {staff.name}"] == (False, "Solène Gauthier")
    assert told["Works for: Business"] == (True, "Northline Nickel (Business)")
    assert told["No two-way contact: In the last 90 days"][0]
    assert told["Name: tam"] == (True, "Chloé Tamarack")
    assert told["Not archived"][0]
    answer = why(found, staff, Person.objects.get(pk=people["bruno"].pk))
    assert all(clause.holds for clause in answer.clauses)
    assert (answer.rule_holds, answer.is_in) == (True, True)
    assert "<time" in str(next(clause.has for clause in answer.clauses if "two-way" in clause.text))
