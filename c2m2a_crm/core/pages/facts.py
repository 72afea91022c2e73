"""What is known of a record, with its source: the card on the record's page, and the pages that edit it.

One pattern for every table of facts. A room says once where its records are (:class:`FactRoom`), adds
:func:`fact_urls` to the addresses of a record and gives :func:`fact_card` to ``components/sourced_facts.html``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import facts, rights, ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.history import NothingToPutBack
from c2m2a_crm.core.models import Fact
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors, whole_number
from c2m2a_crm.core.validity import today, validate_day
from c2m2a_crm.core.views import HouseView, see_other


@dataclass(frozen=True, slots=True)
class FactWords:
    """What the pages and messages call such a statement."""

    add: str | Promise
    edit: str | Promise
    confirm: str | Promise
    remove: str | Promise
    added: str | Promise
    removed: str | Promise


STATEMENTS = FactWords(
    add=gettext_lazy("Add a statement"),
    edit=gettext_lazy("Edit a statement"),
    confirm=gettext_lazy("Confirm a statement"),
    remove=gettext_lazy("Remove a statement"),
    added=gettext_lazy("The statement is added. It counts as unconfirmed until somebody confirms it."),
    removed=gettext_lazy("Statement removed."),
)


@dataclass(frozen=True, slots=True)
class FactRoom:
    """Where one table's facts are shown and edited.

    ``find`` takes (user, key) and gives the record, or raises ``Http404`` where it does not exist for that person.
    ``title`` and ``list_url_name`` name the list that it stands in, if there is one. ``folder`` is the part of the
    addresses that names the statements. Where ``is_ordered``, whoever edits a statement says its place in the list.
    """

    namespace: str
    model: type[Fact]
    find: Callable[[Any, int], Any]
    title: str | Promise = ""
    list_url_name: str = ""
    folder: str = "facts"
    words: FactWords = STATEMENTS
    is_ordered: bool = False

    def url(self, page: str, *arguments: int) -> str:
        return reverse(f"{self.namespace}:{page}", args=arguments)

    def facts_of(self, record: Any) -> Any:
        return self.model._default_manager.filter(**{facts.owner_field(self.model).name: record})


@dataclass(frozen=True, slots=True)
class FactLine:
    """One statement as the card shows it; the addresses are empty for whoever may not edit.

    ``note`` is the place of its source among those under the card, from 1; 0 where its own line names it.
    """

    fact: Fact
    edit_url: str = ""
    confirm_url: str = ""
    unconfirm_url: str = ""
    remove_url: str = ""
    note: int = 0


def fact_card(room: FactRoom, actor: Any, record: Any, *, lead: str = "") -> dict[str, Any]:
    """``lines``, ``sources`` and ``add_url`` for ``components/sourced_facts.html``; one statement of SQL.

    The caller has checked that the record is readable.
    """
    return card_of(room, actor, record, list(room.facts_of(record)), lead=lead)


def card_of(room: FactRoom, actor: Any, record: Any, rows: Sequence[Fact], *, lead: str = "") -> dict[str, Any]:
    """As :func:`fact_card`, of statements that are at hand. A source that stands twice is named once, under them.

    The statement whose key is ``lead`` is for the head of the page, too (``lead`` of the card); in the list it is left
    out where its source is named under the list.
    """
    named = [fact.source for fact in rows if fact.source]
    sources = list(dict.fromkeys(named))
    if len(sources) == len(named):
        sources = []
    notes = {source: place for place, source in enumerate(sources, start=1)}
    card = {"sources": sources, "is_unchecked": any(fact.is_confirmed and not fact.checked_on for fact in rows)}
    may_edit = facts.can_edit_facts(actor, room.model, record)
    lines = [_line(room, record, fact, notes.get(fact.source, 0), may_edit=may_edit) for fact in rows]
    leading = next((line for line in lines if line.fact.key == lead and line.fact.text.text), None)
    return card | {
        "lead": leading,
        "lines": [line for line in lines if line is not leading or not line.note],
        "add_url": room.url("fact_create", record.pk) if may_edit else "",
    }


def _line(room: FactRoom, record: Any, fact: Fact, note: int, *, may_edit: bool) -> FactLine:
    if not may_edit:
        return FactLine(fact, note=note)
    return FactLine(
        fact,
        edit_url=room.url("fact_edit", record.pk, fact.pk),
        confirm_url="" if fact.checked_on else room.url("fact_confirm", record.pk, fact.pk),
        unconfirm_url=room.url("fact_unconfirm", record.pk, fact.pk) if fact.checked_on else "",
        remove_url=room.url("fact_remove", record.pk, fact.pk),
        note=note,
    )


class FactForm(forms.Form):
    """A statement in both languages. One language is enough; the other one can follow."""

    label_en = forms.CharField(label=gettext_lazy("What it tells (English)"), max_length=120, required=False)
    label_fr = forms.CharField(
        label=gettext_lazy("What it tells (French)"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"lang": "fr"}),
    )
    text_en = forms.CharField(
        label=gettext_lazy("Statement (English)"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    text_fr = forms.CharField(
        label=gettext_lazy("Statement (French)"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "fr"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("A document, a page or a person, so that somebody else finds it again."),
    )
    position = forms.IntegerField(label=gettext_lazy("Place in the list"), min_value=0, max_value=999)

    def __init__(self, *args: Any, room: FactRoom, is_new: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_new or not room.is_ordered:
            del self.fields["position"]
        if not room.model.is_labelled:
            del self.fields["label_en"], self.fields["label_fr"]
            for name in ("text_en", "text_fr"):
                self.fields[name].label = capfirst(str(room.model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # a column


class ConfirmForm(forms.Form):
    checked_on = forms.DateField(
        label=gettext_lazy("Checked on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": gettext_lazy("Enter the day on which you checked it."),
            "invalid": gettext_lazy("Enter the date as year-month-day, for example 2026-11-10."),
        },
        validators=[validate_day],
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=500,
        error_messages={"required": gettext_lazy("Name the source against which you checked it.")},
    )


class _FactView(HouseView):
    """What the pages of one room's facts share: whoever writes may open them."""

    allowed = staticmethod(rights.can_write)
    room: FactRoom = None  # type: ignore[assignment]  # given by fact_urls; Django takes only what the class has

    def record(self, user: Any, pk: int) -> Any:
        """The record, if it exists for this person; 403 where this person may not edit what is known of it."""
        record = self.room.find(user, pk)
        if not facts.can_edit_facts(user, self.room.model, record):
            raise PermissionDenied
        return record

    def fact(self, user: Any, pk: int, fact_pk: int) -> Fact:
        record = self.record(user, pk)
        fact: Fact = get_object_or_404(self.room.facts_of(record), pk=fact_pk)
        setattr(fact, facts.owner_field(self.room.model).name, record)
        return fact

    def done_url(self, row: Fact) -> str:
        url: str = facts.record_of(row).get_absolute_url()  # type: ignore[attr-defined]  # every record with facts has a page
        return url

    def surroundings(self, record: Any) -> dict[str, Any]:
        return {
            "record": record,
            "words": self.room.words,
            "list_title": self.room.title,
            "list_url": reverse(self.room.list_url_name) if self.room.list_url_name else "",
            "done_url": record.get_absolute_url(),
        }


