"""Partnerships and their areas: who makes them, what is refused, what history keeps."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import facts
from c2m2a_crm.core.facts import StatementChanged
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.engagement.services.of_initiative import InitiativeConflict
from partnerships import services
from partnerships.models import CooperationArea, Partnership
from tests.engagement.making import initiative
from tests.partnerships.areas import add_area, checked_area

pytestmark = pytest.mark.django_db


def test_a_partnership_is_an_initiative_of_its_kind(secretariat: User, compact: Partnership) -> None:
    assert compact.initiative.kind == Initiative.Kind.PARTNERSHIP
    assert compact.initiative.get_absolute_url() == compact.get_absolute_url()
    assert history_of(compact).get().actor_id == secretariat.pk


def test_a_partnership_stands_on_no_other_initiative(compact: Partnership) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), recorded(None, system="tests"):
        Partnership.objects.create(initiative=initiative("File"), kind="bilateral")
    with pytest.raises(IntegrityError), transaction.atomic(), recorded(None, system="tests"):
        Initiative.objects.filter(pk=compact.pk).update(kind=Initiative.Kind.FILE)


def test_a_date_is_told_no_more_precisely_than_it_is_known(compact: Partnership) -> None:
    assert compact.signed_in_words == "March 2024"
    with translation.override("fr"):
        assert compact.signed_in_words == "mars 2024"
        assert str(compact) == "Pacte Canada-Norland sur les aimants"
    for precision, words in (("day", "Mar\u00a01, 2024"), ("year", "2024")):
        compact.precision = precision
        assert compact.signed_in_words == words


@pytest.mark.parametrize(
    "values",
    [
        {"signed_on": date(2024, 1, 1), "precision": "unknown"},
        {"precision": "day"},
        {"kind": "secret"},
        {"counterpart_country": "ZZ"},
        {"name_en": "", "name_fr": ""},
    ],
)
def test_a_partnership_of_a_wrong_shape_is_refused(secretariat: User, values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        services.create_partnership(actor=secretariat, **{"kind": "bilateral", "name_en": "Pact", **values})  # type: ignore[arg-type]  # on purpose
    assert not Partnership.objects.exists()
    assert not Initiative.objects.exists()


def test_codes_are_taken_once_and_may_be_missing(secretariat: User, compact: Partnership) -> None:
    with pytest.raises(ValidationError) as refused:
        services.create_partnership(actor=secretariat, kind="bilateral", name_en="Other", code="CA-NL-CM")
    assert "code" in refused.value.message_dict
    for name in ("One", "Two"):
        assert services.create_partnership(actor=secretariat, kind="bilateral", name_en=name, code=" ").code is None


def test_of_two_who_take_a_code_at_once_one_is_told(
    secretariat: User, compact: Partnership, circle_of_five: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Partnership, "full_clean", lambda row: None)  # asked before the other one was there
    with pytest.raises(ValidationError) as refused:
        services.create_partnership(actor=secretariat, kind="bilateral", name_en="Other", code="CA-NL-CM")
    assert "code" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        services.edit_partnership(
            actor=secretariat, partnership=circle_of_five, version=1, changes={"code": "CA-NL-CM"}
        )
    assert "code" in refused.value.message_dict
    assert Initiative.objects.count() == 2


def test_only_the_secretariat_manages(staff: User, viewer: User, secretariat: User, compact: Partnership) -> None:
    for actor in (staff, viewer):
        with pytest.raises(PermissionDenied):
            services.create_partnership(actor=actor, kind="bilateral", name_en="Pact")
        with pytest.raises(PermissionDenied):
            services.edit_partnership(actor=actor, partnership=compact, version=1, changes={"status": "ended"})
        with pytest.raises(PermissionDenied):
            add_area(actor=actor, partnership=compact, text_en="Magnets")
    assert not CooperationArea.objects.exists()
    edited = services.edit_partnership(actor=secretariat, partnership=compact, version=1, changes={"status": "ended"})
    assert (edited.status, edited.version, edited.initiative.version) == ("ended", 2, 1)


def test_the_name_is_kept_by_the_initiative(secretariat: User, compact: Partnership) -> None:
    edited = services.edit_partnership(
        actor=secretariat, partnership=compact, version=1, changes={"name_en": "Compact", "is_binding": False}
    )
    assert (str(edited), edited.is_binding, edited.version, edited.initiative.version) == ("Compact", False, 2, 2)


def test_two_editors_of_one_partnership(secretariat: User, administrator: User, compact: Partnership) -> None:
    services.edit_partnership(
        actor=secretariat, partnership=compact, version=1, initiative_version=1, changes={"name_en": "Theirs"}
    )
    kept = services.edit_partnership(
        actor=administrator, partnership=compact, version=1, initiative_version=1, changes={"status": "uncertain"}
    )
    assert (kept.status, kept.initiative.name_en) == ("uncertain", "Theirs")
    with pytest.raises(InitiativeConflict) as conflict:
        services.edit_partnership(
            actor=administrator,
            partnership=compact,
            version=1,
            initiative_version=1,
            changes={"name_en": "Mine", "status": "ended"},
        )
    assert {collision.field for collision in conflict.value.collisions} == {"name_en", "status"}
    assert (conflict.value.current_version, conflict.value.initiative_version) == (3, 2)


def test_successions_make_no_circle(secretariat: User, compact: Partnership, circle_of_five: Partnership) -> None:
    services.edit_partnership(actor=secretariat, partnership=compact, version=1, changes={"successor": circle_of_five})
    with pytest.raises(ValidationError) as refused:
        services.edit_partnership(
            actor=secretariat, partnership=circle_of_five, version=1, changes={"successor": compact}
        )
    assert "successor" in refused.value.message_dict
    with pytest.raises(ValidationError):
        services.edit_partnership(actor=secretariat, partnership=compact, version=2, changes={"successor": compact})


def test_areas_stand_in_their_order_and_are_confirmed_with_a_source(secretariat: User, compact: Partnership) -> None:
    first = add_area(actor=secretariat, partnership=compact, text_en="Magnets", text_fr="Aimants")
    second = add_area(actor=secretariat, partnership=compact, text_fr="Recherche")
    assert [str(area) for area in compact.areas.all()] == ["Magnets", "Recherche"]
    assert [area.key for area in compact.areas.all()] == ["magnets", "recherche"]
    with pytest.raises(ValidationError):
        facts.confirm_fact(actor=secretariat, fact=first, version=1, checked_on=today(), source="")
    facts.confirm_fact(actor=secretariat, fact=first, version=1, checked_on=today(), source="Text")
    edited = facts.edit_fact(actor=secretariat, fact=first, version=2, changes={"position": 9})
    assert (edited.is_confirmed, edited.checked_on, edited.version) == (True, today(), 3)
    assert [area.pk for area in compact.areas.all()] == [second.pk, first.pk]
    facts.edit_fact(actor=secretariat, fact=second, version=1, changes={"text_en": "Research"})
    with pytest.raises(StatementChanged):
        facts.remove_fact(actor=secretariat, fact=second, version=1)
    facts.remove_fact(actor=secretariat, fact=second, version=2)
    assert compact.areas.get() == first
    assert history_of(second).first().action == "D"  # type: ignore[union-attr]  # there is one


@pytest.mark.parametrize(
    ("changes", "stays"),
    [
        ({"text_en": "Batteries"}, False),
        ({"source": "Another text"}, False),
        ({"text_en": "Batteries", "is_confirmed": True}, False),  # nobody confirms by an edit
        ({"text_fr": "Aimants"}, True),
        ({"position": 7}, True),
    ],
)
def test_a_confirmation_holds_for_the_words_that_were_checked(
    secretariat: User, compact: Partnership, changes: dict[str, object], stays: bool
) -> None:
    area = checked_area(actor=secretariat, partnership=compact, text_en="Magnets", source="Text")
    assert facts.edit_fact(actor=secretariat, fact=area, version=2, changes=changes).is_confirmed is stays


def test_an_area_says_something(secretariat: User, compact: Partnership) -> None:
    with pytest.raises(ValidationError):
        add_area(actor=secretariat, partnership=compact, text_en=" ")
    assert not compact.areas.exists()


def test_an_archived_partnership_is_left_alone(secretariat: User, compact: Partnership) -> None:
    with recorded(None, system="tests"):
        Initiative.objects.filter(pk=compact.pk).update(archived_at="2026-01-01T00:00Z")
    archived = Partnership.objects.get(pk=compact.pk)
    with pytest.raises(PermissionDenied):
        services.edit_partnership(actor=secretariat, partnership=archived, version=1, changes={"status": "ended"})
