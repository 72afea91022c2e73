"""Terms of reference: one version in force a day, versions compared, who may sit by them, tables made by a pattern."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from c2m2a_crm.core.validity import valid_dates
from forums import services
from forums.models import Forum, Seat, SeatTerm, TermsOfReference
from forums.selectors import terms_of_reference_on
from forums.services import InForceAlready, MoreSeatsThanAllowed, NotEligible, PapersBeforeNotice
from forums.terms_of_reference.eligibility import verdict_on
from forums.terms_of_reference.lengths import end_of_term, terms_served
from forums.terms_of_reference.patterns import PATTERNS, create_from_pattern
from forums.terms_of_reference.services import adopt_terms
from members.models import Jurisdiction, Party
from tests.forums.making import Making
from tests.forums.reading import errors_of, page_of, text_of

pytestmark = pytest.mark.django_db
JANUARY = date(2026, 1, 1)
JUNE = date(2026, 6, 1)


def adopt(making: Making, forum: Forum, first: date = JANUARY, **rules: Any) -> TermsOfReference:
    return adopt_terms(actor=making.actor, forum=forum, first=first, **rules)


def test_a_new_version_closes_the_one_before(making: Making) -> None:
    forum = making.forum()
    first = adopt(making, forum)
    second = adopt(making, forum, JUNE)
    first.refresh_from_db()
    assert (second.number, first.last_day, second.last_day) == (2, date(2026, 5, 31), None)
    assert terms_of_reference_on(forum, date(2025, 12, 31)) is None
    assert terms_of_reference_on(forum, date(2026, 5, 31)) == first
    assert terms_of_reference_on(forum, JUNE) == second


def test_two_versions_are_never_in_force_on_one_day(making: Making) -> None:
    forum = making.forum()
    adopt(making, forum, JUNE)
    for first in (JANUARY, JUNE):
        with pytest.raises(InForceAlready):
            adopt(making, forum, first)
    assert TermsOfReference.objects.count() == 1
    with pytest.raises(IntegrityError, match="one_terms_of_reference_a_day"), transaction.atomic():
        TermsOfReference.objects.create(forum=forum, number=9, valid=valid_dates(date(2026, 7, 1), None))


def test_papers_do_not_go_before_the_notice(making: Making) -> None:
    with pytest.raises(PapersBeforeNotice):
        adopt(making, making.forum(), notice_days=7, papers_days=8)


def test_a_government_holds_no_seat_where_only_others_may(making: Making) -> None:
    forum = making.forum()
    adopt(making, forum, is_non_governmental_only=True, kinds=[Party.Kind.BUSINESS])
    ministry = making.party("Ministry of Ores", kind=Party.Kind.GOVERNMENT)
    official = making.person("Olive Official", organization=ministry)
    seat = making.seat(forum)
    with pytest.raises(NotEligible, match=r"non-governmental members only .*version 1"):
        making.term(seat, official)
    personal = making.seat(forum, capacity=Seat.Capacity.PERSONAL)
    with pytest.raises(NotEligible):
        making.term(personal, official)
    assert not SeatTerm.objects.exists()
    # Who chairs or observes holds no seat for a constituency, and the past was under other rules.
    making.term(seat, official, role=SeatTerm.Role.CO_CHAIR)
    making.term(seat, official, role=SeatTerm.Role.OBSERVER)
    making.term(seat, making.person("Past Official", organization=ministry), date(2025, 1, 1), last=date(2025, 12, 1))


def test_a_kind_that_is_not_admitted_is_named(making: Making) -> None:
    forum = making.forum()
    adopt(making, forum, kinds=[Party.Kind.BUSINESS])
    union = making.party("Union of Assayers", kind=Party.Kind.ASSOCIATION)
    with pytest.raises(NotEligible, match="Association is not among the kinds admitted: Business"):
        making.term(making.seat(forum), making.person("Una Union", organization=union))
    term = making.term(making.seat(forum), making.person("Bea Business", organization=making.party("Bea Ltd")))
    with pytest.raises(NotEligible):
        services.change_term(actor=making.actor, term=term, version=term.version, changes={"party": union})


def test_a_verdict_has_a_reason_either_way(making: Making) -> None:
    terms = adopt(making, making.forum(), is_non_governmental_only=True, kinds=[Party.Kind.BUSINESS])
    for kind, expected in (("business", True), ("association", False), ("government", False), ("", True)):
        verdict = verdict_on(terms, kind)
        assert (verdict.is_eligible, bool(verdict.reason)) == (expected, True)
    assert verdict_on(None, "government").is_eligible


def test_there_are_no_more_seats_than_foreseen(making: Making) -> None:
    forum = making.forum()
    adopt(making, forum, max_seats=3)
    services.add_seats(actor=making.actor, forum=forum, number=2, first=JUNE)
    with pytest.raises(MoreSeatsThanAllowed):
        services.add_seats(actor=making.actor, forum=forum, number=2, first=JUNE)
    assert forum.seats.count() == 2


def test_a_term_is_as_long_as_agreed(making: Making) -> None:
    terms = adopt(making, making.forum(), term_length_months=24)
    assert end_of_term(terms, date(2026, 2, 28)) == date(2028, 2, 27)
    assert end_of_term(None, JANUARY) is None


def test_terms_that_follow_each_other_are_counted(making: Making) -> None:
    seat = making.seat(making.forum())
    person = making.person("Rita Renewed")
    days = [(date(2018, 1, 1), date(2018, 12, 31)), (date(2020, 1, 1), date(2021, 12, 31)), (date(2022, 1, 1), None)]
    terms = [making.term(seat, person, first, last=last) for first, last in days]
    assert terms_served(terms) == 2
    assert terms_served(terms[:1]) == 1


@pytest.mark.parametrize("key", list(PATTERNS))
def test_a_pattern_makes_a_table_whole(making: Making, key: str) -> None:
    for code, kind in (("CA", "federal"), ("QC", "province"), ("YT", "territory")):
        Jurisdiction.objects.get_or_create(code=code, defaults={"kind": kind, "name_en": code, "name_fr": code})
    forum = create_from_pattern(actor=making.actor, pattern=key, first=JANUARY, name_en=f"Table {key}")
    pattern = PATTERNS[key]
    assert forum.kind == pattern.kind
    assert forum.categories.count() == len(pattern.constituencies)
    planned = sum(each.seats_planned or 0 for each in pattern.constituencies)
    assert forum.seats.count() == (3 if key == "fpt" else planned)
    terms = terms_of_reference_on(forum, JANUARY)
    assert terms is not None
    assert terms.kinds == pattern.rules["kinds"]
    for text in (terms.mandate_en, terms.mandate_fr):
        assert text
        assert "stakeholder" not in text
        assert "partie prenante" not in text


def test_the_page_shows_the_version_of_a_day_and_what_changed(making: Making, as_viewer: Any) -> None:
    forum = making.forum()
    adopt(making, forum, notice_days=14, source="Letter 1")
    adopt(making, forum, JUNE, notice_days=21, source="Letter 1")
    url = reverse("forums:terms_of_reference", args=[forum.pk])
    page = page_of(as_viewer.get(url, {"on": "2026-02-01"}))
    assert "version 1" in text_of(page, "#terms-h")
    compared = page_of(as_viewer.get(url, {"version": "1", "with": "2"}))
    rows = compared.cssselect("section[aria-labelledby=compare-h] tbody tr")
    assert [" ".join(row.text_content().split()) for row in rows] == ["Days of notice1421"]


def test_a_version_is_adopted_and_corrected_on_its_pages(making: Making, as_secretariat: Any) -> None:
    forum = making.forum()
    url = reverse("forums:terms_of_reference_create", args=[forum.pk])
    sent = {
        "first": "2026-01-01",
        "quorum_rule": "half_plus_one",
        "attribution": "not_attributed",
        "languages": "both",
        "publication": "members",
        "kinds": ["business", "expert"],
        "notice_days": "10",
    }
    assert as_secretariat.post(url, sent).status_code == 302
    terms = TermsOfReference.objects.get()
    assert (terms.kinds, terms.notice_days) == (["business", "expert"], 10)
    refused = as_secretariat.post(url, sent)
    assert refused.status_code == 422
    assert "Version 1 begins on that day" in errors_of(refused)
    edit = reverse("forums:terms_of_reference_edit", args=[forum.pk, terms.pk])
    assert as_secretariat.post(edit, {**sent, "version": terms.version, "notice_days": "12"}).status_code == 302
    terms.refresh_from_db()
    assert (terms.notice_days, terms.version) == (12, 2)


def test_a_refused_appointment_says_by_which_rule(making: Making, as_secretariat: Any) -> None:
    forum = making.forum()
    adopt(making, forum, is_non_governmental_only=True)
    seat = making.seat(forum)
    official = making.person("Olive Official", organization=making.party("Ministry", kind=Party.Kind.GOVERNMENT))
    url = reverse("forums:appoint", args=[forum.pk, seat.pk])
    assert "Open to non-governmental members only" in text_of(page_of(as_secretariat.get(url)), ".lede")
    refused = as_secretariat.post(url, {"person": official.pk, "role": "holder", "first": "2026-02-01"})
    assert refused.status_code == 422
    assert "non-governmental members only" in errors_of(refused)