class FactCreateView(_FactView):
    """A new statement about a record."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.record(request.user, pk), FactForm(room=self.room, is_new=True))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.record(request.user, pk)
        form = FactForm(request.POST, room=self.room, is_new=True)
        if not form.is_valid():
            return self.page(record, form, status=422)
        try:
            facts.add_fact(actor=request.user, model=self.room.model, record=record, values=form.cleaned_data)
        except ValidationError as refused:
            take_errors(form, refused)
            return self.page(record, form, status=422)
        ui.toast(request, self.room.words.added)
        return see_other(request, record.get_absolute_url())

    def page(self, record: Any, form: FactForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "page_errors": bool(form.errors), **self.surroundings(record)}
        return render(self.request, "core/fact_form.html", context, status=status)


class FactEditView(_FactView, VersionedEditView):
    """The words and the source of a statement."""

    template_name = "core/fact_form.html"

    def row(self, **address: Any) -> Fact:
        return self.fact(self.request.user, address["pk"], address["fact_pk"])

    def empty_form(self, row: Fact) -> FactForm:
        names = (*facts.words_of(self.room.model), "position")
        return FactForm(initial={name: getattr(row, name) for name in names}, room=self.room)

    def sent_form(self, row: Fact) -> FactForm:
        return FactForm(self.request.POST, room=self.room)

    def save(self, row: Fact, version: int, changes: Mapping[str, Any]) -> Fact:
        return facts.edit_fact(actor=self.request.user, fact=row, version=version, changes=changes)

    def done_words(self, saved: Fact) -> str:
        if saved.is_confirmed:
            return _("Changes saved.")
        return _("Changes saved. The statement counts as unconfirmed until somebody confirms it.")

    def beside(self, row: Fact, conflict: EditConflict | None = None) -> dict[str, Any]:
        record = facts.record_of(row)
        return {"fact": row, **self.surroundings(record)}


class FactConfirmView(_FactView):
    """Vouch for a statement as it stands on the page."""

    def get(self, request: HttpRequest, pk: int, fact_pk: int) -> HttpResponse:
        fact = self.fact(request.user, pk, fact_pk)
        return self.page(fact, ConfirmForm(initial={"checked_on": today(), "source": fact.source}))

    def post(self, request: HttpRequest, pk: int, fact_pk: int) -> HttpResponse:
        fact = self.fact(request.user, pk, fact_pk)
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            return self.page(fact, form, status=422)
        version = whole_number(request.POST.get("version"), 0)
        try:
            facts.confirm_fact(actor=request.user, fact=fact, version=version, **form.cleaned_data)
        except facts.StatementChanged:
            fact = self.fact(request.user, pk, fact_pk)
            form.add_error(None, _("Somebody changed the statement meanwhile. Read it again before you confirm it."))
            return self.page(fact, form, status=409)
        except ValidationError as refused:
            take_errors(form, refused)
            return self.page(fact, form, status=422)
        undo_url = self.room.url("fact_unconfirm", pk, fact_pk) + ("?was=source" if fact.is_confirmed else "")
        ui.toast(request, _("The statement is confirmed."), undo_url=undo_url)
        return see_other(request, self.done_url(fact))

    def page(self, fact: Fact, form: ConfirmForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "fact": fact, "page_errors": bool(form.errors)}
        context |= self.surroundings(facts.record_of(fact))
        return render(self.request, "core/fact_confirm.html", context, status=status)


class FactUnconfirmView(_FactView):
    """The undo of a confirmation, and the way back later."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int, fact_pk: int) -> HttpResponse:
        fact = self.fact(request.user, pk, fact_pk)
        facts.unconfirm_fact(actor=request.user, fact=fact, as_source_says=request.GET.get("was") == "source")
        ui.toast(request, _("The statement does not count as checked any more."))
        return see_other(request, self.done_url(fact))


