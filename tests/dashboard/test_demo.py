"""The demo, and what the README tells to type into it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo import build
from c2m2a_crm.engagement.selectors import DatabaseDirectory
from c2m2a_crm.engagement.typed_line import Colleague, parse

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


@pytest.mark.django_db
def test_the_lines_of_the_readme_are_read_with_the_names_of_the_demo() -> None:
    build(password="copper birch kettle lantern")
    author = User.objects.with_any_role([Role.STAFF]).get()
    lines = re.findall(r"`((?:Call|Appel) [^`]+)`", README)
    read = [
        parse(
            line,
            today=today(),
            author=Colleague(f"user:{author.pk}", author.name),
            directory=DatabaseDirectory(author),
        )
        for line in lines
    ]
    assert [[person.name for person in reading.people] for reading in read] == [
        ["Amara Tamarack", "Dana Ferrite"],
        ["Luc Basalte"],
    ]
    assert [reading.subject for reading in read] == ["nickel offtake", "le graphite"]
    assert [step.assignee.name for reading in read for step in reading.follow_ups] == ["Omar Haddad", author.name]
    assert all(step.due_on for reading in read for step in reading.follow_ups)
    assert not any(reading.unknown or reading.ambiguous or reading.unread for reading in read)


@pytest.mark.django_db
def test_the_colleagues_named_in_the_readme_are_in_the_demo() -> None:
    build(password="copper birch kettle lantern")
    named = set(re.findall(r"`@([a-z]+)`", README))
    assert named == set(User.objects.values_list("handle", flat=True))
