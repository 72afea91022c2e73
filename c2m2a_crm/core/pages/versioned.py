"""The base of every page that edits one versioned row: both versions are shown where two people edited it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict, changed_since
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import History
from c2m2a_crm.core.views import HouseView, see_other


class AskedForm(forms.Form):
    """A form whose fields stand aside where a conflict asks about them in their place."""

    asked: frozenset[str] = frozenset()

    def as_sent(self) -> list[tuple[str, str]]:
        """Names and values, as they came, of the fields that stand aside; a combobox sends its text beside them."""
        names = [sent for name in sorted(self.asked) for sent in (name, f"{name}_text") if sent in self.data]
        return [(name, str(self.data.get(name, ""))) for name in names]


class VersionedEditView(HouseView, ABC):
    """A form over one versioned row.

    ``version`` is the one the editing began with; after a conflict ``seen_version`` is the one that its page showed,
    and ``keep_FIELD`` says whose value stands. ``address`` is what the address names.
    """

    form_class: ClassVar[type[forms.ModelForm[Any]]]
    template_name: ClassVar[str]

    @abstractmethod
    def row(self, **address: Any) -> Any:
        """The row as it is now, or 404."""

    @abstractmethod
    def save(self, row: Any, version: int, changes: Mapping[str, Any]) -> Any:
        """Write what was changed while looking at ``version``; give the row as it is afterwards."""

    @abstractmethod
    def done_url(self, row: Any) -> str:
        """Where to go after it is saved."""

    def beside(self, row: Any, conflict: EditConflict | None = None) -> dict[str, Any]:
        """What else the page needs."""
        return {}

    def empty_form(self, row: Any) -> Any:
        """The form as the page opens."""
        return self.form_class(instance=row)

    def sent_form(self, row: Any) -> Any:
        """The form as it was sent, on a copy: the row itself must stay as the database has it, or nothing differs."""
        form = self.form_class(self.request.POST, instance=type(row)(pk=row.pk))
        form.instance.version = row.version
        return form

    def changed(self, row: Any, values: Mapping[str, Any], version: int) -> dict[str, Any]:
        """Those of ``values`` that this editor changed since ``version``."""
        return changed_since(row, values, version=version)

    def done_words(self, saved: Any) -> str:
        return _("Changes saved.")

    def get(self, request: HttpRequest, **address: Any) -> HttpResponse:
        row = self.row(**address)
        return self.page(row, self.empty_form(row), version=row.version)

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        row = self.row(**address)
        form = self.sent_form(row)
        version = whole_number(request.POST.get("version"), row.version)
        seen = whole_number(request.POST.get("seen_version"), 0)
        if not form.is_valid():
            return self.page(row, form, version=version, seen=seen, status=422)
        changes = dict(form.cleaned_data)
        if seen:
            mine = self.changed(row, changes, version)
            changes = {name: value for name, value in mine.items() if request.POST.get(f"keep_{name}") != "theirs"}
        try:
            saved = self.save(row, seen or version, changes)
        except EditConflict as conflict:
            return self.page(row, form, version=version, conflict=conflict, status=409)
        except ValidationError as refused:
            take_errors(form, refused)
            return self.page(row, form, version=version, seen=seen, status=422)
        ui.toast(request, _("Nothing was changed.") if saved.version == row.version else self.done_words(saved))
        return see_other(request, self.done_url(saved))

    def page(
        self,
        row: Any,
        form: Any,
        *,
        version: int,
        seen: int = 0,
        conflict: EditConflict | None = None,
        status: int = 200,
    ) -> HttpResponse:
        change = history_of(row).first() if conflict else None
        kept = [(name, value) for name, value in self.request.POST.items() if name.startswith("keep_")] if seen else []
        as_sent = []
        if isinstance(form, AskedForm):
            asked = {each.field for each in conflict.collisions} if conflict else {name[5:] for name, _value in kept}
            form.asked = frozenset(name for name in asked & set(form.fields) if not form[name].errors)
            as_sent = form.as_sent()
        context = {
            "form": form,
            "row": row,
            "version": version,
            "seen_version": conflict.current_version if conflict else seen,
            "kept": kept,
            "as_sent": as_sent,
            "collisions": [_both(form, collision) for collision in conflict.collisions] if conflict else [],
            "who": writer_of(change),
            "saved_at": change.at if change else None,
            "page_errors": bool(form.errors),
            **self.beside(row, conflict),
        }
        return render(self.request, self.template_name, context, status=status)


def take_errors(form: forms.BaseForm, refused: ValidationError) -> None:
    """Put what a service refused beside the field it is about, else above the form."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, errors in refused.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


def _both(form: forms.BaseForm, collision: Any) -> dict[str, Any]:
    """Both values in the words of the form: the names of choices, not their codes."""
    field = form.fields.get(collision.field)
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())} if field else {}

    def said(value: Any) -> str:
        if value is None or value == "":
            return ""
        key = str(getattr(value, "pk", getattr(value, "code", value)))
        return choices.get(key, str(value))

    label = str(field.label) if field and field.label else collision.label
    return {
        "field": collision.field,
        "label": label,
        "mine": said(collision.mine),
        "theirs": said(collision.theirs),
    }


def whole_number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else default


def writer_of(change: History | None) -> str:
    """Who wrote it, by name; what part of the system, where nobody did."""
    if change is None or change.actor_id is None:
        return (change.writer if change else "") or _("Somebody else")
    return str(get_user_model()._default_manager.filter(pk=change.actor_id).first() or _("Somebody else"))
