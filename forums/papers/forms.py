"""Forms of papers. They shape input; what may be written is the services' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.documents.forms import FileForm
from c2m2a_crm.core.models import Document
from forums.models import AgendaItem, Meeting
from forums.papers.rules import may_be_marked, rule_of
from members.forms import LineField

_FRENCH = {"lang": "fr"}


def _item_field() -> forms.ModelChoiceField[AgendaItem]:
    return forms.ModelChoiceField(
        label=_("Agenda item"),
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label=_("The whole meeting"),
    )


class PlaceForm(forms.Form):
    """Where a paper stands and, where the terms of reference leave that open, whether it is confidential."""

    item = _item_field()
    is_confidential = forms.BooleanField(
        label=_("Confidential"),
        required=False,
        help_text=_("Guests and observers do not get it."),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.items.order_by("position", "pk")  # type: ignore[attr-defined]  # a ModelChoiceField
        if not may_be_marked(rule_of(meeting)):
            del self.fields["is_confidential"]

    def place(self) -> dict[str, Any]:
        return {
            "item": self.cleaned_data["item"],
            "is_confidential": self.cleaned_data.get("is_confidential", False),
        }


class PaperForm(FileForm, PlaceForm):
    """A new file as a paper."""

    title_en = LineField(label=_("Title in English"), max_length=200)
    title_fr = LineField(label=_("Title in French"), max_length=200, widget=forms.TextInput(attrs=_FRENCH))

    field_order = ["file", "language", "title_en", "title_fr", "item", "is_confidential"]


class AttachForm(PlaceForm):
    """A document that is kept already as a paper: one of those found."""

    document = forms.ModelChoiceField(
        label=_("Document"),
        queryset=Document.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose a document."), "invalid_choice": _("Choose one of these documents.")},
    )

    field_order = ["document", "item", "is_confidential"]

    def __init__(self, *args: Any, found: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = found  # type: ignore[attr-defined]  # a ModelChoiceField