class FactRemoveView(_FactView):
    """Take a statement away, and offer to put it back. Whoever saw another version of it is shown it once more."""

    def get(self, request: HttpRequest, pk: int, fact_pk: int) -> HttpResponse:
        return self.page(self.fact(request.user, pk, fact_pk))

    def post(self, request: HttpRequest, pk: int, fact_pk: int) -> HttpResponse:
        fact = self.fact(request.user, pk, fact_pk)
        try:
            facts.remove_fact(actor=request.user, fact=fact, version=whole_number(request.POST.get("version"), 0))
        except facts.StatementChanged:
            return self.page(self.fact(request.user, pk, fact_pk), is_changed=True, status=409)
        ui.toast(request, self.room.words.removed, undo_url=self.room.url("fact_restore", pk, fact_pk))
        return see_other(request, self.done_url(fact))

    def page(self, fact: Fact, *, is_changed: bool = False, status: int = 200) -> HttpResponse:
        context = {"fact": fact, "is_changed": is_changed, **self.surroundings(facts.record_of(fact))}
        return render(self.request, "core/fact_remove.html", context, status=status)


class FactRestoreView(_FactView):
    """Put a statement back that was removed: the undo of it."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int, fact_pk: int) -> HttpResponse:
        record = self.record(request.user, pk)
        try:
            facts.restore_fact(actor=request.user, model=self.room.model, record=record, pk=fact_pk)
        except NothingToPutBack:
            ui.warn(request, _("There is nothing to put back."))
        else:
            ui.toast(request, _("Undone."))
        return see_other(request, record.get_absolute_url())


def fact_urls(room: FactRoom) -> list[URLPattern]:
    """The pages under one record's address; their names are the same in every namespace."""
    return [
        path(f"<int:pk>/{room.folder}/new/", FactCreateView.as_view(room=room), name="fact_create"),
        path(f"<int:pk>/{room.folder}/<int:fact_pk>/edit/", FactEditView.as_view(room=room), name="fact_edit"),
        path(f"<int:pk>/{room.folder}/<int:fact_pk>/confirm/", FactConfirmView.as_view(room=room), name="fact_confirm"),
        path(
            f"<int:pk>/{room.folder}/<int:fact_pk>/unconfirm/",
            FactUnconfirmView.as_view(room=room),
            name="fact_unconfirm",
        ),
        path(f"<int:pk>/{room.folder}/<int:fact_pk>/remove/", FactRemoveView.as_view(room=room), name="fact_remove"),
        path(f"<int:pk>/{room.folder}/<int:fact_pk>/restore/", FactRestoreView.as_view(room=room), name="fact_restore"),
    ]
