"""What is kept of a page for the next reader: nothing but what depends on the named values and the language."""

from __future__ import annotations

from django.template import Context, Template
from django.utils import translation
from lxml import html

from c2m2a_crm.core import ui


def test_a_kept_part_sees_its_named_values_and_nothing_else_of_the_page() -> None:
    part = Template("{% kept theme=theme %}{{ theme }}|{{ user }}{% endkept %}")
    assert part.render(Context({"theme": "dark", "user": "Amara"})) == "dark|"
    assert part.render(Context({"theme": "light", "user": "Samir"})) == "light|"
    assert part.render(Context({"theme": "dark", "user": "Samir"})) == "dark|"


def test_a_kept_part_is_drawn_anew_in_each_language() -> None:
    part = Template("{% kept name=name %}{% page_language %}{% endkept %}")
    said = []
    for language in ("en", "fr", "en"):
        with translation.override(language):
            said.append(part.render(Context({"name": "x"})))
    assert said == ["en-CA", "fr-CA", "en-CA"]


def test_months_without_a_contact_are_one_element_as_wide_as_they_are_many() -> None:
    strip = html.fromstring(ui.core_strip([0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0]))
    assert [(cell.tag, cell.get("class")) for cell in strip] == [
        ("i", None),
        ("i", "n4"),
        ("i", "l2"),
        ("s", "n5"),
        ("s", None),
    ]
