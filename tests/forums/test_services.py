"""Forums, seats and terms as the services write them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import History
from c2m2a_crm.core.validity import first_day, last_day
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.engagement.services.of_initiative import InitiativeConflict
from forums import services
from forums.models import Forum, Seat, SeatTerm
from members.models import Jurisdiction
from members.services import archive_person
from tests.forums.making import SPRING, Making

pytestmark = pytest.mark.django_db

WINTER = date(2027, 3, 31)


# --- Forums ----------------------------------------------------------------------------------------------------------


def test_forum_and_its_initiative_are_made_together(secretariat: User) -> None:
    forum = services.create_forum(
        actor=secretariat, kind="industry", name_en=" Drill Core Forum ", name_fr="Forum des carottes", code="DCF",
        is_run_by_us=True, lead=secretariat,
    )  # fmt: skip
    forum = Forum.objects.select_related("initiative").get(pk=forum.pk)
    assert (forum.initiative.kind, forum.initiative.name_en, forum.initiative.lead) == (
        "forum",
        "Drill Core Forum",
        secretariat,
    )
    assert (forum.code, forum.is_run_by_us, forum.status) == ("DCF", True, "active")
    assert history_of(forum).get().actor_id == secretariat.pk
    assert history_of(forum.initiative).get().actor_id == secretariat.pk


def test_forum_without_a_name_or_of_unknown_kind_is_not_made(secretariat: User) -> None:
    for bad in ({"kind": "industry"}, {"kind": "parade", "name_en": "Parade"}):
        with pytest.raises(ValidationError):
            services.create_forum(actor=secretariat, **bad)  # type: ignore[arg-type]  # the bad shape is the test
    assert not Initiative.objects.exists()


def test_acronym_of_another_forum_is_refused_in_words(making: Making) -> None:
    making.forum(code="DCF")
    with pytest.raises(services.AcronymTaken, match="Another forum has this acronym"):
        making.forum("Other forum", code="DCF")
    assert Initiative.objects.count() == 1


@pytest.mark.parametrize("part", ["viewer", "staff", "compliance", "stranger"])
def test_only_secretariat_and_administrators_write(part: str, request: pytest.FixtureRequest, making: Making) -> None:
    actor = request.getfixturevalue(part)
    forum = making.forum()
    seat = making.seat(forum)
    term = making.term(seat, "Ann Feldspar")
    category = services.add_category(actor=making.actor, forum=forum, name_en="Recycling")
    other = making.person("Bob Gneiss")
    before = History.objects.count()
    for act in (
        lambda: services.create_forum(actor=actor, kind="fpt", name_en="No"),
        lambda: services.edit_forum(actor=actor, forum=forum, version=1, changes={"name_en": "No"}),
        lambda: services.add_category(actor=actor, forum=forum, name_en="No"),
        lambda: services.edit_category(actor=actor, category=category, version=1, changes={"name_en": "No"}),
        lambda: services.add_seats(actor=actor, forum=forum),
        lambda: services.edit_seat(actor=actor, seat=seat, version=1, changes={"title_en": "No"}),
        lambda: services.close_seat(actor=actor, seat=seat, last=WINTER),
        lambda: services.appoint(actor=actor, seat=seat, person=other, role="observer"),
        lambda: services.hand_over(actor=actor, seat=seat, person=other, first=WINTER),
        lambda: services.change_term(actor=actor, term=term, version=1, changes={"source": "No"}),
        lambda: services.end_term(actor=actor, term=term, last=WINTER),
        lambda: services.take_back_term(actor=actor, term=term),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert History.objects.count() == before


def test_administrator_may_write(administrator: User, making: Making) -> None:
    seat = services.add_seats(actor=administrator, forum=making.forum())[0]
    services.appoint(actor=administrator, seat=seat, person=making.person("Ann Feldspar"))
    assert seat.terms.count() == 1


def test_sealed_forum_is_written_only_by_its_circle(making: Making, administrator: User) -> None:
    forum = making.forum()
    making.seal(forum, making.actor)
    forum = Forum.objects.select_related("initiative").get(pk=forum.pk)
    with pytest.raises(NotAllowed):
        services.add_seats(actor=administrator, forum=forum)
    assert services.add_seats(actor=making.actor, forum=forum)


def test_edit_reaches_both_rows_and_counts_what_changed(making: Making) -> None:
    forum = making.forum(code="DCF")
    services.edit_forum(
        actor=making.actor, forum=forum, version=1, changes={"name_en": "Core Forum", "code": "DCF", "level": "members"}
    )
    forum = Forum.objects.select_related("initiative").get(pk=forum.pk)
    assert (str(forum), forum.level, forum.version, forum.initiative.version) == ("Core Forum", "members", 2, 2)
    services.edit_forum(actor=making.actor, forum=forum, version=2, changes={"level": "adm"})
    assert Initiative.objects.get(pk=forum.pk).version == 2


def test_two_editors_of_one_field_are_both_told(making: Making) -> None:
    forum = making.forum()
    services.edit_forum(actor=making.actor, forum=forum, version=1, changes={"name_en": "Theirs", "level": "adm"})
    with pytest.raises(InitiativeConflict) as conflict:
        services.edit_forum(
            actor=making.actor, forum=forum, version=1, initiative_version=1, changes={"name_en": "Mine", "code": "X"}
        )
    assert [each.field for each in conflict.value.collisions] == ["name_en"]
    assert (conflict.value.current_version, conflict.value.initiative_version) == (2, 2)
    assert Forum.objects.get(pk=forum.pk).code == ""
    saved = services.edit_forum(
        actor=making.actor, forum=forum, version=1, initiative_version=1, changes={"code": "X", "name_fr": "Carottes"}
    )
    assert (saved.code, saved.level, saved.initiative.name_fr) == ("X", "adm", "Carottes")


@pytest.mark.parametrize(("link", "error"), [("parent", "ReportsInACircle"), ("successor", "SuccessionInACircle")])
def test_chain_never_comes_back_to_its_beginning(making: Making, link: str, error: str) -> None:
    ministers, officials, working = (making.forum(name) for name in ("Ministers", "Officials", "Working group"))
    for lower, upper in ((officials, ministers), (working, officials)):
        services.edit_forum(actor=making.actor, forum=lower, version=1, changes={link: upper})
    for end in (working, officials, ministers):
        with pytest.raises(getattr(services, error)):
            services.edit_forum(actor=making.actor, forum=ministers, version=1, changes={link: end})
    assert getattr(Forum.objects.get(pk=ministers.pk), link) is None


# --- Categories and seats --------------------------------------------------------------------------------------------


def test_seats_are_numbered_on_inside_their_category(making: Making) -> None:
    forum = making.forum()
    recycling = services.add_category(actor=making.actor, forum=forum, name_en="Recycling", seats_planned=5)
    academia = services.add_category(actor=making.actor, forum=forum, name_en="Academia", name_fr="Universités")
    assert (recycling.position, academia.position) == (1, 2)
    services.add_seats(actor=making.actor, forum=forum, category=recycling, number=3)
    services.add_seats(actor=making.actor, forum=forum, category=academia, number=1)
    services.add_seats(actor=making.actor, forum=forum, category=recycling, number=2)
    rows = Seat.objects.filter(forum=forum).in_forum_order().values_list("category__name_en", "number")
    assert list(rows) == [*(("Recycling", number) for number in range(1, 6)), ("Academia", 1)]


def test_seats_of_governments_are_one_each(making: Making) -> None:
    governments = list(Jurisdiction.objects.order_by("code")) or [
        Jurisdiction.objects.create(code=code, name_en=code, name_fr=code) for code in ("BC", "QC")
    ]
    seats = services.add_seats(actor=making.actor, forum=making.forum(kind="fpt"), jurisdictions=governments)
    assert [seat.jurisdiction for seat in seats] == governments
    assert str(seats[0]) == str(governments[0])


def test_seat_takes_no_category_from_elsewhere_and_belongs_to_one(making: Making) -> None:
    category = services.add_category(actor=making.actor, forum=making.forum("Other"), name_en="Recycling")
    forum, party = making.forum(), making.party("Gabbro Metals")
    with pytest.raises(services.CategoryOfAnotherForum):
        services.add_seats(actor=making.actor, forum=forum, category=category)
    seat = making.seat(forum, party=party)
    with pytest.raises(services.CategoryOfAnotherForum):
        services.edit_seat(actor=making.actor, seat=seat, version=1, changes={"category": category})
    government = Jurisdiction.objects.first() or Jurisdiction.objects.create(code="QC", name_en="Quebec")
    with pytest.raises(services.SeatBelongsToOne):
        services.edit_seat(actor=making.actor, seat=seat, version=1, changes={"jurisdiction": government})
    with pytest.raises(services.DatesReversed):
        services.add_seats(actor=making.actor, forum=forum, first=WINTER, last=SPRING)
    with pytest.raises(ValidationError):
        services.add_seats(actor=making.actor, forum=forum, capacity="by chance")
    assert Seat.objects.count() == 1


def test_seat_keeps_all_its_terms_inside(making: Making) -> None:
    seat = making.seat(making.forum())
    making.term(seat, "Ann Feldspar", last=WINTER)
    with pytest.raises(services.OutsideTheSeat):
        services.edit_seat(actor=making.actor, seat=seat, version=1, changes={"last": date(2026, 12, 31)})
    saved = services.edit_seat(
        actor=making.actor, seat=seat, version=1, changes={"first": SPRING, "last": WINTER, "number": 7}
    )
    assert (saved.first_day, saved.last_day, saved.number, saved.version) == (SPRING, WINTER, 7, 2)


def test_closing_a_seat_ends_the_terms_that_run_longer(making: Making) -> None:
    seat = making.seat(making.forum())
    ended = making.term(seat, "Ann Feldspar", first=date(2024, 4, 1), last=date(2026, 3, 31))
    running = making.term(seat, "Bob Gneiss")
    services.close_seat(actor=making.actor, seat=seat, last=WINTER)
    assert last_day(Seat.objects.get(pk=seat.pk).valid) == WINTER
    assert last_day(SeatTerm.objects.get(pk=running.pk).valid) == WINTER
    assert SeatTerm.objects.get(pk=ended.pk).version == 1


def test_seat_is_not_closed_before_a_term_that_begins_later(making: Making) -> None:
    seat = making.seat(making.forum())
    making.term(seat, "Ann Feldspar", first=date(2028, 1, 1))
    with pytest.raises(services.OutsideTheSeat, match="begins after"):
        services.close_seat(actor=making.actor, seat=seat, last=WINTER)


# --- Terms -----------------------------------------------------------------------------------------------------------


def test_holder_speaks_for_the_seats_party_else_for_the_employer_of_that_day(making: Making) -> None:
    forum = making.forum()
    owner, employer = making.party("Gabbro Metals"), making.party("Basalt Institute")
    person = making.person("Ann Feldspar", organization=employer, since=date(2020, 1, 1))
    assert making.term(making.seat(forum, party=owner), person).party == owner
    assert making.term(making.seat(forum), person).party == employer
    assert making.term(making.seat(forum), person, first=date(2019, 1, 1)).party is None
    assert making.term(making.seat(forum, capacity="personal"), person, party=owner).party is None


def test_second_holder_is_refused_with_name_and_day(making: Making) -> None:
    seat = making.seat(making.forum())
    making.term(seat, "Ann Feldspar", last=WINTER)
    with pytest.raises(services.SeatAlreadyHeld, match=r"Ann Feldspar has this role \(Holder\) .* until .*2027"):
        making.term(seat, "Bob Gneiss", first=WINTER)
    making.term(seat, "Bob Gneiss", first=date(2027, 4, 1))
    with pytest.raises(services.SeatAlreadyHeld, match="Ann Feldspar"):
        making.term(seat, "Carla Dunite", first=SPRING)
    with pytest.raises(services.SeatAlreadyHeld, match=r"Bob Gneiss .* with no last day"):
        making.term(seat, "Carla Dunite", first=date(2030, 1, 1))


def test_alternates_and_chairs_sit_beside_the_holder(making: Making) -> None:
    seat = making.seat(making.forum())
    holder = making.term(seat, "Ann Feldspar")
    making.term(seat, "Bob Gneiss", role="first_alternate")
    making.term(seat, holder.person, role="co_chair")
    with pytest.raises(services.PersonAlreadySeated):
        making.term(seat, holder.person, role="second_alternate")
    assert SeatTerm.objects.current().filter(seat=seat).count() == 3


def test_term_stays_inside_the_seat_and_fills_it_where_no_day_is_said(making: Making) -> None:
    seat = making.seat(making.forum(), first=SPRING, last=WINTER)
    with pytest.raises(services.OutsideTheSeat):
        making.term(seat, "Ann Feldspar", first=date(2026, 3, 1))
    with pytest.raises(services.OutsideTheSeat):
        making.term(seat, "Bob Gneiss", first=SPRING, last=date(2028, 1, 1))
    with pytest.raises(services.DatesReversed):
        making.term(seat, "Carla Dunite", first=WINTER, last=SPRING)
    whole = making.term(seat, "Dan Skarn", first=None)
    assert (first_day(whole.valid), last_day(whole.valid)) == (SPRING, WINTER)


def test_archived_person_cannot_be_appointed(making: Making) -> None:
    person = making.person("Ann Feldspar")
    archived = archive_person(actor=making.actor, person=person, reason="Retired.")
    with pytest.raises(services.PersonIsArchived):
        making.term(making.seat(making.forum()), archived)


def test_hand_over_ends_one_and_begins_the_other_in_one_step(making: Making) -> None:
    seat = making.seat(making.forum())
    old = making.term(seat, "Ann Feldspar", first=date(2024, 4, 1))
    new = services.hand_over(
        actor=making.actor, seat=seat, person=making.person("Bob Gneiss"), first=SPRING, last=WINTER
    )
    old.refresh_from_db()
    assert (last_day(old.valid), first_day(new.valid), last_day(new.valid)) == (date(2026, 3, 31), SPRING, WINTER)
    assert old.version == 2
    for day, holder in ((date(2026, 3, 31), "Ann Feldspar"), (SPRING, "Bob Gneiss")):
        assert str(SeatTerm.objects.on(day).get(seat=seat).person) == holder


def test_hand_over_writes_nothing_where_it_cannot_be_finished(making: Making) -> None:
    seat = making.seat(making.forum())
    with pytest.raises(services.NothingToHandOver):
        services.hand_over(actor=making.actor, seat=seat, person=making.person("Bob Gneiss"), first=SPRING)
    making.term(seat, "Ann Feldspar", first=SPRING, last=date(2026, 12, 31))
    making.term(seat, "Carla Dunite", first=date(2027, 1, 1))
    before = list(SeatTerm.objects.order_by("pk").values())
    with pytest.raises(services.SeatAlreadyHeld, match="Carla Dunite"):
        services.hand_over(actor=making.actor, seat=seat, person=making.person("Dan Skarn"), first=date(2026, 6, 1))
    with pytest.raises(services.NothingToHandOver, match="begins on that day"):
        services.hand_over(actor=making.actor, seat=seat, person=making.person("Eve Slate"), first=SPRING)
    assert list(SeatTerm.objects.order_by("pk").values()) == before


def test_term_is_ended_renewed_and_taken_back(making: Making) -> None:
    seat = making.seat(making.forum())
    term = making.term(seat, "Ann Feldspar")
    services.end_term(actor=making.actor, term=term, last=WINTER)
    with pytest.raises(services.DatesReversed):
        services.end_term(actor=making.actor, term=term, last=date(2026, 3, 1))
    renewed = services.change_term(actor=making.actor, term=term, version=2, changes={"last": date(2029, 3, 31)})
    assert (renewed.last_day, renewed.version) == (date(2029, 3, 31), 3)
    services.take_back_term(actor=making.actor, term=term, reason="Wrong person.")
    gone = history_of(term).first()
    assert gone is not None
    assert (gone.action, gone.reason) == ("D", "Wrong person.")
    assert not SeatTerm.objects.filter(seat=seat).exists()


def test_changed_term_never_runs_into_another(making: Making) -> None:
    seat = making.seat(making.forum())
    first = making.term(seat, "Ann Feldspar", last=WINTER)
    making.term(seat, "Bob Gneiss", first=date(2027, 4, 1))
    with pytest.raises(services.SeatAlreadyHeld, match="Bob Gneiss"):
        services.change_term(actor=making.actor, term=first, version=1, changes={"last": date(2027, 4, 1)})
    first.refresh_from_db()
    assert first.last_day == WINTER
