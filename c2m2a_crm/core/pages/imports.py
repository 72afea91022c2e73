"""Pages of an import: a file, its columns, what each row would do, the work, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core import rights, ui
from c2m2a_crm.core.exports import CONTENT_TYPES
from c2m2a_crm.core.imports import LEFT_OUT, Unreadable, Verdict, paste, rejects, services
from c2m2a_crm.core.imports.forms import ColumnsForm, PasteForm, UploadForm
from c2m2a_crm.core.models import Import, ImportRow, Job, Operation
from c2m2a_crm.core.pages.jobs import progress_context
from c2m2a_crm.core.views import HouseView, see_other, visible_or_404

_PAGE: Final = 100
_QUESTIONS_SHOWN: Final = 50


def _import_or_404(request: HttpRequest, pk: int) -> Import:
    rows = Import.objects.select_related("actor", "job", "operation")
    imported: Import = visible_or_404(rows, request.user, pk=pk)
    return imported


def _own_import(request: HttpRequest, pk: int) -> Import:
    """The import, for whoever began it: others may look at it, not decide."""
    imported = _import_or_404(request, pk)
    if imported.actor_id != request.user.pk or not services.importer_of(imported).allowed(request.user):
        raise PermissionDenied
    return imported


def _page(request: HttpRequest) -> int:
    number = request.GET.get("page", "1")
    return max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1


class ImportListView(HouseView):
    """Bring a file, and see the imports before it."""

    allowed = staticmethod(rights.can_write)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, UploadForm(request.user))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.user, request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, form, status=422)
        try:
            imported = services.begin_import(
                actor=request.user, kind=form.cleaned_data["kind"], file=form.cleaned_data["file"]
            )
        except (Unreadable, services.ImportRefused) as refused:
            form.add_error("file", str(refused))
            return self.page(request, form, status=422)
        return see_other(request, reverse("imports:detail", args=[imported.pk]))

    def page(self, request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
        return _list_page(request, form, PasteForm(), status=status)


class ImportPasteView(HouseView):
    """People pasted as text: read into a table, which is checked at once."""

    allowed = staticmethod(rights.can_write)
    kind = "people"

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasteForm(request.POST)
        people = paste.read_pasted(form.cleaned_data["text"]) if form.is_valid() else []
        if form.is_valid() and not people:
            form.add_error("text", _("Nobody could be read out of this. Write each person on a line of their own."))
        if form.errors:
            return _list_page(request, UploadForm(request.user), form, status=422)
        file = ContentFile(paste.as_table(people), _("Pasted list"))
        try:
            imported = services.begin_import(actor=request.user, kind=self.kind, file=file)
        except services.ImportRefused:
            raise PermissionDenied from None
        services.start(imported, services.CHECK_KIND)
        return see_other(request, reverse("imports:check", args=[imported.pk]))


def _list_page(request: HttpRequest, form: UploadForm, pasted: PasteForm, *, status: int) -> HttpResponse:
    rows = Import.objects.visible_to(request.user).for_list()[:30]
    context = {
        "form": form,
        "pasted": pasted,
        "imports": [(imported, services.importer_of(imported), _state(imported)) for imported in rows],
        "page_errors": bool(form.errors or pasted.errors),
    }
    return render(request, "core/import_list.html", context, status=status)


def _state(imported: Import) -> str:
    if imported.job is not None and imported.job.state not in {Job.State.DONE, Job.State.PREPARED}:
        return str(imported.job.get_state_display())
    return str(imported.get_state_display())


class ImportView(HouseView):
    """An import at whatever point it is: its columns, its progress, or what came of it."""

    allowed = staticmethod(rights.can_write)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        imported = _import_or_404(request, pk)
        if imported.state == Import.State.DONE:
            return self.result(request, imported)
        if services.is_busy(imported):
            return _progress(request, imported)
        return self.columns(request, imported, ColumnsForm(imported))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        imported = _own_import(request, pk)
        if imported.state == Import.State.DONE or services.is_busy(imported):
            return see_other(request, reverse("imports:detail", args=[pk]))
        form = ColumnsForm(imported, request.POST)
        is_valid = form.is_valid()
        if form.is_read_anew and not {"encoding", "delimiter"} & set(form.errors):
            settings = services.settings_of(imported)
            try:
                services.read_again(
                    imported,
                    encoding=form.cleaned_data.get("encoding") or settings.encoding,
                    delimiter=form.cleaned_data.get("delimiter") or settings.delimiter,
                )
            except Unreadable as refused:
                form.add_error("encoding", str(refused))
                return self.columns(request, imported, form, status=422)
            ui.toast(request, _("The file was read again. Look at the columns once more."))
            return see_other(request, reverse("imports:detail", args=[pk]))
        if not is_valid:
            return self.columns(request, imported, form, status=422)
        services.choose_columns(imported, form.chosen())
        services.start(imported, services.CHECK_KIND)
        return see_other(request, reverse("imports:check", args=[pk]))

    def columns(self, request: HttpRequest, imported: Import, form: ColumnsForm, *, status: int = 200) -> HttpResponse:
        context = {
            "imported": imported,
            "importer": services.importer_of(imported),
            "form": form,
            "is_remembered": imported.state == Import.State.COLUMNS and services.is_remembered(imported),
            "page_errors": bool(form.errors or form.options.errors),
        }
        return render(request, "core/import_columns.html", context, status=status)

    def result(self, request: HttpRequest, imported: Import) -> HttpResponse:
        rows = imported.counts.get("rows", {})
        left_out = sum(rows.get(verdict.value, 0) for verdict in LEFT_OUT)
        context = {
            "imported": imported,
            "importer": services.importer_of(imported),
            "counts": _counts(imported),
            "rows_read": rows.get("read", 0),
            "left_out": left_out,
            "was_stopped": imported.operation_id is None and bool(left_out),
            "audit_url": f"{reverse('core:audit')}?operation={imported.operation_id}"
            if imported.operation_id and rights.can_read_audit(request.user)
            else "",
            "operation": _operation_of(request, imported),
        }
        return render(request, "core/import_result.html", context)


def _operation_of(request: HttpRequest, imported: Import) -> Operation | None:
    return Operation.objects.visible_to(request.user).filter(pk=imported.operation_id or 0).first()


def _counts(imported: Import) -> list[tuple[Verdict, int]]:
    return [(Verdict(name), number) for name, number in imported.counts.get("records", {}).items() if number]


def _progress(request: HttpRequest, imported: Import) -> HttpResponse:
    context = {"imported": imported, **progress_context(request, imported.job), "page_url": ""}  # type: ignore[arg-type]  # only asked where a job is at work
    return render(request, "core/import_progress.html", context)


class ImportCheckView(HouseView):
    """What every row would do. Looking writes nothing; sending the form corrects cells, decides, or imports."""

    allowed = staticmethod(rights.can_write)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        imported = _import_or_404(request, pk)
        if imported.state == Import.State.DONE:
            return see_other(request, reverse("imports:detail", args=[pk]))
        if services.is_busy(imported):
            return _progress(request, imported)
        if imported.state == Import.State.COLUMNS and imported.job is None:
            return see_other(request, reverse("imports:detail", args=[pk]))
        return self.page(request, imported)

    def page(self, request: HttpRequest, imported: Import, *, has_changed: bool = False) -> HttpResponse:
        show = request.GET.get("show", "")
        show = show if show in set(Verdict) else ""
        page = _page(request)
        rows = imported.rows.order_by("line")
        if show:
            rows = rows.filter(verdict=show)
        shown = list(rows[(page - 1) * _PAGE : page * _PAGE + 1])
        settings = services.settings_of(imported)
        counts = imported.counts.get("rows", {})
        is_checked = imported.state == Import.State.CHECKED
        open_questions = [
            {**question, "value": settings.decisions.get(question["key"], question["value"])}
            for question in imported.questions
        ]
        context = {
            "imported": imported,
            "importer": services.importer_of(imported),
            "is_checked": is_checked,
            "error": imported.job.error if imported.job and imported.job.state == Job.State.FAILED else "",
            "was_cancelled": bool(imported.job and imported.job.state == Job.State.CANCELLED),
            "counts": _counts(imported),
            "segments": _segments(counts, show),
            "reports": list(_reports(imported, shown[:_PAGE])),
            "previous": f"?show={show}&page={page - 1}" if page > 1 else "",
            "next": f"?show={show}&page={page + 1}" if len(shown) > _PAGE else "",
            "questions": open_questions[:_QUESTIONS_SHOWN],
            "more_questions": max(0, len(open_questions) - _QUESTIONS_SHOWN),
            "has_changed": has_changed or imported.has_changed,
            "is_stopped": settings.all_or_nothing
            and bool(counts.get(Verdict.REJECTED.value) or counts.get(Verdict.DECISION.value)),
            "is_mine": imported.actor_id == request.user.pk,
        }
        return render(request, "core/import_check.html", context, status=409 if has_changed else 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        imported = _own_import(request, pk)
        check_url = reverse("imports:check", args=[pk])
        if imported.state == Import.State.DONE or services.is_busy(imported):
            return see_other(request, reverse("imports:detail", args=[pk]))
        if imported.state == Import.State.COLUMNS:
            services.start(imported, services.CHECK_KIND)
            return see_other(request, check_url)
        if request.POST.get("check") != str(imported.check_number):
            return self.page(request, imported, has_changed=True)
        must_check = services.answer(
            imported, decisions=dict(_posted(request, "decision:")), corrections=_corrections(request)
        )
        if request.POST.get("act") == "check" or must_check:
            services.start(imported, services.CHECK_KIND)
            if request.POST.get("act") != "check":
                ui.toast(request, _("Cells were corrected. Look at the rows once more, then import."))
            return see_other(request, f"{check_url}{_same_place(request)}")
        services.start(imported, services.APPLY_KIND)
        if imported.state == Import.State.DONE and imported.operation_id:
            undo_url = reverse("operations:undo", args=[imported.operation_id])
            ui.toast(request, _("Imported: %(what)s.") % {"what": imported.operation}, undo_url=undo_url)
        if imported.state == Import.State.DONE or services.is_busy(imported):
            return see_other(request, reverse("imports:detail", args=[pk]))
        return see_other(request, check_url)


def _same_place(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return f"?{query}" if query else ""


def _posted(request: HttpRequest, prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in request.POST.items():
        if name.startswith(prefix) and isinstance(value, str):
            yield name.removeprefix(prefix), value


def _corrections(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Cells as they were sent: line → column → text."""
    found: dict[str, dict[str, str]] = {}
    for name, value in _posted(request, "cell:"):
        line, _colon, place = name.partition(":")
        if line.isdecimal() and place.isdecimal() and len(line) < 9 and len(place) < 5:
            found.setdefault(line, {})[place] = value
    return found


