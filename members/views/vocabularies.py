"""Vocabularies: their words, what stands on whose list when, and who has a word in the profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.accounts.requests import SignedIn
from c2m2a_crm.core import ui
from c2m2a_crm.core.dates import days_of
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.history import Names
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors, whole_number
from c2m2a_crm.core.record_changes import Told, record_page
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from members.models import Concept, Listing
from members.policies import can_keep_vocabularies, can_see_directory
from members.profile_forms import ConceptCreateForm, ConceptForm, ListingForm, ReplaceForm
from members.profiles import listings_of, parties_with, people_with
from members.services import vocabularies as services
from members.services.errors import DirectoryError
from members.vocabulary_list import (
    CONCEPT_COLUMNS,
    CONCEPT_WORDS,
    ConceptFilterSet,
    state_mark,
    vocabulary_list,
)

IN_VIEW = 12
# The list that a word narrows, and under which name.
_FACETS = {
    Concept.Vocabulary.MINERAL: "mineral",
    Concept.Vocabulary.STAGE: "stage",
    Concept.Vocabulary.SECTOR: "sector",
}


class VocabularyListView(ListView):
    allowed = staticmethod(can_see_directory)
    list_key = "vocabularies"
    template_name = "members/vocabulary_list.html"
    filterset_class = ConceptFilterSet
    columns = CONCEPT_COLUMNS
    words = CONCEPT_WORDS

    def state(self) -> ListState:
        return vocabulary_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        may_keep = can_keep_vocabularies(self.request.user)
        return {
            "may_export": can_export(self.request.user),
            "add_urls": [
                (label, reverse("vocabularies:create", args=[value])) for value, label in Concept.Vocabulary.choices
            ]
            if may_keep
            else [],
        }


def _head(concept: Concept, actor: Any, tab: str) -> dict[str, Any]:
    may_keep = can_keep_vocabularies(actor)
    return {
        "concept": concept,
        "tab": tab,
        "mark": state_mark(concept),
        "may_keep": may_keep,
        "may_replace": may_keep and concept.replaced_by_id is None,
        "may_list": may_keep and concept.vocabulary == Concept.Vocabulary.MINERAL and concept.replaced_by_id is None,
    }


def _note(concept: Concept) -> SafeString:
    return ui.in_language(concept.note) if concept.note.text else ui.NOTHING


def _concept(request: HttpRequest, pk: int) -> Concept:
    found: Concept = visible_or_404(Concept.objects.for_list(), request.user, pk=pk)
    return found


class ConceptView(HouseView):
    """A word: what it means, which lists it stands on when, who works with it and who knows about it."""

    allowed = staticmethod(can_see_directory)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        concept = _concept(request, pk)
        parties, people = parties_with(request.user, concept), people_with(request.user, concept)
        facet = _FACETS.get(Concept.Vocabulary(concept.vocabulary))
        context = {
            **_head(concept, request.user, "overview"),
            "facts": [
                {"label": label, "value": value}
                for label, value in (
                    (_("Vocabulary"), concept.get_vocabulary_display()),
                    (_("English label"), concept.label_en),
                    (_("French label"), concept.label_fr),
                    (_("Also written"), concept.also),
                    (_("Used for") if concept.vocabulary == Concept.Vocabulary.MINERAL else _("Note"), _note(concept)),
                    (_("Code"), concept.code),
                )
                if value
            ],
            "listings": [(row, days_of(row)) for row in listings_of(concept)]
            if concept.vocabulary == Concept.Vocabulary.MINERAL
            else [],
            "is_mineral": concept.vocabulary == Concept.Vocabulary.MINERAL,
            "parties": list(parties[:IN_VIEW]),
            "party_count": parties.organizations().count() if facet else 0,
            "parties_url": f"{reverse('organizations:list')}?{facet}={concept.code}" if facet else "",
            "people": list(people[:IN_VIEW]),
            "people_count": people.count(),
            "people_url": f"{reverse('people:list')}?expertise={concept.code}",
            "replaces": list(concept.replaces.all()),
        }
        return render(request, "members/vocabulary_detail.html", context)


class ConceptHistoryView(HouseView):
    """Who changed the word and its places on lists, when and why; ``?before=`` leads further back."""

    allowed = staticmethod(can_see_directory)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        concept = _concept(request, pk)
        text = request.GET.get("before", "")
        before = int(text) if text.isdecimal() and len(text) < 19 else None
        parts = [Told(Listing, "concept_id", _("Place on a list"), _list_named, frozenset({"concept_id"}))]
        page = record_page([concept], parts, request.user, before=before)
        context = {**_head(concept, request.user, "history"), "page": page}
        return render(request, "members/vocabulary_history.html", context)


def _list_named(image: Mapping[str, Any], names: Names) -> str:
    return names.get(("members.Jurisdiction", image.get("jurisdiction_id")), "")


class _KeepingView(SignedIn, HouseView):
    """The forms below are for whoever keeps the vocabularies."""

    allowed = staticmethod(can_keep_vocabularies)

    def page(
        self,
        concept: Concept | None,
        form: Any,
        *,
        heading: str,
        submit: str,
        lede: str = "",
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        context = {
            "concept": concept,
            "form": form,
            "heading": heading,
            "submit": submit,
            "lede": lede,
            "page_errors": bool(form.errors),
            "done_url": concept.get_absolute_url() if concept else reverse("vocabularies:list"),
        }
        return render(self.request, "members/vocabulary_form.html", context | more, status=status)


class ConceptCreateView(_KeepingView):
    """A new word of one vocabulary."""

    def get(self, request: HttpRequest, vocabulary: str) -> HttpResponse:
        return self.ask(vocabulary, ConceptCreateForm(instance=Concept(vocabulary=_known(vocabulary))))

    def post(self, request: HttpRequest, vocabulary: str) -> HttpResponse:
        form = ConceptCreateForm(request.POST, instance=Concept(vocabulary=_known(vocabulary)))
        if form.is_valid():
            try:
                concept = services.add_concept(
                    actor=self.actor(), vocabulary=vocabulary, values=dict(form.cleaned_data)
                )
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("Added."))
                return see_other(request, concept.get_absolute_url())
        return self.ask(vocabulary, form, status=422)

    def ask(self, vocabulary: str, form: ConceptCreateForm, status: int = 200) -> HttpResponse:
        heading = _("Add a word: %(vocabulary)s") % {"vocabulary": Concept.Vocabulary(vocabulary).label}
        return self.page(None, form, heading=heading, submit=_("Add"), status=status)


def _known(vocabulary: str) -> str:
    if vocabulary not in Concept.Vocabulary.values:
        raise Http404
    return vocabulary


class ConceptEditView(VersionedEditView):
    allowed = staticmethod(can_keep_vocabularies)
    form_class = ConceptForm
    template_name = "members/vocabulary_edit.html"

    def row(self, **address: Any) -> Concept:
        return _concept(self.request, address["pk"])

    def save(self, row: Concept, version: int, changes: Mapping[str, Any]) -> Concept:
        return services.edit_concept(actor=self.request.user, concept=row, version=version, changes=changes)  # type: ignore[arg-type]  # the policy let only users in

    def done_url(self, row: Concept) -> str:
        return row.get_absolute_url()

    def beside(self, row: Concept, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {"concept": row, "done_url": row.get_absolute_url()}


class ReplaceView(_KeepingView):
    """Another word takes the place of this one, everywhere."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        concept = _concept(request, pk)
        return self.ask(concept, ReplaceForm(concept=concept))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        concept = _concept(request, pk)
        form = ReplaceForm(request.POST, concept=concept)
        if form.is_valid():
            try:
                operation = services.replace_concept(actor=self.actor(), concept=concept, by=form.cleaned_data["by"])
            except DirectoryError as refused:
                form.add_error(None, str(refused))
            else:
                said = _("“%(old)s” is replaced by “%(new)s”.") % {"old": concept, "new": form.cleaned_data["by"]}
                ui.toast(request, said, undo_url=reverse("operations:undo", args=[operation.pk]))
                return see_other(request, form.cleaned_data["by"].get_absolute_url())
        return self.ask(concept, form, status=422)

    def ask(self, concept: Concept, form: ReplaceForm, status: int = 200) -> HttpResponse:
        lede = _(
            "Every profile that has this word gets the other one, and lists of governments go with it. The word stays "
            "on file, is offered no more and leads to the other one. It can be undone."
        )
        heading = _("Replace “%(word)s”") % {"word": concept}
        return self.page(concept, form, heading=heading, submit=_("Replace"), lede=lede, status=status)


