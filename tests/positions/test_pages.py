"""The pages of policy positions, and what stands of them on other pages."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.anonymising import Identity
from c2m2a_crm.core.searching.service import search
from c2m2a_crm.core.validity import today
from forums.models import Adoption, Position, PositionUse, Stance
from forums.positions.lists import POSITION_COLUMNS
from forums.positions.personal_data import held, words_of
from members.models import Concept
from tests.engagement.making import circle_of, log
from tests.forums.reading import errors_of, page_of, rows_of, text_of
from tests.positions.making import PositionMaking


def address(page: str, *keys: Any) -> str:
    return reverse(f"positions:{page}", args=keys)


def test_the_list_narrows_by_state_and_the_file_equals_it(making: PositionMaking, as_staff: Client) -> None:
    making.whole()
    making.position(question="What of the roads?")
    aside = making.position(question="What of the rails?")
    Position.objects.filter(pk=aside.pk).update(archived_at=timezone.now(), archived_reason="Settled")
    shown = rows_of(as_staff.get(address("list")))
    assert len(shown) == 2
    assert shown[0].startswith("What of the roads?")
    adopted = as_staff.get(address("list"), {"state": "adopted"})
    assert [row[:30] for row in rows_of(adopted)] == ["Who pays for the pilot plant?D"]
    assert "Adopted" in text_of(page_of(adopted), ".chip")
    assert len(rows_of(as_staff.get(address("list"), {"shown": "aside"}))) == 1
    asked = {"query": "state=adopted", "purpose": "The board"}
    text = b"".join(as_staff.post(reverse("core:export", args=["positions", "csv"]), asked)).decode("utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    found = next(row for row in rows if row and row[0].startswith("Who pays"))
    assert found[1:3] == ["Adopted", "1"]
    assert "What of the roads?" not in text


def test_the_list_sorts_by_every_column_that_says_so(making: PositionMaking, as_staff: Client) -> None:
    making.whole()
    making.position(question="What of the roads?")
    for column in POSITION_COLUMNS:
        if column.order is None:
            continue
        for sort in (column.key, f"-{column.key}"):
            rows = rows_of(as_staff.get(address("list"), {"sort": sort}))
            assert len(rows) == 2, sort
    first = rows_of(as_staff.get(address("list"), {"sort": "adopted"}))[0]
    assert first.startswith("Who pays"), "What was never adopted stands last."


def test_the_page_shows_who_stands_where_on_any_day(making: PositionMaking, as_staff: Client) -> None:
    forum = making.ruled("consensus")
    first, _second = making.table(forum, "Anode", "Borehole")
    position = making.position(forum)
    making.wording(position, written_on=today())
    stance = making.says(position, first, "supports_if", condition="a review", words="Only then.")
    page = page_of(as_staff.get(position.get_absolute_url()))
    said = text_of(page, "#stances")
    assert "Anode" in said
    assert "If: a review" in said
    assert "Only then." in said
    assert stance.interaction is not None
    assert page.cssselect(f'#stances a[href="{stance.interaction.get_absolute_url()}"]')
    assert "Un crédit de 30 %." in text_of(page, '#wording [lang="fr"]')
    before = page_of(as_staff.get(position.get_absolute_url(), {"on": str(today() - timedelta(days=5))}))
    assert "a review" not in text_of(before, "#stances")
    assert "No wording is written yet." in text_of(before, "#wording")
    assert "Enter the date" in errors_of(as_staff.get(position.get_absolute_url(), {"on": "soon"}))


def test_a_confided_source_shows_nowhere(
    making: PositionMaking, as_staff: Client, as_secretariat: Client, secretariat: User
) -> None:
    position = making.position()
    party = making.party("Anode")
    contact = log(secretariat, party, subject="Under the rose", restricted_circle=circle_of(secretariat))
    making.says(position, party, "opposes", interaction=contact, words="Never.")
    for page in (
        position.get_absolute_url(),
        address("history", position.pk),
        address("list"),
        party.get_absolute_url(),
    ):
        said = page_of(as_staff.get(page)).text_content()
        assert "Never." not in said
        assert "Opposes" not in said
    assert "Never." in page_of(as_secretariat.get(position.get_absolute_url())).text_content()
    assert "Never." in page_of(as_secretariat.get(address("history", position.pk))).text_content()


def test_a_position_of_a_sealed_forum_is_not_there(
    making: PositionMaking, as_staff: Client, staff: User, secretariat: User
) -> None:
    position = making.whole()
    assert position.forum is not None
    making.seal(position.forum, secretariat)
    assert as_staff.get(position.get_absolute_url()).status_code == 404
    assert rows_of(as_staff.get(address("list"))) == []
    assert not search(staff, "pilot plant").groups


def test_asking_wording_hearing_adopting_and_using(making: PositionMaking, as_secretariat: Client) -> None:
    forum = making.ruled("recorded_dissent")
    first, second, third = making.table(forum, "Anode", "Borehole", "Cathode")
    sent = as_secretariat.post(
        address("create"),
        {
            "question_en": "Who pays?",
            "initiative": forum.pk,
            "owner": making.actor.pk,
            "opened_on": str(today()),
        },
    )
    position = Position.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, position.get_absolute_url()) or sent.status_code == 302
    texts = {"text_en": "All do.", "text_fr": "Tous.", "written_on": str(today())}
    as_secretariat.post(address("wording_create", position.pk), texts)
    refused = as_secretariat.post(address("wording_create", position.pk), texts)
    assert refused.status_code == 422
    for seat, kind in ((first, "supports"), (second, "supports"), (third, "opposes")):
        contact = log(making.actor, seat.party, occurred_on=today())  # type: ignore[arg-type]  # a seat of a party
        without = as_secretariat.post(address("stance_create", position.pk), {"seat": seat.pk, "kind": kind})
        assert "Choose the contact or the minutes" in errors_of(without)
        as_secretariat.post(
            address("stance_create", position.pk), {"seat": seat.pk, "kind": kind, "interaction": contact.pk}
        )
    against = Stance.objects.get(kind="opposes")
    refused = as_secretariat.post(address("adopt", position.pk), {"adopted_on": str(today())})
    assert "Record why these do not join in: Cathode." in page_of(refused).text_content()
    assert not Adoption.objects.exists()
    as_secretariat.post(
        address("adopt", position.pk), {"adopted_on": str(today()), f"dissent_{against.pk}": "Too dear"}
    )
    page = page_of(as_secretariat.get(position.get_absolute_url()))
    assert "Dissent of Cathode: Too dear" in text_of(page, "#adoption")
    as_secretariat.post(
        address("use_create", position.pk),
        {"kind": "submission", "used_on": str(today()), "citation": "Brief 4", "wording": position.wordings.get().pk},
    )
    assert PositionUse.objects.get().citation == "Brief 4"
    for other in (forum.get_absolute_url(), first.party.get_absolute_url()):  # type: ignore[union-attr]  # as above
        assert "Who pays?" in page_of(as_secretariat.get(other)).text_content()
    history = page_of(as_secretariat.get(address("history", position.pk))).text_content()
    assert "Stance added" in history
    assert "Too dear" in history


def test_viewers_note_nothing(making: PositionMaking, as_viewer: Client) -> None:
    position = making.whole()
    assert as_viewer.get(position.get_absolute_url()).status_code == 200
    for page in ("stance_create", "use_create", "adopt", "wording_create"):
        assert as_viewer.get(address(page, position.pk)).status_code == 403


def test_put_aside_and_taken_up_again(making: PositionMaking, as_secretariat: Client) -> None:
    position = making.position()
    as_secretariat.post(address("set_aside", position.pk), {"reason": "The law changed"})
    assert "Put aside: The law changed" in page_of(as_secretariat.get(position.get_absolute_url())).text_content()
    assert as_secretariat.get(address("stance_create", position.pk)).status_code == 403
    as_secretariat.post(address("take_up", position.pk))
    position.refresh_from_db()
    assert position.archived_at is None


def test_topics_narrow_the_list_also_by_the_word_that_followed(making: PositionMaking, as_secretariat: Client) -> None:
    position = making.position()
    old = Concept.objects.create(vocabulary="mineral", code="oldium", label_en="Oldium", label_fr="Oldium")
    new = Concept.objects.create(vocabulary="mineral", code="newium", label_en="Newium", label_fr="Newium")
    as_secretariat.post(address("topics", position.pk), {"minerals": [old.pk]})
    assert [str(topic) for topic in position.topics.all()] == ["Oldium"]
    Concept.objects.filter(pk=old.pk).update(replaced_by=new)
    assert len(rows_of(as_secretariat.get(address("list"), {"mineral": "newium"}))) == 1
    assert "Newium" in text_of(page_of(as_secretariat.get(position.get_absolute_url())), "#topics")


def test_positions_are_found_by_question_and_wording(making: PositionMaking, staff: User) -> None:
    making.whole()
    for words in ("pilot plant", "crédit", "usine pilote"):
        found = [hit.title for group in search(staff, words).groups for _rank, hit in group.hits]
        assert "Who pays for the pilot plant?" in found, words


def test_what_somebody_said_is_held_about_them_and_goes_with_their_words(making: PositionMaking, staff: User) -> None:
    person = making.person("Ada Speaker")
    position = making.position()
    stance = making.says(position, making.party("Anode"), person=person, words="Ada says yes.")
    (record,) = held(staff, person, None)
    assert "Ada says yes." in record.text
    who = Identity("Somebody", given_name="Ada", family_name="Speaker")
    own = words_of(staff, person, who)[0]
    assert own.keys == [stance.pk]
    own.take_out()
    stance.refresh_from_db()
    assert stance.words == ""
