"""Long texts are kept while they are typed, for whoever typed them, until their form is taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import kept_texts
from c2m2a_crm.core.models import Draft
from c2m2a_crm.core.texts import load_public_texts

PLACE = "/settings/texts/privacy/"
TYPED = {"text:body_en": "We keep what you tell us for two years.", "text:body_fr": "Nous gardons\r\nce texte."}


def kept(client: Client, *places: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(reverse("core:kept_texts"), {"place": places}).json()["kept"]
    return found


def type_in(client: Client, place: str = PLACE, **texts: str) -> Any:
    return client.post(reverse("core:kept_texts"), {"place": place, **(texts or TYPED)})


def test_what_was_typed_comes_back_to_whoever_typed_it_and_to_nobody_else(
    as_administrator: Client, as_staff: Client
) -> None:
    answer = type_in(as_administrator)
    assert answer.status_code == 200
    assert "not saved yet" in answer.content.decode()
    (mine,) = kept(as_administrator, "/elsewhere/", PLACE)
    assert mine["texts"] == {name.removeprefix("text:"): text for name, text in TYPED.items()}
    assert mine["place"] == PLACE
    assert kept(as_staff, PLACE) == []


def test_the_newest_words_stand_and_emptied_ones_are_forgotten(as_staff: Client, staff: User) -> None:
    type_in(as_staff)
    type_in(as_staff, **{"text:body_en": "Other words, and more of them."})
    assert [each["texts"] for each in kept(as_staff, PLACE)] == [{"body_en": "Other words, and more of them."}]
    type_in(as_staff, **{"text:body_en": "  "})
    assert kept(as_staff, PLACE) == []
    assert not Draft.objects.filter(user=staff).exists()


def test_a_form_that_is_taken_forgets_and_one_that_is_refused_keeps(as_administrator: Client) -> None:
    load_public_texts()
    type_in(as_administrator)
    address = reverse("core:edit_public_text", args=["privacy"])
    page = as_administrator.get(address)
    data = {
        **{name: field.value() or "" for name, field in ((f.name, f) for f in page.context["form"])},
        "version": page.context["version"],
        kept_texts.PLACE_FIELD: PLACE,
    }
    refused = as_administrator.post(address, {**data, "title_en": ""})
    assert refused.status_code == 422
    assert len(kept(as_administrator, PLACE)) == 1
    taken = as_administrator.post(address, {**data, "body_en": "We keep what you tell us for two years."})
    assert taken.status_code == 302
    assert kept(as_administrator, PLACE) == []


@pytest.mark.parametrize(
    ("place", "texts"),
    [
        ("", {"text:a": "x" * 30}),
        ("/x/" * 200, {"text:a": "x" * 30}),
        ("/x\x00/", {"text:a": "x" * 30}),
        (PLACE, {"text:a": "x" * (kept_texts.MOST + 1)}),
        (PLACE, {f"text:{n}": "x" for n in range(kept_texts.MOST_FIELDS + 1)}),
    ],
)
def test_what_cannot_be_kept_is_told(as_staff: Client, place: str, texts: dict[str, str]) -> None:
    answer = type_in(as_staff, place, **texts)
    assert answer.status_code == 422
    assert answer.content.decode().endswith(".")
    assert not Draft.objects.exists()


def test_odd_characters_are_kept(as_staff: Client) -> None:
    type_in(as_staff, **{"text:a\x00": "nul\x00 ᐃᓄᒃᑎᑐᑦ \u202e <b>"})
    assert kept(as_staff, PLACE)[0]["texts"] == {"a": "nul ᐃᓄᒃᑎᑐᑦ \u202e <b>"}