class ListingCreateView(_KeepingView):
    """A mineral comes onto a list."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.ask(_mineral(request, pk), ListingForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        concept = _mineral(request, pk)
        form = ListingForm(request.POST)
        if form.is_valid():
            try:
                services.add_listing(actor=self.actor(), concept=concept, **form.cleaned_data)
            except ValidationError as refused:
                take_errors(form, refused)
            except DirectoryError as refused:
                form.add_error("first", str(refused))
            else:
                ui.toast(request, _("Added."))
                return see_other(request, concept.get_absolute_url())
        return self.ask(concept, form, status=422)

    def ask(self, concept: Concept, form: ListingForm, status: int = 200) -> HttpResponse:
        heading = _("Put %(mineral)s on a list") % {"mineral": concept}
        return self.page(concept, form, heading=heading, submit=_("Add"), status=status)


def _mineral(request: HttpRequest, pk: int) -> Concept:
    rows = Concept.objects.of(Concept.Vocabulary.MINERAL).filter(replaced_by__isnull=True)
    found: Concept = visible_or_404(rows, request.user, pk=pk)
    return found


class ListingEditView(_KeepingView):
    """The days, the standing and the source of a place on a list."""

    def get(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        concept, row = self.find(request, pk, part_pk)
        initial = {"first": row.first_day, "last": row.last_day}
        initial |= {name: getattr(row, name) for name in ("standing", "source", "is_confirmed")}
        return self.ask(concept, row, ListingForm(initial=initial, is_change=True), version=row.version)

    def post(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        concept, row = self.find(request, pk, part_pk)
        form = ListingForm(request.POST, is_change=True)
        version = whole_number(request.POST.get("version"), row.version)
        status = 422
        if form.is_valid():
            try:
                services.change_listing(
                    actor=self.actor(), listing=row, version=version, changes=dict(form.cleaned_data)
                )
            except EditConflict as conflict:
                version, status = conflict.current_version, 409
                form.add_error(
                    None, _("Somebody saved first. Look at the list, then save again to keep what stands below.")
                )
            except ValidationError as refused:
                take_errors(form, refused)
            except DirectoryError as refused:
                form.add_error("first", str(refused))
            else:
                ui.toast(request, _("Changes saved."))
                return see_other(request, concept.get_absolute_url())
        return self.ask(concept, row, form, version=version, status=status)

    def find(self, request: HttpRequest, pk: int, part_pk: int) -> tuple[Concept, Listing]:
        concept = _concept(request, pk)
        return concept, get_object_or_404(Listing.objects.select_related("jurisdiction"), pk=part_pk, concept=concept)

    def ask(
        self, concept: Concept, row: Listing, form: ListingForm, *, version: int, status: int = 200
    ) -> HttpResponse:
        heading = _("%(mineral)s on the list of %(jurisdiction)s") % {
            "mineral": concept,
            "jurisdiction": row.jurisdiction,
        }
        remove_url = reverse("vocabularies:listing_remove", args=[concept.pk, row.pk])
        return self.page(
            concept, form, heading=heading, submit=_("Save"), version=version, remove_url=remove_url, status=status
        )


class ListingRemoveView(_KeepingView):
    """Takes away what was entered by mistake."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        concept = _concept(request, pk)
        listing = get_object_or_404(Listing, pk=part_pk, concept=concept)
        services.remove_listing(actor=self.actor(), listing=listing)
        ui.toast(request, _("Removed from the list."))
        return see_other(request, concept.get_absolute_url())
