"""Two hundred questions by somebody who saw only the demo: the right answer is among the first three.

``tests/data/search-cases/`` holds, for each, what is typed (``query``), the ``language`` of the reader, and the
``expect``-ed kind and name. The ranking is mended by mechanisms, never by cases.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import translation

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.searching.service import BEST, search
from c2m2a_crm.core.text import fold
from c2m2a_crm.dashboard import demo

CASES = Path(__file__).parents[1] / "data" / "search-cases" / "cases.json"
SHARE = 0.98
# What people call the kinds.
KINDS = {
    "contact": {"contact", "interaction", "entry"},
    "followup": {"followup", "follow-up", "follow_up"},
    "organization": {"organization", "organisation", "party", "institution"},
    "person": {"person", "people"},
    "nation": {"nation"},
    "forum": {"forum"},
    "partnership": {"partnership"},
    "initiative": {"initiative", "file", "project"},
    "jurisdiction": {"jurisdiction"},
    "campaign": {"campaign", "notice"},
}


def expected(case: Mapping[str, Any]) -> tuple[str, str]:
    """The kind, as the search calls it, and the name; both may stand in ``expect`` or beside it."""
    said = case.get("expect")
    if isinstance(said, Mapping):
        kind, name = str(said.get("kind", "")), str(said.get("name", said.get("title", "")))
    else:
        kind, name = str(case.get("kind", said or "")), str(case.get("name", ""))
    known = [key for key, words in KINDS.items() if kind.lower() in words]
    assert known, f"{case['query']}: there is no kind {kind}"
    return known[0], name


def is_answered(actor: User, case: Mapping[str, Any]) -> bool:
    """Among the first three of all, or of its own kind: the page shows the kinds one below the other."""
    kind, name = expected(case)
    with translation.override(str(case.get("language") or "en")):
        answer = search(actor, case["query"], each=BEST)
    best = [(each.key, hit.title) for each, _found, hit in answer.best]
    best += [(group.kind.key, hit.title) for group in answer.groups for _found, hit in group.hits[:BEST]]
    return any(each == kind and fold(title) == fold(name) for each, title in best)


def test_the_right_answer_is_among_the_first_three(db: None) -> None:
    call_command("seed_reference", verbosity=0)  # the demo stands on it
    demo.build(password="demo-only")
    actor = User.objects.get(email="staff@demo.example")
    cases = json.loads(CASES.read_text(encoding="utf-8"))
    missed = [case["query"] for case in cases if not is_answered(actor, case)]
    assert len(cases) >= 200
    assert len(missed) <= len(cases) * (1 - SHARE), missed
