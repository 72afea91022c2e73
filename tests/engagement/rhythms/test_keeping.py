"""Setting rhythms and agreeing on quiet: who may, what it does, and that it can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.core.validity import today, valid_dates
from c2m2a_crm.engagement import services
from c2m2a_crm.engagement.models import AgreedQuiet, OwnRhythm, Rhythm
from c2m2a_crm.engagement.rhythm import State, standings
from members.models import Party, Person
from members.services import create_person
from tests.engagement.rhythms.making import member_of, rhythm_of_tier
from tests.members.reading import read

pytestmark = pytest.mark.django_db


def in_days(days: int) -> datetime:
    """At noon, so that it is the same day in the office's time zone."""
    return datetime.combine(today() + timedelta(days=days), time(17), UTC)


def state_of(actor: User, record: Party | Person) -> str | None:
    found = standings(actor, type(record), [record.pk]).get(record.pk)
    return found.state if found else None


def agree(actor: User, record: Party | Person, days: int = 10, **facts: Any) -> Any:
    wanted = {"agreed_by": "Amara", "reason": "Elections", **facts}
    return services.agree_quiet(actor=actor, record=record, until=today() + timedelta(days=days), **wanted)


def test_a_new_rhythm_of_a_tier_ends_the_old_one_and_administrators_alone_set_it(
    administrator: User, staff: User, as_administrator: Client, as_staff: Client, northline: Party
) -> None:
    tier = rhythm_of_tier(90)
    member_of(tier, northline)
    url = reverse("rhythms:set", args=[tier.pk])
    assert as_staff.get(url).status_code == 403
    sent = {"days": "30", "first": today().isoformat(), "source": "Board", "is_confirmed": "on"}
    as_administrator.post(url, sent)
    old, new = Rhythm.objects.order_by("valid")
    assert (old.last_day, new.first_day, new.days) == (today() - timedelta(days=1), today(), 30)
    assert standings(staff, Party, [northline.pk])[northline.pk].days == 30
    assert as_administrator.post(url, sent).status_code == 422
    for bad in ({"days": "0"}, {"days": "-3"}, {"first": "soon"}):
        assert as_administrator.post(url, {**sent, **bad}).status_code == 422, bad
    with pytest.raises(PermissionDenied):
        services.set_tier_rhythm(actor=staff, tier=tier, days=5, first=today() + timedelta(days=5))
    assert Rhythm.objects.count() == 2
    assert "30 days" in read(as_administrator.get(reverse("rhythms:list"))).text_content()
    new.pk = None
    with pytest.raises(IntegrityError, match="one_rhythm_of_a_tier"), transaction.atomic():
        new.save(force_insert=True)


def test_a_rhythm_of_ones_own_is_set_changed_ended_and_undone(
    staff: User, viewer: User, northline: Party, amara: Person
) -> None:
    for record in (northline, amara):
        first = services.set_own_rhythm(actor=staff, record=record, days=30, reason="A project")
        assert standings(staff, type(record), [record.pk])[record.pk].days == 30
        services.set_own_rhythm(actor=staff, record=record, days=20, reason="A closer project")
        assert OwnRhythm.objects.filter(**services.rhythms.subject_of(record)).count() == 1
        with time_machine.travel(in_days(5), tick=False):
            services.set_own_rhythm(actor=staff, record=record, days=60, reason="Over")
            old, new = OwnRhythm.objects.filter(**services.rhythms.subject_of(record)).order_by("pk")
            assert (old.last_day, new.days) == (today() - timedelta(days=1), 60)
            ended = services.end_own_rhythm(actor=staff, record=record)
            assert standings(staff, type(record), [record.pk])[record.pk].days is None
            assert ended is not None
            undo(actor=staff, operation=ended)
            assert standings(staff, type(record), [record.pk])[record.pk].days == 60
        assert history_of(old).count() >= 3
        assert first.actor_id == staff.pk
        with pytest.raises(PermissionDenied):
            services.set_own_rhythm(actor=viewer, record=record, days=3, reason="No")
        wrong: Any
        for wrong in ({"days": 0}, {"reason": " "}):
            with pytest.raises(ValidationError):
                services.set_own_rhythm(actor=staff, record=record, **{"days": 9, "reason": "Why", **wrong})