def _reports(imported: Import, rows: Sequence[ImportRow]) -> Iterator[dict[str, Any]]:
    """The rows with the cells at fault, which can be corrected where they stand."""
    settings = services.settings_of(imported)
    for row in rows:
        places = [settings.mapping[key] for key in row.faults if key in settings.mapping]
        yield {
            "line": row.line,
            "names": row.names,
            "verdict": Verdict(row.verdict),
            "sentences": row.sentences,
            "cells": [_cell(row, place, imported.headings[place]) for place in places if place < len(row.cells)],
            "is_corrected": str(row.line) in settings.corrections,
        }


def _cell(row: ImportRow, place: int, label: str) -> dict[str, Any]:
    """A cell to be corrected; one with lines of its own keeps them only in a field that has lines."""
    value = row.cells[place] if place < len(row.cells) else ""
    return {
        "name": f"cell:{row.line}:{place}",
        "label": label,
        "value": value,
        "has_lines": len(value.splitlines()) > 1,
    }


def _segments(counts: dict[str, int], show: str) -> list[dict[str, Any]]:
    links: list[dict[str, Any]] = [{"label": _("All rows"), "url": "?", "current": not show}]
    for verdict in Verdict:
        if counts.get(verdict.value):
            label = f"{verdict.label} {counts[verdict.value]}"
            links.append({"label": label, "url": f"?show={verdict.value}", "current": show == verdict.value})
    return links


