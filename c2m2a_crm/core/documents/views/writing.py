"""Pages on which documents are added, changed, put aside and removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.documents import policies, selectors, services
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.documents.forms import (
    ArchiveForm,
    ClassForm,
    DocumentEditForm,
    DocumentForm,
    RemovalForm,
    VersionForm,
    class_value,
)
from c2m2a_crm.core.documents.views.looking import document_or_404, urls_of
from c2m2a_crm.core.models import Document
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors
from c2m2a_crm.core.removal import AuthorityMissing
from c2m2a_crm.core.views import HouseView, see_other


class DocumentCreateView(HouseView):
    """Add a document, on its own or under the record that the address names."""

    allowed = staticmethod(policies.can_add_documents)

    def record(self) -> Any | None:
        try:
            return selectors.home_in(self.request.user, self.request.GET)
        except LookupError:
            raise Http404 from None
        except PermissionError:
            raise PermissionDenied from None

    def get(self, request: HttpRequest) -> HttpResponse:
        record = self.record()
        return self.page(request, DocumentForm(request.user), record)

    def post(self, request: HttpRequest) -> HttpResponse:
        record = self.record()
        form = DocumentForm(request.user, request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, form, record, status=422)
        try:
            document = services.add_document(
                actor=request.user,
                file=form.cleaned_data["file"],
                language=form.cleaned_data["language"],
                facts=form.facts(),
                of_class=form.chosen_class(),
                record=record,
                token=form.cleaned_data["token"],
            )
        except DocumentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
            return self.page(request, form, record, status=422)
        except ValidationError as refused_facts:
            take_errors(form, refused_facts)
            return self.page(request, form, record, status=422)
        ui.toast(request, _("Document added."))
        return see_other(request, document.get_absolute_url())

    def page(self, request: HttpRequest, form: DocumentForm, record: Any | None, *, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "record": record,
            "is_closed": record is not None and any(services.home_of(record).circles(record)),
            "action": request.get_full_path(),
            "back_url": record.get_absolute_url() if record is not None else reverse("documents:list"),
            "page_errors": bool(form.errors),
        }
        return render(request, "core/document_create.html", context, status=status)


class VersionCreateView(HouseView):
    """A newer file of a document."""

    allowed = staticmethod(policies.can_add_documents)

    def document(self, pk: int) -> Document:
        document = document_or_404(self.request.user, pk)
        if not policies.can_edit(self.request.user, document):
            raise PermissionDenied
        return document

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.document(pk)
        return self.page(document, VersionForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.document(pk)
        form = VersionForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(document, form, status=422)
        told = form.cleaned_data
        try:
            services.add_version(
                actor=request.user, document=document, file=told["file"], language=told["language"], note=told["note"]
            )
        except DocumentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
            return self.page(document, form, status=422)
        ui.toast(request, _("Version added."))
        return see_other(request, document.get_absolute_url())

    def page(self, document: Document, form: VersionForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "document": document, "urls": urls_of(document), "page_errors": bool(form.errors)}
        return render(self.request, "core/document_version.html", context, status=status)


class DocumentEditView(VersionedEditView):
    allowed = staticmethod(policies.can_add_documents)
    form_class = DocumentEditForm
    template_name = "core/document_edit.html"

    def row(self, **address: Any) -> Document:
        document = document_or_404(self.request.user, address["pk"])
        if not policies.can_edit(self.request.user, document):
            raise PermissionDenied
        return document

    def save(self, row: Document, version: int, changes: Mapping[str, Any]) -> Document:
        try:
            return services.edit_document(actor=self.request.user, document=row, version=version, changes=changes)
        except DocumentRefused as refused:
            raise ValidationError({refused.field: refused.sentence}) from None

    def done_url(self, row: Document) -> str:
        return row.get_absolute_url()

    def beside(self, row: Any, conflict: Any = None) -> dict[str, Any]:
        return {"document": row, "urls": urls_of(row)}


class _FormOnDocumentView(HouseView):
    """A short form about one document, sent to the page itself."""

    allowed = staticmethod(policies.can_add_documents)
    template_name: str

    def document(self, pk: int) -> Document:
        document = document_or_404(self.request.user, pk)
        if not self.may(document):
            raise PermissionDenied
        return document

    def may(self, document: Document) -> bool:
        raise PermissionDenied

    def form(self, document: Document, data: Any = None) -> Any:
        return ArchiveForm(data)

    def act(self, document: Document, form: Any) -> str:
        """Call the service; the sentence that says so."""
        return ""

    def undo_url(self, document: Document) -> str:
        """What takes it back by one press; empty where nothing does."""
        return ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.document(pk)
        return self.page(document, self.form(document))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.document(pk)
        form = self.form(document, request.POST)
        if not form.is_valid():
            return self.page(document, form, status=422)
        try:
            words = self.act(document, form)
        except DocumentRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
            return self.page(document, form, status=422)
        ui.toast(request, words, undo_url=self.undo_url(document))
        is_still_there = Document.objects.readable_by(request.user).filter(pk=pk).exists()
        return see_other(request, document.get_absolute_url() if is_still_there else reverse("documents:list"))

    def page(self, document: Document, form: Any, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "document": document, "urls": urls_of(document), "page_errors": bool(form.errors)}
        return render(self.request, self.template_name, context, status=status)


class DocumentClassView(_FormOnDocumentView):
    template_name = "core/document_class.html"

    def may(self, document: Document) -> bool:
        return policies.can_change_class(self.request.user, document)

    def form(self, document: Document, data: Any = None) -> ClassForm:
        return ClassForm(self.request.user, data, initial={"document_class": class_value(document)})

    def act(self, document: Document, form: Any) -> str:
        saved = services.change_class(
            actor=self.request.user,
            document=document,
            of_class=form.chosen_class(),
            reason=form.cleaned_data["reason"],
        )
        return _("Nothing was changed.") if saved.version == document.version else _("Who may see it was changed.")


class DocumentArchiveView(_FormOnDocumentView):
    template_name = "core/document_archive.html"

    def may(self, document: Document) -> bool:
        return policies.can_archive(self.request.user, document)

    def act(self, document: Document, form: Any) -> str:
        services.archive_document(actor=self.request.user, document=document, reason=form.cleaned_data["reason"])
        return _("Document archived.")

    def undo_url(self, document: Document) -> str:
        return reverse("documents:restore", args=[document.pk])


class DocumentRemoveView(_FormOnDocumentView):
    template_name = "core/document_remove.html"

    def may(self, document: Document) -> bool:
        return policies.can_remove(self.request.user, document)

    def form(self, document: Document, data: Any = None) -> RemovalForm:
        return RemovalForm(data)

    def act(self, document: Document, form: Any) -> str:
        try:
            services.remove_document(actor=self.request.user, document=document, **form.cleaned_data)
        except AuthorityMissing:
            raise DocumentRefused("authority", str(form.fields["authority"].error_messages["required"])) from None
        except DisposalRefused as refused:
            raise DocumentRefused("", str(refused)) from None
        return _("Document removed. What stays is that there was one.")


class DocumentRestoreView(HouseView):
    allowed = staticmethod(policies.can_add_documents)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = document_or_404(request.user, pk)
        services.restore_document(actor=request.user, document=document)
        ui.toast(request, _("Document restored."))
        return see_other(request, document.get_absolute_url())


class DocumentApproveView(HouseView):
    """One side of it may be used."""

    allowed = staticmethod(policies.can_add_documents)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = document_or_404(request.user, pk)
        side = request.POST.get("side", "")
        if side not in {"en", "fr"}:
            raise Http404
        try:
            services.approve_side(actor=request.user, document=document, side=side)
        except DocumentRefused as refused:
            ui.warn(request, refused.sentence)
        else:
            ui.toast(request, _("English approved.") if side == "en" else _("French approved."))
        return see_other(request, document.get_absolute_url())
