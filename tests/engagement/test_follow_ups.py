"""Follow-ups as pages: whose, how late, what is done with them, in place and without script, and undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.registries import navigation
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.later import snooze_days
from c2m2a_crm.engagement.models import FollowUp
from c2m2a_crm.engagement.services import (
    EntryRefused,
    NextStep,
    add_follow_up,
    finish_follow_up,
    hand_over_follow_up,
    reopen_follow_up,
    withdraw_interaction,
)
from members.models import Party, Person
from tests.engagement.making import circle_of, log
from tests.members.reading import read, texts, values_of_form

URL = "/follow-ups/"
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/follow-ups/?tab=everyone"}


def step(actor: User, text: str = "Call back", days: int | None = 0, **facts: Any) -> FollowUp:
    due_on = None if days is None else today() + timedelta(days=days)
    return add_follow_up(actor=actor, text=text, assignee=facts.pop("assignee", actor), due_on=due_on, **facts)


def shown(client: Client, **query: Any) -> list[str]:
    response = client.get(URL, query)
    assert response.status_code == 200
    return texts(read(response), "#results li.step .t")


@pytest.fixture
def five(staff: User, secretariat: User, northline: Party) -> None:
    step(staff, "next month", 30)
    step(staff, "late", -2, party=northline)
    step(staff, "some day", None)
    step(staff, "today", 0)
    step(staff, "of a colleague", 1, assignee=secretariat)
    finish_follow_up(actor=staff, follow_up=step(staff, "done", -5))


@pytest.mark.usefixtures("five")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["late", "today", "next month", "some day"]),
        ({"tab": "late"}, ["late"]),
        ({"tab": "everyone"}, ["late", "today", "of a colleague", "next month", "some day"]),
        ({"tab": "done"}, ["done"]),
        ({"tab": "nonsense"}, ["late", "today", "next month", "some day"]),
        ({"q": "NORTHLINE"}, ["late"]),
        ({"q": "some"}, ["some day"]),
        ({"tab": "everyone", "assignee": "me"}, ["late", "today", "next month", "some day"]),
    ],
)
def test_tabs_and_filters_live_in_the_address(as_staff: Client, query: dict[str, Any], found: list[str]) -> None:
    assert shown(as_staff, **query) == found


@pytest.mark.usefixtures("five")
def test_headings_and_counts(as_staff: Client) -> None:
    page = read(as_staff.get(URL))
    assert texts(page, "#results h2")[:2] == ["Late", "Today"]
    assert texts(page, "#results h2")[-1] == "No date"
    assert texts(page, "nav.tabs a") == ["Mine 4", "Late 1", "Everybody’s 5", "Done"]


@pytest.mark.usefixtures("five")
def test_a_filter_keeps_its_tab_and_clearing_too(as_staff: Client) -> None:
    page = read(as_staff.get(URL, {"tab": "everyone", "assignee": "me"}))
    (clear,) = page.cssselect("#list-chips .link-btn")
    assert clear.get("href") == f"{URL}?tab=everyone"
    assert values_of_form(page, "#list-filters")["tab"] == "everyone"
    assert "tab" not in texts(page, "#list-chips")[0]


def test_the_navigation_counts_what_is_late_or_due_today(staff: User, secretariat: User) -> None:
    for days in (-1, 0, 1, None):
        step(staff, "mine", days)
    step(staff, "theirs", -1, assignee=secretariat)
    item = navigation["follow-ups"]
    assert item.waiting is not None
    assert (item.waiting(staff).count(), item.waiting(secretariat).count()) == (2, 1)


# --- Acts -------------------------------------------------------------------------------------------------------------


def test_done_in_place(staff: User, as_staff: Client) -> None:
    row = step(staff)
    page = read(as_staff.post(reverse("follow_ups:done", args=[row.pk]), headers=HTMX))
    assert page.cssselect(f"li#follow-up-{row.pk} form[action='{reverse('follow_ups:reopen', args=[row.pk])}']")
    (undo,) = page.cssselect(".toast form")
    assert undo.get("action") == reverse("follow_ups:undo", args=[row.pk, 2])
    assert undo.cssselect("input[name=next]")[0].get("value") == "/follow-ups/?tab=everyone"
    row.refresh_from_db()
    assert row.done_at is not None
    assert history_of(row)[0].actor_id == staff.pk


def test_done_in_place_on_the_page_of_a_record(staff: User, as_staff: Client, northline: Party) -> None:
    address = northline.get_absolute_url()
    row, _other = (step(staff, text, -1, party=northline) for text in ("Call back", "Send the list"))
    page = read(as_staff.get(address))
    assert texts(page, ".page-head .tag") == ["2 follow-ups late"]
    done = reverse("follow_ups:done", args=[row.pk])
    (form,) = page.cssselect(f"#panel-follow-ups li#follow-up-{row.pk} form[hx-post='{done}']")
    sent = {field.get("name"): field.get("value") for field in form.cssselect("input[name]")}
    assert sent["next"] == address
    headers = HTMX | {"HX-Current-URL": f"http://testserver{address}"}
    fragment = read(as_staff.post(form.get("action"), sent, headers=headers))
    (item,) = fragment.cssselect(f"li#follow-up-{row.pk}")
    assert texts(item, "form button") == ["Open again: Call back"]
    assert "Later" not in item.text_content()
    assert texts(fragment, "#count-follow-ups[hx-swap-oob]") == ["1 open"]
    assert texts(fragment, "#late-follow-ups[hx-swap-oob]") == ["1 follow-up late"]
    (undo,) = fragment.cssselect(".toast form input[name=next]")
    assert undo.get("value") == address
    (form,) = item.cssselect("form")
    sent = {field.get("name"): field.get("value") for field in form.cssselect("input[name]")}
    fragment = read(as_staff.post(form.get("action"), sent, headers=headers))
    assert fragment.cssselect(f"li#follow-up-{row.pk} form[action='{done}']")
    assert texts(fragment, "#late-follow-ups") == ["2 follow-ups late"]
    response = as_staff.post(done, sent)
    assert (response.status_code, response["Location"]) == (302, address)


def test_done_without_script_and_undone_from_the_toast(staff: User, as_staff: Client) -> None:
    row = step(staff)
    response = as_staff.post(reverse("follow_ups:done", args=[row.pk]), {"next": "/follow-ups/?tab=late"}, follow=True)
    assert response.redirect_chain == [("/follow-ups/?tab=late", 302)]
    (undo,) = read(response).cssselect(".toast form")
    as_staff.post(undo.get("action"), {"next": "/"})
    row.refresh_from_db()
    assert row.is_open
    response = as_staff.post(undo.get("action"), follow=True)
    assert "Somebody changed this follow-up since. Nothing was undone." in response.content.decode()


def test_put_off_and_undone(staff: User, as_staff: Client) -> None:
    row = step(staff, days=-1)
    later = today() + timedelta(days=3)
    page = read(as_staff.post(reverse("follow_ups:snooze", args=[row.pk]), {"until": later.isoformat()}, headers=HTMX))
    assert "Moved to" in texts(page, ".toast")[0]
    row.refresh_from_db()
    assert row.due_on == later
    as_staff.post(reverse("follow_ups:undo", args=[row.pk, row.version]))
    row.refresh_from_db()
    assert row.due_on == today() - timedelta(days=1)


@pytest.mark.parametrize("until", ["", "soon", "2020-01-01", "today"])
def test_a_day_that_is_not_later_is_refused(staff: User, as_staff: Client, until: str) -> None:
    row = step(staff)
    url = reverse("follow_ups:snooze", args=[row.pk])
    for headers in ({}, HTMX):
        response = as_staff.post(url, {"until": today().isoformat() if until == "today" else until}, headers=headers)
        assert response.status_code == 422
        assert read(response).cssselect(".err")
    row.refresh_from_db()
    assert (row.due_on, row.version) == (today(), 1)


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (date(2026, 11, 10), ["2026-11-11 Tomorrow", "2026-11-13 Friday", "2026-11-16 Next week"]),
        (date(2026, 11, 12), ["2026-11-13 Tomorrow", "2026-11-16 Next week"]),
        (date(2026, 11, 13), ["2026-11-14 Tomorrow", "2026-11-16 Next week", "2026-11-20 Friday"]),
        (date(2026, 11, 15), ["2026-11-16 Tomorrow", "2026-11-20 Friday"]),
    ],
)
def test_days_offered_are_later_and_each_once(now: date, offered: list[str]) -> None:
    assert [f"{option.day} {option.label}" for option in snooze_days(now)] == offered


def test_handed_over(staff: User, secretariat: User, viewer: User, as_staff: Client) -> None:
    row = step(staff)
    url = reverse("follow_ups:hand_over", args=[row.pk])
    names = texts(read(as_staff.get(url)), "#id_assignee option")
    assert secretariat.name in names
    assert viewer.name not in names
    assert as_staff.post(url, {"assignee": viewer.pk}).status_code == 422
    assert as_staff.post(url, {}).status_code == 422
    as_staff.post(url, {"assignee": secretariat.pk})
    row.refresh_from_db()
    assert row.assignee == secretariat


def test_a_follow_up_of_a_circle_is_not_handed_out_of_it(
    staff: User, secretariat: User, as_staff: Client, northline: Party
) -> None:
    row = log(staff, northline, sealed_circle=circle_of(staff), next_steps=[NextStep("Call", staff)]).follow_ups.get()
    response = as_staff.post(reverse("follow_ups:hand_over", args=[row.pk]), {"assignee": secretariat.pk})
    assert response.status_code == 422
    assert "belongs to a circle" in response.content.decode()
    row.refresh_from_db()
    assert row.assignee == staff


ACTS = ("done", "reopen", "snooze", "hand_over")


@pytest.mark.parametrize("act", ACTS)
def test_viewers_may_not_and_strangers_to_the_circle_find_nothing(
    act: str, staff: User, as_viewer: Client, as_secretariat: Client, northline: Party
) -> None:
    open_row = step(staff)
    for access in ("sealed_circle", "restricted_circle"):
        circle = circle_of(staff, name=access)
        row = log(staff, northline, next_steps=[NextStep("Call", staff)], **{access: circle}).follow_ups.get()
        assert as_secretariat.post(reverse(f"follow_ups:{act}", args=[row.pk])).status_code == 404
    assert as_viewer.post(reverse(f"follow_ups:{act}", args=[open_row.pk])).status_code == 403
    assert not FollowUp.objects.filter(version__gt=1).exists()


@pytest.mark.parametrize("act", ["done", "reopen"])
def test_looking_changes_nothing(act: str, staff: User, as_staff: Client) -> None:
    assert as_staff.get(reverse(f"follow_ups:{act}", args=[step(staff).pk])).status_code == 405


# --- Adding one -------------------------------------------------------------------------------------------------------


def test_added_about_somebody_with_the_record_filled_in(staff: User, as_staff: Client, amara: Person) -> None:
    url = reverse("follow_ups:create")
    sent = values_of_form(read(as_staff.get(url, {"person": amara.pk, "next": amara.get_absolute_url()})))
    assert len([name for name in sent if name not in ("csrfmiddlewaretoken", "next", "about")]) <= 7
    response = as_staff.post(url, {**sent, "text": "Send the paper", "due_on": "2030-01-02"})
    assert response["Location"] == amara.get_absolute_url()
    row = FollowUp.objects.get()
    assert (row.text, row.person, row.assignee, row.due_on, row.created_by) == (
        "Send the paper",
        amara,
        staff,
        date(2030, 1, 2),
        staff,
    )


def test_a_typed_name_is_taken_only_if_exactly_one_bears_it(
    staff: User, as_staff: Client, northline: Party, amara: Person
) -> None:
    url = reverse("follow_ups:create")
    sent = {"text": "Send the paper", "assignee": staff.pk}
    refused = as_staff.post(url, {**sent, "about_text": "Nobody at All"})
    assert refused.status_code == 422
    assert "Nobody at All" in refused.content.decode()
    assert FollowUp.objects.count() == 0
    as_staff.post(url, {**sent, "about_text": "northline nickel refining"})
    assert FollowUp.objects.get().party == northline


def test_bad_input_is_refused_and_kept(staff: User, as_staff: Client) -> None:
    response = as_staff.post(reverse("follow_ups:create"), {"text": " ", "assignee": staff.pk, "due_on": "never"})
    assert response.status_code == 422
    page = read(response)
    assert page.cssselect("#id_due_on")[0].get("value") == "never"
    assert len(page.cssselect(".errors li")) >= 1
    assert FollowUp.objects.count() == 0


def test_options_are_people_and_parties_without_an_offer_to_create(as_staff: Client, amara: Person) -> None:
    page = read(as_staff.get(reverse("follow_ups:about_options"), {"q": "tamarack"}))
    assert [row.get("data-value") for row in page.cssselect("[role=option]")] == [f"person:{amara.pk}"]


def test_statements_are_equal_at_3_and_at_30_rows(staff: User, as_staff: Client, amara: Person) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_staff.get(URL).status_code == 200
        return len(captured)

    for number in range(3):
        log(staff, amara, subject=f"Contact {number}", next_steps=[NextStep("Call", staff, today())])
    as_staff.get(URL)
    few = statements()
    for number in range(27):
        step(staff, f"Step {number}", number - 5, person=amara)
    assert statements() == few


def test_a_day_late_tomorrow_is_not_late_today(staff: User, as_staff: Client) -> None:
    step(staff, days=0)
    assert shown(as_staff, tab="late") == []
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        as_staff.force_login(staff)
        assert shown(as_staff, tab="late") == ["Call back"]


def test_a_form_sent_twice_makes_one_follow_up(as_staff: Client, staff: User) -> None:
    url = reverse("follow_ups:create")
    token = read(as_staff.get(url)).cssselect("input[name=token]")[0].get("value")
    data = {"token": token, "text": "Send the brief", "assignee": str(staff.pk)}
    for _time in range(2):
        assert as_staff.post(url, data).status_code == 302
    assert FollowUp.objects.filter(text="Send the brief").count() == 1


def test_an_undo_gives_nothing_back_to_a_closed_account(as_staff: Client, staff: User, secretariat: User) -> None:
    row = add_follow_up(actor=staff, text="Send the brief", assignee=secretariat)
    hand_over_follow_up(actor=staff, follow_up=row, assignee=staff)
    with recorded(None, system="tests"):
        User.objects.filter(pk=secretariat.pk).update(is_active=False)
    response = as_staff.post(reverse("follow_ups:undo", args=[row.pk, 2]), follow=True)
    assert "can no longer work on follow-ups. Nothing was undone." in response.content.decode()
    row.refresh_from_db()
    assert row.assignee == staff


@pytest.mark.parametrize("act", [finish_follow_up, reopen_follow_up])
def test_what_was_taken_back_with_its_contact_is_neither_done_nor_opened(
    act: Any, staff: User, northline: Party
) -> None:
    entry = log(staff, northline, next_steps=[NextStep("Call back", staff)])
    row = entry.follow_ups.get()
    withdraw_interaction(actor=staff, interaction=entry)
    with pytest.raises(EntryRefused):
        act(actor=staff, follow_up=row)
