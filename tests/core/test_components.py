"""The style guide shows every component; components draw what they promise."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.core.styleguide import FRAME, GROUPS

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
COMPONENTS = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))
SHOWN = {name for group in GROUPS for name in group.components}


def draw(source: str, **values: object) -> html.HtmlElement:
    return html.fromstring(f"<div>{Template(source).render(Context(values))}</div>")


def test_no_component_is_missing_from_the_style_guide() -> None:
    assert set(COMPONENTS) == SHOWN | FRAME
    assert not SHOWN & FRAME


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_an_example_draws_its_component(name: str) -> None:
    source = (TEMPLATES / "styleguide" / "examples" / f"{name}.html").read_text()
    assert f"components/{name}.html" in source or f'component "{name}"' in source


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_begins_with_what_it_is_and_its_variables(name: str) -> None:
    source = (TEMPLATES / "components" / f"{name}.html").read_text()
    comment = re.match(r"(?:\{% extends \S+ %\})?\{% comment %\}\n(.+?)\n\{% endcomment %\}", source, re.S)
    assert comment, "A component begins with a comment."
    kinds = re.findall(r"^(Required|Optional|Slots|From the shell|Variables|Blocks):", comment[1], re.M)
    assert kinds, "The comment lists the variables."
    told = comment[1].split(f"{kinds[0]}:")[0].strip()
    assert told.endswith("."), "What the component is for stands first, in sentences."
    assert "Required" not in kinds[1:]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
def test_style_guide_draws_every_component_in_both_languages(as_viewer: Client, language: str) -> None:
    response = as_viewer.get(reverse("core:styleguide"), headers={"Accept-Language": language})
    page = html.fromstring(response.content)
    assert page.get("lang") == f"{language}-CA"
    assert {section.get("id") for section in page.cssselect("section.card")} >= SHOWN
    assert not page.xpath("//*[text()='None']")


@pytest.mark.django_db
def test_style_guide_is_for_people_who_are_signed_in(client: Client) -> None:
    response = client.get(reverse("core:styleguide"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_a_component_sees_nothing_of_the_page_but_what_it_is_given() -> None:
    page = draw('{% component "card" id="a" title="Own" %}x{% endcomponent %}', title="Page", meta="The page’s meta")
    assert page.cssselect("h2")[0].text == "Own"
    assert "meta" not in html.tostring(page, encoding="unicode")


def test_a_slot_belongs_to_the_nearest_component() -> None:
    source = (
        '{% component "card" id="a" title="Outer" %}{% slot footer %}outer{% endslot %}'
        '{% component "banner" title="Inner" %}{% slot actions %}inner{% endslot %}{% endcomponent %}{% endcomponent %}'
    )
    page = draw(source)
    assert page.cssselect("section > footer")[0].text_content() == "outer"
    assert page.cssselect(".banner .actions")[0].text_content() == "inner"


def test_a_slot_outside_a_component_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError):
        draw("{% slot footer %}{% endslot %}")


def test_a_component_escapes_what_people_wrote() -> None:
    page = draw('{% component "card" id="a" title=text meta=text %}{{ text }}{% endcomponent %}', text="<b>x</b>")
    assert not page.cssselect("b")


class Form(forms.Form):
    name = forms.CharField(label="Name", help_text="As written.")
    nickname = forms.CharField(label="Nickname", required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Agreed")
    token = forms.CharField(widget=forms.HiddenInput)


def test_a_field_ties_label_hint_and_error_to_its_control() -> None:
    page = draw("{{ form.name.as_field_group }}", form=Form({}))
    control = page.cssselect("input")[0]
    assert control.get("class") == "input"
    assert control.get("aria-invalid") == "true"
    assert page.cssselect("label")[0].get("for") == control.get("id")
    for described in (control.get("aria-describedby") or "").split():
        assert page.cssselect(f"#{described}"), f"{described} is on the page"
    assert page.cssselect(".err")[0].get("id") in (control.get("aria-describedby") or "")


def test_an_optional_field_says_so_and_a_required_one_does_not() -> None:
    page = draw("{{ form.nickname.as_field_group }}{{ form.name.as_field_group }}", form=Form())
    assert [bool(label.cssselect(".opt")) for label in page.cssselect("label")] == [True, False]


def test_a_hidden_field_has_no_label() -> None:
    page = draw("<div>{{ form.token.as_field_group }}</div>", form=Form())
    assert [part.tag for part in page.iter() if part.tag in {"input", "label"}] == ["input"]
    assert not page.text_content().strip()


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    page = draw("{{ form.kind.as_field_group }}", form=Form())
    assert page.cssselect("fieldset > legend")[0].text_content() == "Kind"


def test_the_summary_of_errors_links_to_each_field() -> None:
    form = Form({})
    page = draw('{% include "components/error_summary.html" %}{{ form }}', form=form)
    links = [link.get("href") for link in page.cssselect(".errors a")]
    assert len(links) == 3
    for link in links:
        assert page.cssselect(str(link)), f"{link} leads to a field"


def test_a_form_without_errors_has_no_summary() -> None:
    assert not draw('{% include "components/error_summary.html" %}', form=Form()).cssselect(".errors")


def test_a_restricted_entry_shows_date_lock_and_whom_to_ask_only() -> None:
    source = (
        '{% component "timeline_item" value=at restricted=True ask="Priya" title="Secret" say="Secret" meta="Secret" %}'
        "Secret{% slot links %}Secret{% endslot %}{% endcomponent %}"
    )
    from datetime import date

    text = draw(source, at=date(2026, 10, 21)).text_content()
    assert "Secret" not in text
    assert "Ask Priya." in text


def test_a_toast_offers_undo_by_post() -> None:
    page = html.fromstring(
        render_to_string("components/toast.html", {"text": "Done.", "undo_url": "/undo/", "here": "/x/"})
    )
    form = page.cssselect("form")[0]
    assert (form.get("method"), form.get("action")) == ("post", "/undo/")
    assert page.cssselect("[name=next]")[0].get("value") == "/x/"
