"""Addresses of papers of meetings: everybody with a role looks, the secretariat and administrators work."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role
from tests.factories import UserFactory
from tests.meetings.making import MeetingMaking
from tests.meetings.papers import paper
from tests.system.role_matrix import act, form, lookers, page
from tests.system.role_rows.forums import managers


def a_paper() -> dict[str, Any]:
    making = MeetingMaking(UserFactory(roles=[Role.SECRETARIAT]))
    meeting = making.meeting()
    return {"pk": meeting.pk, "paper_pk": paper(making, meeting).pk}


MAKERS = {"paper of a meeting": a_paper}

ROWS = {
    "meetings:papers": page(lookers(), "meeting"),
    "meetings:paper_add": form(managers(), "meeting"),
    "meetings:paper_attach": form(managers(), "meeting"),
    "meetings:pack": form(managers(), "meeting"),
    "meetings:papers_send": act(managers(302), "meeting"),
    "meetings:paper_edit": form(managers(), "paper of a meeting"),
    "meetings:paper_move": act(managers(302), "paper of a meeting", {"way": "up"}),
    "meetings:paper_withdraw": form(managers(), "paper of a meeting"),
    "meetings:paper_again": act(managers(302), "paper of a meeting"),
}
