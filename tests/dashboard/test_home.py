"""Home: what needs the reader comes first, every figure is the count of the list it opens, nothing confided shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Draft
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.views import greeting
from c2m2a_crm.engagement import drafts
from c2m2a_crm.engagement.home import month_until, same_days_before
from c2m2a_crm.engagement.services import NextStep, Promise, add_follow_up
from members.models import Party, Person
from tests.engagement.making import circle_of, log
from tests.members.reading import read, texts

# Five rooms have their say; each brings a statement or two.
MOST_STATEMENTS = 18


def of_the_page(statements: Iterable[str]) -> Iterator[str]:
    """Without those that note, on every page alike, that the session was seen."""
    is_noting = False
    for sql in statements:
        is_noting = is_noting or sql.startswith("SAVEPOINT")
        if not is_noting:
            yield sql
        is_noting = is_noting and not sql.startswith("RELEASE")


def main_of(client: Client) -> Any:
    response = client.get("/")
    assert response.status_code == 200
    return read(response)


def test_work_stands_before_figures(staff: User, as_staff: Client, northline: Party) -> None:
    add_follow_up(actor=staff, text="Call back", assignee=staff, due_on=today() - timedelta(days=1), party=northline)
    add_follow_up(actor=staff, text="Not yet", assignee=staff, due_on=today() + timedelta(days=1))
    page = main_of(as_staff)
    headings = texts(page, "main h2")
    assert headings.index("Needs you today") < headings.index("Figures")
    (row,) = page.cssselect("#main li.step")
    acts = [form.get("action") for form in row.cssselect("form")]
    assert any(act.endswith("/done/") for act in acts)
    assert any(act.endswith("/snooze/") for act in acts)
    assert row.cssselect("a[href*='/contact-log/new/']")


def test_what_comes_next_where_nothing_is_due(staff: User, as_staff: Client, northline: Party) -> None:
    add_follow_up(actor=staff, text="Next week", assignee=staff, due_on=today() + timedelta(days=7))
    page = main_of(as_staff)
    assert "Coming up" in texts(page, "main h2")
    assert texts(page, "li.step .t") == ["Next week"]


def test_overdue_promises_of_ours_and_theirs(staff: User, as_staff: Client, northline: Party) -> None:
    yesterday = today() - timedelta(days=1)
    log(
        staff,
        northline,
        promises=[
            Promise("the criteria", due_on=yesterday),
            Promise("a visit", is_ours=False, due_on=yesterday),
            Promise("the minutes", due_on=today()),
        ],
    )
    assert texts(main_of(as_staff), "[aria-labelledby='promises-h'] .t") == ["the criteria", "a visit"]


def test_drafts_wait_with_their_first_words(staff: User, as_staff: Client, as_viewer: Client, northline: Party) -> None:
    draft = Draft.objects.create(
        user=staff,
        form=drafts.FORM,
        token="0b5d7b1e-0000-4000-8000-000000000001",
        data={"line": ["Call Tamarack re graphite"]},
    )
    page = main_of(as_staff)
    (link,) = page.cssselect("[aria-labelledby='drafts-h'] a.t")
    assert link.text_content() == "Call Tamarack re graphite"
    assert link.get("href") == f"/contact-log/new/?draft={draft.token}"
    assert not main_of(as_viewer).cssselect("[aria-labelledby='drafts-h']")


@pytest.fixture
def busy(staff: User, secretariat: User, amara: Person, marisol: Person, fundy: Party) -> None:
    first, _last = month_until(today())
    late = today() - timedelta(days=2)
    log(staff, amara, occurred_on=first, next_steps=[NextStep("a", staff, late)], promises=[Promise("x", due_on=late)])
    log(secretariat, fundy, occurred_on=today(), next_steps=[NextStep("b", staff), NextStep("c", secretariat)])
    log(staff, marisol, occurred_on=today(), initiated_by="us", arranged="yes", promises=[Promise("y", is_ours=False)])
    log(staff, fundy, kind="attempt", occurred_on=today())
    log(staff, fundy, occurred_on=same_days_before(today())[0])
    circle = circle_of(secretariat)
    for access in ("sealed_circle", "restricted_circle"):
        log(
            secretariat,
            amara,
            occurred_on=today(),
            promises=[Promise("z")],
            next_steps=[NextStep("d", secretariat, late)],
            **{access: circle},
        )


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("part", ["viewer", "staff", "secretariat"])
def test_every_figure_is_the_count_of_the_list_it_opens(
    part: str, request: pytest.FixtureRequest, client_of: Any
) -> None:
    client = client_of(request.getfixturevalue(part))
    figures = main_of(client).cssselect("a.kpi")
    assert len(figures) >= 5
    for figure in figures:
        (value,) = figure.cssselect(".v")
        counted = texts(read(client.get(figure.get("href"))), "#results-count")[0]
        assert counted.split(" ")[0] == value.text_content().strip(), (figure.get("href"), counted)


@pytest.mark.usefixtures("busy")
def test_the_figures_of_staff(as_staff: Client) -> None:
    page = main_of(as_staff)
    assert texts(page, "a.kpi .v")[:5] == ["3", "1", "2", "2", "2"]
    assert "1 late" in texts(page, "a.kpi .d")[3]


def test_quiet_relationships_are_the_readers_own_and_never_nations(
    staff: User,
    secretariat: User,
    as_staff: Client,
    northline: Party,
    fundy: Party,
) -> None:
    nation = Party(kind="nation", distinction="metis", name_en="Sample Settlement", owner=staff)
    with recorded(None, system="tests"):
        nation.save()
        Party.objects.filter(pk__in=[northline.pk, fundy.pk]).update(owner=staff)
    long_ago = today() - timedelta(days=120)
    for party in (northline, nation):
        log(secretariat, party, occurred_on=long_ago)
    log(secretariat, fundy, occurred_on=today())
    page = main_of(as_staff)
    assert texts(page, "[aria-labelledby='quiet-h'] .t") == ["Northline Nickel Refining"]
    (more,) = page.cssselect("[aria-labelledby='quiet-h'] .more")
    assert texts(read(as_staff.get(more.get("href"))), "#results tbody th .t") == ["Northline Nickel Refining"]
    log(staff, northline, occurred_on=today(), sealed_circle=circle_of(staff))
    assert not main_of(as_staff).cssselect("[aria-labelledby='quiet-h']")


def test_recent_contacts_are_readable_ones(staff: User, as_viewer: Client, amara: Person) -> None:
    log(staff, amara, subject="Open words")
    log(staff, amara, subject="Confided words", restricted_circle=circle_of(staff))
    assert texts(main_of(as_viewer), "[aria-labelledby='recent-h'] .t") == ["Open words"]


def test_recent_contacts_end_where_the_cards_beside_them_end(
    staff: User,
    as_staff: Client,
    as_viewer: Client,
    northline: Party,
) -> None:
    for number in range(12):
        log(staff, northline, subject=f"Call {number}")
    draft = {"user": staff, "form": drafts.FORM, "data": {"line": ["Call Tamarack"]}}
    Draft.objects.create(token="0b5d7b1e-0000-4000-8000-000000000001", **draft)
    assert len(texts(main_of(as_viewer), "[aria-labelledby='recent-h'] .t")) == 10
    page = main_of(as_staff)
    assert texts(page, "aside [aria-labelledby='drafts-h'] .t") == ["Call Tamarack"]
    assert texts(page, "main h2").index("Figures") < texts(page, "main h2").index("Drafts waiting")
    assert len(texts(page, "[aria-labelledby='recent-h'] .t")) == 5


def test_the_first_day_offers_first_steps(as_staff: Client, as_viewer: Client) -> None:
    page = main_of(as_staff)
    (empty,) = page.cssselect("#main .empty")
    assert {link.get("href") for link in empty.cssselect("a.btn")} >= {
        reverse("organizations:create"),
        reverse("contact_log:create"),
    }
    assert not page.cssselect("a.kpi")
    assert not main_of(as_viewer).cssselect("#main .empty a.btn")


def test_statements_stay_few_and_do_not_grow(staff: User, as_staff: Client, amara: Person) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            late = today() - timedelta(days=1)
            log(staff, amara, next_steps=[NextStep("Call", staff, late)], promises=[Promise("x", due_on=late)])

    def statements() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            main_of(as_staff)
        return list(of_the_page(query["sql"] for query in captured.captured_queries))

    circle_of(staff)
    fill(3)
    main_of(as_staff)
    few = statements()
    fill(27)
    assert len(statements()) == len(few)
    assert len(few) <= MOST_STATEMENTS, "\n".join(sql[:160] for sql in few)


@pytest.mark.parametrize(
    ("hour", "said"), [(8, "Good morning, Noor"), (13, "Good afternoon, Noor"), (20, "Good evening, Noor")]
)
def test_the_greeting_follows_the_office_clock(hour: int, said: str) -> None:
    noon = timezone.localtime().replace(hour=hour, minute=0)
    with time_machine.travel(noon, tick=False):
        assert greeting("Noor Galena") == said


def test_comparison_is_with_the_same_days_of_the_month_before() -> None:
    assert same_days_before(date(2026, 3, 31)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert same_days_before(date(2026, 1, 10)) == (date(2025, 12, 1), date(2025, 12, 10))


def test_who_may_not_look(client: Client, as_stranger: Client) -> None:
    assert client.get("/")["Location"].startswith(reverse("account_login"))
    assert as_stranger.get("/").status_code == 403
    assert client.post("/").status_code in {302, 405}


def test_done_brings_the_counts_of_the_page_anew(staff: User, as_staff: Client, northline: Party) -> None:
    first, _second = (
        add_follow_up(actor=staff, text=text, assignee=staff, due_on=today())
        for text in ("Call Amara", "Send the list")
    )
    home = main_of(as_staff)
    assert texts(home, "#figure-follow-ups .v") == ["2"]
    assert texts(home, "#count-follow-ups") == ["2 open"]
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"}
    done = as_staff.post(reverse("follow_ups:done", args=[first.pk]), headers=headers)
    fragment = html.fromstring(done.content)
    assert [mark.get("hx-swap-oob") for mark in fragment.cssselect("#figure-follow-ups, #count-follow-ups")] == [
        "true",
        "true",
    ]
    assert texts(fragment, "#figure-follow-ups .v") == ["1"]
    assert texts(fragment, "#count-follow-ups") == ["1 open"]