class ImportRowView(HouseView):
    """All cells of one row, to be corrected without another file."""

    allowed = staticmethod(rights.can_write)

    def get(self, request: HttpRequest, pk: int, line: int) -> HttpResponse:
        imported, row = self.row(request, pk, line)
        settings = services.settings_of(imported)
        fills = {place: key for key, place in settings.mapping.items()}
        labels = {target.key: target.label for target in services.importer_of(imported).targets}
        context = {
            "imported": imported,
            "row": row,
            "verdict": Verdict(row.verdict),
            "cells": [
                {
                    **_cell(row, place, heading or _("Column %(number)d") % {"number": place + 1}),
                    "fills": labels.get(fills[place], "") if place in fills else "",
                }
                for place, heading in enumerate(imported.headings)
            ],
            "is_mine": imported.actor_id == request.user.pk and imported.state == Import.State.CHECKED,
        }
        return render(request, "core/import_row.html", context)

    def post(self, request: HttpRequest, pk: int, line: int) -> HttpResponse:
        _own_import(request, pk)
        imported, _row = self.row(request, pk, line)
        if imported.state == Import.State.CHECKED and not services.is_busy(imported):
            cells = {place: text for place, text in _corrections(request).items() if place == str(line)}
            if services.answer(imported, decisions={}, corrections=cells):
                services.start(imported, services.CHECK_KIND)
        return see_other(request, reverse("imports:check", args=[pk]))

    def row(self, request: HttpRequest, pk: int, line: int) -> tuple[Import, ImportRow]:
        imported = _import_or_404(request, pk)
        row = imported.rows.filter(line=line).first()
        if row is None:
            raise Http404
        return imported, row


class ImportRejectsView(HouseView):
    """The rows that were left out, as a file that can be corrected and brought again."""

    allowed = staticmethod(rights.can_write)

    def get(self, request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
        imported = _import_or_404(request, pk)
        if imported.state == Import.State.COLUMNS or file_format not in rejects.FORMATS:
            raise Http404

        if file_format == "csv":
            # The pieces are few and made before the language of the request is gone.
            response = HttpResponse(b"".join(rejects.as_csv(imported)), content_type=CONTENT_TYPES["csv"])
        else:
            response = HttpResponse(rejects.as_xlsx(imported), content_type=CONTENT_TYPES["xlsx"])
        response["Content-Disposition"] = f'attachment; filename="left-out-{pk}.{file_format}"'
        response["Cache-Control"] = "no-store"
        return response
