"""Addresses of public links."""

from __future__ import annotations

from typing import Any

from tests.core.public_links.making import make, version
from tests.system.role_matrix import act, everybody, form, page, writers
from tests.system.role_rows.outreach import an_unsubscribe_link


def an_opened_link() -> dict[str, Any]:
    """The link under a message: its address is that of all public links."""
    return an_unsubscribe_link()


def something_to_share() -> dict[str, Any]:
    return {"purpose": "document", "pk": version().pk}


def a_link() -> dict[str, Any]:
    return {"pk": make().link.pk}


MAKERS = {"opened link": an_opened_link, "something to share": something_to_share, "public link": a_link}

ROWS = {
    "core:public_link": form(everybody(), "opened link"),
    "public_links:list": page(writers()),
    "public_links:create": form(writers(), "something to share"),
    "public_links:detail": page(writers(), "public link"),
    "public_links:revoke": act(writers(302), "public link", data={"reason": "sent to the wrong place"}),
    "public_links:restore": act(writers(302), "public link"),
}
