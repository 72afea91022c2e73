"""The list, the page and the forms of partnerships, and what a seal hides."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import facts
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, History
from c2m2a_crm.core.registries import home_figures
from c2m2a_crm.core.searching.service import search
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Initiative, InitiativeFact
from c2m2a_crm.engagement.services import NextStep, Promise
from members.services import create_party
from partnerships import services
from partnerships.models import Partnership
from tests.engagement.making import circle_of, log
from tests.members.reading import values_of_form
from tests.partnerships.areas import add_area, checked_area

pytestmark = pytest.mark.django_db

LIST = "/partnerships/"
SENT = {
    "name_en": "Canada-Norland Compact on Magnets",
    "name_fr": "Pacte Canada-Norland sur les aimants",
    "kind": "bilateral",
    "counterpart_en": "Norland",
    "counterpart_fr": "Norlande",
    "status": "active",
    "instrument": "understanding",
    "signed_on": "2024-03-01",
    "precision": "month",
    "is_binding": "",
    "counterpart_country": "NO",
    "code": "CA-NL-CM",
}


def page_of(client: Client, url: str, language: str = "en") -> html.HtmlElement:
    response = client.get(url, headers={"Accept-Language": language})
    assert response.status_code == 200
    return html.fromstring(response.content)


def names(client: Client, query: str = "") -> list[str]:
    return [link.text_content() for link in page_of(client, LIST + query).cssselect("table a.t")]


def seal(partnership: Partnership, circle: Circle, column: str = "sealed_circle") -> None:
    with recorded(None, system="tests"):
        Initiative.objects.filter(pk=partnership.pk).update(**{column: circle})


# --- List -------------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_kind_country_status_and_instrument(
    as_viewer: Client, compact: Partnership, circle_of_five: Partnership
) -> None:
    assert names(as_viewer) == ["Canada-Norland Compact on Magnets", "Circle of Five"]
    for query in ("kind=bilateral", "country=NO", "instrument=understanding", "q=norlande"):
        assert names(as_viewer, f"?{query}") == ["Canada-Norland Compact on Magnets"], query
    assert names(as_viewer, "?kind=multilateral") == ["Circle of Five"]
    assert names(as_viewer, "?status=ended") == []
    text = page_of(as_viewer, LIST).text_content()
    assert "March 2024" in text
    assert "Norland" in text


def test_the_list_says_in_words_what_is_unconfirmed(as_viewer: Client, staff: User, compact: Partnership) -> None:
    assert "Unconfirmed" not in page_of(as_viewer, LIST).text_content()
    with recorded(None, system="tests"):
        InitiativeFact.objects.create(initiative=compact.initiative, key="status", label_en="Status", text_en="Active?")
    assert "Unconfirmed" in page_of(as_viewer, LIST).text_content()


def test_the_list_is_carried_away(as_staff: Client, compact: Partnership) -> None:
    response = as_staff.post(reverse("core:export", args=["partnerships", "csv"]), {"purpose": "A meeting"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    assert "Canada-Norland Compact on Magnets" in text
    assert "Pacte Canada-Norland sur les aimants" in text
    assert "2024-03-01" in text


def test_the_home_figure_opens_the_list_that_it_counts(
    as_viewer: Client, viewer: User, secretariat: User, compact: Partnership, circle_of_five: Partnership
) -> None:
    services.edit_partnership(actor=secretariat, partnership=circle_of_five, version=1, changes={"status": "ended"})
    (figure,) = home_figures["partnerships"].figures(viewer)
    assert figure["value"] == "1"
    assert [link.text_content() for link in page_of(as_viewer, figure["url"]).cssselect("table a.t")] == [str(compact)]


# --- Page -------------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_was_agreed_known_and_done(
    as_staff: Client, staff: User, secretariat: User, compact: Partnership, circle_of_five: Partnership
) -> None:
    services.edit_partnership(actor=secretariat, partnership=compact, version=1, changes={"successor": circle_of_five})
    add_area(actor=secretariat, partnership=compact, text_en="Magnet recycling", text_fr="Recyclage d’aimants")
    facts.add_fact(
        actor=staff,
        model=InitiativeFact,
        record=compact.initiative,
        values={
            "label_en": "Ministers",
            "text_en": "Meet each May.",
            "text_fr": "Se réunissent en mai.",
            "source": "Text",
        },
    )
    party = create_party(actor=staff, kind="government", government_level="foreign", name_en="Norland Mines Office")
    log(
        staff,
        party,
        subject="Talks on magnets",
        initiative=compact.initiative,
        occurred_on=date(2026, 1, 5),
        next_steps=[NextStep("Send the list", staff)],
        promises=[Promise("A draft by May")],
    )
    page = page_of(as_staff, compact.get_absolute_url())
    text = page.text_content()
    for words in (
        "Canada-Norland Compact on Magnets",
        "Memorandum of understanding",
        "March 2024",
        "Magnet recycling",
        "Meet each May.",
        "Unconfirmed",
        "Talks on magnets",
        "Send the list",
        "A draft by May",
        "Circle of Five",
    ):
        assert words in text, words
    buttons = page.cssselect('a[data-open="log-contact"]')
    assert {button.get("href") for button in buttons} == {f"/contact-log/new/?initiative={compact.pk}"}
    after = page_of(as_staff, circle_of_five.get_absolute_url())
    assert "Canada-Norland Compact" in after.cssselect("#chain")[0].text_content()
    french = page_of(as_staff, compact.get_absolute_url(), "fr").text_content()
    assert "Pacte Canada-Norland sur les aimants" in french
    assert "Recyclage d’aimants" in french
    assert "Se réunissent en mai." in french


def test_the_page_offers_the_engagement_record(as_secretariat: Client, as_viewer: Client, compact: Partnership) -> None:
    paper = f'href="/contact-log/of/initiative/{compact.pk}/pdf/"'
    assert paper in as_secretariat.get(compact.get_absolute_url()).content.decode()
    assert paper not in as_viewer.get(compact.get_absolute_url()).content.decode()


def test_a_viewer_edits_nothing(as_viewer: Client, secretariat: User, compact: Partnership) -> None:
    add_area(actor=secretariat, partnership=compact, text_en="Magnet recycling")
    page = page_of(as_viewer, compact.get_absolute_url())
    assert not page.cssselect(".page-actions a")
    assert not page.cssselect("#areas a, #areas form")
    assert not page.cssselect("#facts-and-sources a")


def test_a_french_name_that_is_missing_is_marked(as_viewer: Client, circle_of_five: Partnership) -> None:
    page = page_of(as_viewer, circle_of_five.get_absolute_url(), "fr")
    (marked,) = page.cssselect("h1 [lang]")
    assert (marked.get("lang"), marked.text_content()) == ("en", "Circle of Five")


# --- Forms ------------------------------------------------------------------------------------------------------------


def test_a_partnership_is_made_on_its_page(as_secretariat: Client) -> None:
    assert as_secretariat.get(reverse("partnerships:create")).status_code == 200
    response = as_secretariat.post(reverse("partnerships:create"), SENT)
    made = Partnership.objects.get()
    assert (response.status_code, response["Location"]) == (302, made.get_absolute_url())
    assert (made.signed_in_words, made.is_binding, made.counterpart_country.code) == ("March 2024", None, "NO")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name_en": "", "name_fr": ""}, "Enter a name in at least one language."),
        ({"signed_on": "March"}, "Enter the date as year-month-day, for example 2026-11-10."),
        ({"kind": "secret"}, "secret"),
    ],
)
def test_a_bad_form_is_shown_again(as_secretariat: Client, values: dict[str, str], sentence: str) -> None:
    response = as_secretariat.post(reverse("partnerships:create"), SENT | values)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Partnership.objects.exists()


def test_a_code_that_is_taken_is_said_beside_the_form(as_secretariat: Client, compact: Partnership) -> None:
    response = as_secretariat.post(reverse("partnerships:create"), SENT)
    assert response.status_code == 422
    assert Partnership.objects.count() == 1


def test_a_partnership_is_edited_and_a_conflict_shows_both(
    as_secretariat: Client, administrator: User, compact: Partnership
) -> None:
    url = reverse("partnerships:edit", args=[compact.pk])
    form = page_of(as_secretariat, url)
    assert form.cssselect("[name=version]")[0].get("value") == "1"
    assert form.cssselect("[name=initiative_version]")[0].get("value") == "1"
    services.edit_partnership(
        actor=administrator, partnership=compact, version=1, changes={"name_en": "Theirs", "counterpart_en": "Norway"}
    )
    sent = {**SENT, "name_en": "Mine", "status": "ended", "version": "1", "initiative_version": "1"}
    response = as_secretariat.post(url, sent)
    text = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in text
    assert "Mine" in text
    (seen,) = html.fromstring(text).cssselect("[name=seen_initiative_version]")
    again = {**sent, "seen_version": "2", "seen_initiative_version": seen.get("value"), "keep_name_en": "theirs"}
    assert as_secretariat.post(url, again).status_code == 302
    compact.refresh_from_db()
    compact.initiative.refresh_from_db()
    assert (compact.initiative.name_en, compact.status, compact.counterpart_en) == ("Theirs", "ended", "Norway")


def test_a_conflict_about_the_name_alone_names_who_gave_it(
    as_secretariat: Client, administrator: User, compact: Partnership
) -> None:
    services.edit_partnership(actor=administrator, partnership=compact, version=1, changes={"name_en": "Theirs"})
    sent = {**SENT, "name_en": "Mine", "version": "1", "initiative_version": "1"}
    response = as_secretariat.post(reverse("partnerships:edit", args=[compact.pk]), sent)
    assert response.status_code == 409
    (conflict,) = html.fromstring(response.content).cssselect(".conflict")
    assert administrator.name in conflict.text_content()


def test_sending_the_form_unchanged_changes_nothing(as_secretariat: Client, compact: Partnership) -> None:
    sent = {**SENT, "version": "1", "initiative_version": "1"}
    assert as_secretariat.post(reverse("partnerships:edit", args=[compact.pk]), sent).status_code == 302
    compact.refresh_from_db()
    assert compact.version == 1


def test_a_lead_whose_account_is_closed_stays_when_something_else_changes(
    as_secretariat: Client, secretariat: User, staff: User, compact: Partnership
) -> None:
    services.edit_partnership(actor=secretariat, partnership=compact, version=1, changes={"lead": staff})
    with recorded(None, system="tests"):
        User.objects.filter(pk=staff.pk).update(is_active=False)
    url = reverse("partnerships:edit", args=[compact.pk])
    sent = values_of_form(page_of(as_secretariat, url), "form.stack")
    assert sent["lead"] == str(staff.pk)
    assert as_secretariat.post(url, sent | {"status": "ended"}).status_code == 302
    kept = Partnership.objects.get()
    assert (kept.status, kept.initiative.lead) == ("ended", staff)


def test_areas_are_added_edited_confirmed_and_removed(as_secretariat: Client, compact: Partnership) -> None:
    url = reverse("partnerships:fact_create", args=[compact.pk])
    assert not page_of(as_secretariat, url).cssselect("[name=label_en], [name=position]")
    assert as_secretariat.post(url, {"text_en": "", "text_fr": ""}).status_code == 422
    assert as_secretariat.post(url, {"text_en": "Magnets", "source": "Text"}).status_code == 302
    area = compact.areas.get()
    edit = reverse("partnerships:fact_edit", args=[compact.pk, area.pk])
    sent = values_of_form(page_of(as_secretariat, edit), "form.stack")
    assert as_secretariat.post(edit, {**sent, "text_fr": "Aimants", "position": "4"}).status_code == 302
    confirm = reverse("partnerships:fact_confirm", args=[compact.pk, area.pk])
    read = values_of_form(page_of(as_secretariat, confirm), "form.stack")
    assert as_secretariat.post(confirm, read).status_code == 302
    area.refresh_from_db()
    assert (area.text_fr, area.position, area.is_confirmed) == ("Aimants", 4, True)
    history = page_of(as_secretariat, reverse("partnerships:history", args=[compact.pk])).text_content()
    for words in ("Area of cooperation added", "Area of cooperation: Magnets", "Aimants"):
        assert words in history, words
    remove = reverse("partnerships:fact_remove", args=[compact.pk, area.pk])
    stale = as_secretariat.post(remove, {"version": "1"})
    assert stale.status_code == 409
    assert "Read it again before you remove it." in stale.content.decode()
    shown = values_of_form(html.fromstring(stale.content), "form.stack")
    assert as_secretariat.post(remove, shown).status_code == 302
    assert not compact.areas.exists()


def test_areas_stand_apart_in_what_the_search_shows(
    as_secretariat: Client, secretariat: User, compact: Partnership
) -> None:
    for text in ("Magnets and alloys", "Research of deposits"):
        add_area(actor=secretariat, partnership=compact, text_en=text)
    page = page_of(as_secretariat, f"{reverse('core:search')}?q=alloys&kind=partnership")
    (said,) = page.cssselect("#results .say")
    assert said.text_content() == "Magnets and alloys · Research of deposits"


def test_a_removed_area_is_put_back_as_it_stood(
    as_secretariat: Client, secretariat: User, compact: Partnership, circle_of_five: Partnership
) -> None:
    area = checked_area(actor=secretariat, partnership=compact, text_en="Magnets", source="Text")
    page = page_of(as_secretariat, compact.get_absolute_url())
    (form,) = page.cssselect("#areas form[action$='/remove/']")
    sent = {field.get("name"): field.get("value") for field in form.cssselect("input")}
    assert as_secretariat.post(form.get("action"), sent).status_code == 302
    page = page_of(as_secretariat, compact.get_absolute_url())
    assert "Magnets" not in page.cssselect("#areas")[0].text_content()
    (undo,) = page.cssselect(".toast form")
    elsewhere = reverse("partnerships:fact_restore", args=[circle_of_five.pk, area.pk])
    assert as_secretariat.post(elsewhere).status_code == 302
    assert not compact.areas.exists()
    assert as_secretariat.post(undo.get("action")).status_code == 302
    back = compact.areas.get()
    assert (back.pk, back.key, str(back), back.is_confirmed) == (area.pk, area.key, "Magnets", True)
    as_secretariat.post(undo.get("action"))
    assert "There is nothing to put back." in page_of(as_secretariat, compact.get_absolute_url()).text_content()
    assert compact.areas.count() == 1


def test_a_confirmation_is_undone(as_secretariat: Client, secretariat: User, compact: Partnership) -> None:
    area = add_area(actor=secretariat, partnership=compact, text_en="Magnets")
    address = reverse("partnerships:fact_confirm", args=[compact.pk, area.pk])
    as_secretariat.post(address, {"version": 1, "checked_on": today().isoformat(), "source": "Text of the compact"})
    page = page_of(as_secretariat, compact.get_absolute_url())
    assert "Not checked after all" in page.cssselect("#areas")[0].text_content()
    (undo,) = page.cssselect(".toast form")
    assert as_secretariat.post(undo.get("action")).status_code == 302
    page = page_of(as_secretariat, compact.get_absolute_url())
    assert "Not checked after all" not in page.cssselect("#areas")[0].text_content()
    back = compact.areas.get()
    assert (back.is_confirmed, back.checked_on) == (False, None)


def test_a_source_that_all_share_is_named_once(as_viewer: Client, staff: User, compact: Partnership) -> None:
    for label in ("Chair", "Seat"):
        facts.add_fact(
            actor=staff,
            model=InitiativeFact,
            record=compact.initiative,
            values={"label_en": label, "text_en": "Norland", "source": "Text of the compact"},
        )
    english = page_of(as_viewer, compact.get_absolute_url()).cssselect("#facts-and-sources")[0]
    assert english.text_content().count("Text of the compact") == 1
    french = page_of(as_viewer, compact.get_absolute_url(), "fr").cssselect("#facts-and-sources")[0]
    assert [mark.get("lang") for mark in french.cssselect(".sources [lang]")] == ["en"]


def test_the_head_tells_how_things_stand(as_viewer: Client, staff: User, compact: Partnership) -> None:
    with recorded(None, system="tests"):
        InitiativeFact.objects.create(
            initiative=compact.initiative, key="status", label_en="Status", text_en="Reaffirmed in March."
        )
    page = page_of(as_viewer, compact.get_absolute_url())
    assert page.cssselect(".page-head .lede")[0].text_content() == "Reaffirmed in March."
    assert "Reaffirmed" in page.cssselect("#facts-and-sources")[0].text_content()  # for its source stands nowhere else
    shared = {"label_en": "Status", "text_en": "Reaffirmed in March.", "source": "Text of the compact"}
    InitiativeFact.objects.filter(initiative=compact.initiative).update(source=shared["source"])
    facts.add_fact(actor=staff, model=InitiativeFact, record=compact.initiative, values=shared | {"label_en": "Seat"})
    page = page_of(as_viewer, compact.get_absolute_url())
    assert len(page.cssselect(".page-head .lede")) == 1
    assert page.cssselect("#facts-and-sources")[0].text_content().count("Reaffirmed") == 1


def test_history_tells_of_the_name_the_areas_and_the_statements(
    as_viewer: Client, staff: User, secretariat: User, compact: Partnership
) -> None:
    services.edit_partnership(actor=secretariat, partnership=compact, version=1, changes={"name_en": "New name"})
    fact = facts.add_fact(
        actor=staff, model=InitiativeFact, record=compact.initiative, values={"label_en": "Chair", "text_en": "Norland"}
    )
    facts.remove_fact(actor=staff, fact=fact, version=1)
    text = page_of(as_viewer, reverse("partnerships:history", args=[compact.pk])).text_content()
    for words in ("New name", "Statement added", "Statement removed", "Norland", staff.name):
        assert words in text, words


# --- Circles ----------------------------------------------------------------------------------------------------------


def test_a_sealed_partnership_is_nowhere_for_others(
    as_staff: Client,
    as_secretariat: Client,
    staff: User,
    secretariat: User,
    viewer: User,
    compact: Partnership,
    circle_of_five: Partnership,
) -> None:
    area = add_area(actor=secretariat, partnership=compact, text_en="Magnet recycling")
    fact = facts.add_fact(
        actor=secretariat,
        model=InitiativeFact,
        record=compact.initiative,
        values={"label_en": "Chair", "text_en": "Norland"},
    )
    services.edit_partnership(actor=secretariat, partnership=circle_of_five, version=1, changes={"successor": compact})
    seal(compact, circle_of(secretariat))
    for page in ("detail", "history", "edit", "fact_create"):
        url = reverse(f"partnerships:{page}", args=[compact.pk])
        assert as_secretariat.get(url).status_code == 200, page
    for page in ("detail", "history"):
        assert as_staff.get(reverse(f"partnerships:{page}", args=[compact.pk])).status_code == 404, page
    for page in ("edit", "confirm", "remove"):
        url = reverse(f"initiatives:fact_{page}", args=[compact.pk, fact.pk])
        assert as_staff.get(url).status_code == 404, page
    assert as_staff.get(reverse("initiatives:fact_create", args=[compact.pk])).status_code == 404
    listed = page_of(as_staff, LIST)
    assert names(as_staff) == ["Circle of Five"]
    assert not listed.cssselect('input[name="country"]')
    assert "Norland" not in page_of(as_staff, circle_of_five.get_absolute_url()).text_content()
    file = as_staff.post(reverse("core:export", args=["partnerships", "csv"]), {"purpose": "A meeting"})
    assert "Norland" not in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert not search(staff, "norland").groups
    assert [group.kind.key for group in search(secretariat, "norland").groups] == ["partnership"]
    (figure,) = home_figures["partnerships"].figures(viewer)
    assert figure["value"] == "1"
    assert area.partnership_id == compact.pk


def test_the_secretariat_outside_the_circle_manages_nothing(
    as_administrator: Client, secretariat: User, compact: Partnership
) -> None:
    area = add_area(actor=secretariat, partnership=compact, text_en="Magnet recycling")
    seal(compact, circle_of(secretariat))
    for page in ("edit", "fact_create"):
        assert as_administrator.get(reverse(f"partnerships:{page}", args=[compact.pk])).status_code == 404
    for page in ("fact_edit", "fact_confirm", "fact_remove"):
        assert as_administrator.get(reverse(f"partnerships:{page}", args=[compact.pk, area.pk])).status_code == 404


def test_the_audit_tells_outsiders_nothing_of_a_sealed_partnership(
    as_administrator: Client, administrator: User, compliance: User, secretariat: User, compact: Partnership
) -> None:
    add_area(actor=secretariat, partnership=compact, text_en="Magnet recycling")
    seal(compact, circle_of(secretariat, compliance))
    page = page_of(as_administrator, reverse("core:audit"))
    assert "Norland" not in page.text_content()
    known = History.objects.visible_to(administrator)
    assert not known.filter(tbl__startswith="partnerships_").exists()
    assert History.objects.visible_to(compliance).filter(tbl="partnerships_cooperationarea").exists()


def test_a_restricted_partnership_is_known_and_not_read(
    as_staff: Client, secretariat: User, compact: Partnership
) -> None:
    seal(compact, circle_of(secretariat), "restricted_circle")
    assert as_staff.get(compact.get_absolute_url()).status_code == 403
    assert names(as_staff) == []
