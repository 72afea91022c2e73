"""Admitting an organization to a table, from home to a seat with a term, with its clicks and fields counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import translation
from django.utils.translation import gettext as _
from playwright.sync_api import Page, expect

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.core.validity import today
from forums.models import SeatTerm
from tests.forums.joining import application_for, open_table
from tests.forums.making import Making

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
COUNTING = """
for (const [kind, name] of [["pointerdown", "clicks"], ["input", "fields"]])
  addEventListener(kind, event => {
    const seen = JSON.parse(sessionStorage.getItem(name) || "[]")
    const what = kind === "input" ? event.target.name : String(seen.length)
    if (!seen.includes(what)) sessionStorage.setItem(name, JSON.stringify([...seen, what]))
  }, true)
"""


def test_an_application_becomes_a_seat_with_a_term_in_four_clicks_and_two_fields(
    visit: Callable[..., Page], secretariat: User
) -> None:
    making = Making(secretariat)
    forum = open_table(making)
    harm = dict.fromkeys(("website", "given_name", "title", "statement", "conflicts"), SCRIPT)
    asked = application_for(
        forum, category=forum.categories.get(), contribution=SCRIPT, fields={**harm, "organization_name": SCRIPT}
    )
    asked.application.refresh_from_db()
    page = visit(secretariat, "/", language="fr")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.context.add_init_script(COUNTING)
    page.reload()
    with translation.override("fr"):
        page.locator("#nav").get_by_role("link", name=_("Applications for a seat")).click()
        page.locator("tbody tr a").filter(has_text="<script>").first.click()
        expect(page.locator("#sent")).to_contain_text(SCRIPT)
        page.locator(".page-actions, .actions").get_by_role("link", name=_("Accept"), exact=True).click()
        page.locator("[name=decided_by]").fill("Secrétariat")
        page.locator("[name=reason]").fill("Le recyclage manque à la table.")
        page.get_by_role("button", name=_("Accept and seat")).click()
        expect(page.locator("#decision")).to_contain_text("Le recyclage manque à la table.")
    clicks, fields = (page.evaluate(f"JSON.parse(sessionStorage.getItem('{name}'))") for name in ("clicks", "fields"))
    assert len(clicks) == 4
    assert sorted(fields) == ["decided_by", "reason"]
    assert dialogs == []
    term = SeatTerm.objects.get()
    assert (term.first_day, term.seat.forum) == (today(), forum)
    assert term.last_day is not None
    assert OutboxMessage.objects.filter(kind="forums.application_accepted").count() == 1
