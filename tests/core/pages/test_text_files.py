"""A public text as a Word file: taken out, changed by others, looked over and saved under the rules of its page."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import PublicText
from c2m2a_crm.core.texts import edit_public_text, load_public_texts

FILE = "/settings/texts/privacy/file/"
RETURN = "/settings/texts/privacy/return/"
EDIT = "/settings/texts/privacy/"
State = PublicText.State


@pytest.fixture(autouse=True)
def _texts(administrator: User) -> None:
    load_public_texts()
    words = {
        "title_en": "Privacy",
        "title_fr": "Vie privée",
        "body_en": "# Rights\n\nYou may ask.\n\nWrite to us.",
        "body_fr": "# Droits\n\nVous pouvez demander.\n\nÉcrivez-nous.",
        "state_en": State.APPROVED,
        "state_fr": State.APPROVED,
    }
    edit_public_text(actor=administrator, text=privacy(), version=1, changes=words)


def privacy() -> PublicText:
    return PublicText.objects.get(key="privacy")


def taken_out(client: Client) -> Any:
    answer = client.get(FILE)
    assert answer.status_code == 200
    assert 'filename="privacy-en-fr-2.docx"' in answer["Content-Disposition"]
    return docx.Document(io.BytesIO(answer.content))


def brought(client: Client, document: Any) -> Any:
    target = io.BytesIO()
    document.save(target)
    return client.post(RETURN, {"file": SimpleUploadedFile("back.docx", target.getvalue())})


def write(row: int, side: int, words: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        document.tables[0].rows[row].cells[side].paragraphs[0].runs[0].text = words

    return change


def saved(client: Client, review: Any, **other: str) -> Any:
    """Press the button of the review, with what stands in its form."""
    (form,) = html.fromstring(review.content.decode()).cssselect(f'#main form[action="{EDIT}"]')
    values = {**dict(form.form_values()), **other}
    return client.post(form.get("action"), values)


def test_an_untouched_file_differs_in_nothing(as_administrator: Client) -> None:
    answer = brought(as_administrator, taken_out(as_administrator))
    assert answer.status_code == 200
    assert "Nothing differs" in answer.content.decode()
    assert b'name="version"' not in answer.content


def test_what_differs_is_shown_and_nothing_is_saved_until_it_was_looked_over(as_administrator: Client) -> None:
    document = taken_out(as_administrator)
    write(3, 1, "Vous pouvez <b>nous</b> demander.")(document)
    review = brought(as_administrator, document)
    (row,) = html.fromstring(review.content.decode()).cssselect("#main tbody tr")
    place, before, after = (" ".join(cell.text_content().split()) for cell in row)
    assert (place, before, after) == (
        "Paragraph 2French",
        "Vous pouvez demander.",
        "Vous pouvez <b>nous</b> demander.",
    )
    assert "".join(each.text_content() for each in row.cssselect("ins")) == "<b>nous</b> "
    assert (privacy().version, privacy().body_fr) == (2, "# Droits\n\nVous pouvez demander.\n\nÉcrivez-nous.")


def test_saving_keeps_the_rule_that_the_other_side_becomes_stale(as_administrator: Client) -> None:
    document = taken_out(as_administrator)
    write(3, 1, "Vous pouvez nous demander.")(document)
    review = brought(as_administrator, document)
    assert saved(as_administrator, review).status_code == 302
    text = privacy()
    assert text.body_fr == "# Droits\n\nVous pouvez nous demander.\n\nÉcrivez-nous."
    assert text.body_en == "# Rights\n\nYou may ask.\n\nWrite to us."
    assert (text.state_en, text.state_fr, text.version) == (State.STALE, State.APPROVED, 3)


def test_the_reviewer_may_approve_or_take_back_in_the_same_act(as_administrator: Client) -> None:
    document = taken_out(as_administrator)
    write(3, 1, "Vous pouvez nous demander.")(document)
    write(1, 0, "Your privacy")(document)
    saved(as_administrator, brought(as_administrator, document), state_fr=State.DRAFT)
    text = privacy()
    assert (text.title_en, text.state_en, text.state_fr) == ("Your privacy", State.APPROVED, State.DRAFT)


def test_an_edit_since_then_is_kept_and_only_a_true_collision_is_asked_about(
    as_administrator: Client, administrator: User
) -> None:
    document = taken_out(as_administrator)
    write(3, 1, "Vous pouvez nous demander.")(document)
    edit_public_text(actor=administrator, text=privacy(), version=2, changes={"title_en": "Privacy here"})
    review = brought(as_administrator, document)
    assert "The text was edited since this file went out" in review.content.decode()
    assert saved(as_administrator, review).status_code == 302
    assert (privacy().title_en, "nous demander" in privacy().body_fr) == ("Privacy here", True)


def test_a_collision_is_refused_with_both_texts(as_administrator: Client, administrator: User) -> None:
    document = taken_out(as_administrator)
    write(3, 1, "Vous pouvez nous demander.")(document)
    edit_public_text(actor=administrator, text=privacy(), version=2, changes={"body_fr": "Tout autre."})
    answer = saved(as_administrator, brought(as_administrator, document))
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "Tout autre." in said
    assert "Vous pouvez nous demander." in said
    assert privacy().body_fr == "Tout autre."


def test_a_file_of_another_text_or_structure_is_refused_beside_the_field(as_administrator: Client) -> None:
    document = docx.Document(io.BytesIO(as_administrator.get("/settings/texts/licences/file/").content))
    answer = brought(as_administrator, document)
    assert answer.status_code == 422
    assert "This file is of another text." in answer.content.decode()
    document = taken_out(as_administrator)
    document.tables[0].add_row()
    assert "The table has 5 rows below its head; 4 went out." in brought(as_administrator, document).content.decode()
    assert as_administrator.post(RETURN).status_code == 422
    assert privacy().version == 2


def test_the_page_that_edits_the_text_offers_both_ways(as_administrator: Client, as_staff: Client) -> None:
    page = as_administrator.get(EDIT).content.decode()
    assert f'href="{FILE}"' in page
    assert f'href="{RETURN}"' in page
    assert as_staff.get(FILE).status_code == 403
    assert as_staff.post(RETURN).status_code == 403
