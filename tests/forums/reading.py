"""What the tests of forums read off a page."""

from __future__ import annotations

from typing import Any

from lxml import html

from forums.models import Forum
from tests.forums.making import Making


def page_of(response: Any) -> Any:
    return html.fromstring(response.content)


def text_of(page: Any, selector: str) -> str:
    return " ".join(" ".join(each.text_content() for each in page.cssselect(selector)).split())


def rows_of(response: Any) -> list[str]:
    """The text of the first column of a list."""
    table = page_of(response).cssselect("table")
    return [" ".join(row.text_content().split()) for row in table[0].cssselect("tbody th")] if table else []


def errors_of(response: Any) -> str:
    return text_of(page_of(response), ".err")


def sealed(making: Making, name: str = "Quiet table") -> Forum:
    """A forum that exists for the secretariat alone, with somebody on it."""
    forum = making.forum(name, code="QUIET", is_run_by_us=True)
    making.term(making.seat(forum), making.person("Quentin Hush", organization=making.party("Hush Holdings")))
    making.seat(forum)
    making.seal(forum, making.actor)
    return Forum.objects.get(pk=forum.pk)