def test_quiet_ends_when_its_day_passes_or_by_hand_and_says_who_agreed(
    staff: User, viewer: User, northline: Party, amara: Person
) -> None:
    Party.objects.update(created_at=northline.created_at - timedelta(days=100))
    services.set_own_rhythm(actor=staff, record=northline, days=30, reason="A project")
    assert state_of(staff, northline) == State.OVERDUE
    operation = agree(staff, northline)
    assert state_of(staff, northline) == State.QUIET
    assert state_of(staff, amara) == State.QUIET  # who works for it, too
    with pytest.raises(ValidationError, match="already"):
        agree(staff, northline, 3)
    with time_machine.travel(in_days(11), tick=False):
        # The day after is the day that is due: nobody is blamed for the quiet.
        assert state_of(staff, northline) == State.SOON
    with time_machine.travel(in_days(12), tick=False):
        assert state_of(staff, northline) == State.OVERDUE
    undo(actor=staff, operation=operation)
    assert (state_of(staff, northline), AgreedQuiet.objects.count()) == (State.OVERDUE, 0)
    agree(staff, northline)
    ended = services.end_quiet(actor=staff, record=northline)
    row = AgreedQuiet.objects.get()
    assert (row.ended_on, row.ended_by, row.noted_by) == (today(), staff, staff)
    assert state_of(staff, northline) == State.SOON
    agree(staff, northline, 3)  # another one may follow
    assert services.end_quiet(actor=staff, record=amara) is None
    assert ended is not None
    wrong: Any
    for wrong in ({"agreed_by": " "}, {"reason": ""}):
        with pytest.raises(ValidationError):
            agree(staff, amara, **wrong)
    for days in (-1, 4_000):
        with pytest.raises(ValidationError, match="day"):
            agree(staff, amara, days)
    with pytest.raises(PermissionDenied):
        agree(viewer, amara)
    twice = AgreedQuiet(party=northline, agreed_by="A", reason="B", noted_by=staff)
    twice.valid = valid_dates(today(), today())
    with pytest.raises(IntegrityError, match="one_agreed_quiet"), transaction.atomic():
        twice.save()


def test_a_nation_and_who_speaks_for_one_can_have_none_of_it(
    staff: User, as_staff: Client, nation: Party, northline: Party
) -> None:
    speaker = create_person(actor=staff, given_name="Joan", family_name="Narrows", organization=nation)
    for record in (nation, speaker):
        with pytest.raises(ValidationError, match="Nation"):
            services.set_own_rhythm(actor=staff, record=record, days=9, reason="Why")
        with pytest.raises(ValidationError, match="Nation"):
            agree(staff, record)
        page = reverse(f"pulse:{'person' if record is speaker else 'party'}", args=[record.pk])
        assert as_staff.get(page).status_code == 404
        assert page not in as_staff.get(record.get_absolute_url()).content.decode()
    with pytest.raises(ValidationError, match="Nation"):
        services.rule_out(actor=staff, party=nation, reason="Why")
    assert as_staff.get(reverse("prospects:detail", args=[nation.pk])).status_code == 404
    assert as_staff.get(reverse("pulse:party", args=[northline.pk])).status_code == 200


def test_the_page_of_a_record_tells_the_three_rows_and_takes_both_forms(
    as_staff: Client, as_viewer: Client, northline: Party
) -> None:
    page = reverse("pulse:party", args=[northline.pk])
    refused = as_staff.post(reverse("pulse:party_own", args=[northline.pk]), {"own-days": "0"})
    assert refused.status_code == 422
    assert len(read(refused).cssselect(".errors li")) == 2
    as_staff.post(reverse("pulse:party_own", args=[northline.pk]), {"own-days": "45", "own-reason": "A project"})
    until = (today() + timedelta(days=9)).isoformat()
    quiet = {"quiet-until": until, "quiet-agreed_by": "Ines Quartz", "quiet-reason": "Budget"}
    response = as_staff.post(reverse("pulse:party_quiet", args=[northline.pk]), quiet, follow=True)
    shown = read(response)
    assert shown.cssselect(".toast form"), "the act can be taken back"
    told = shown.cssselect("#reasons dl")[0].text_content()
    for words in ("every 45 days", "A project", "None on file", "Ines Quartz", "Budget"):
        assert words in told
    assert as_staff.post(reverse("pulse:party_quiet", args=[northline.pk]), quiet).status_code == 422
    seen = read(as_viewer.get(page))
    assert not seen.cssselect("#own form, #quiet form")
    record = read(as_viewer.get(northline.get_absolute_url()))
    assert "Agreed quiet" in record.cssselect("#pulse-h")[0].getparent().getparent().text_content()
    as_staff.post(reverse("pulse:party_quiet_end", args=[northline.pk]))
    as_staff.post(reverse("pulse:party_own_end", args=[northline.pk]))
    assert (OwnRhythm.objects.count(), AgreedQuiet.objects.get().ended_on) == (0, today())
