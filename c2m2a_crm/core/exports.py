"""Files that leave the product: the columns and rows of a list as CSV, XLSX or PDF, with who, when and which filter.

A spreadsheet program takes a cell that begins with ``=`` for a formula. In CSV such cells get an apostrophe in front,
which :func:`restore` (used by ``core.imports``) takes away again, and nothing else: export then import is identity. In
XLSX text cells carry their type, so nothing is changed there.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import NoneType
from typing import IO, Any, Final

import structlog
import xlsxwriter
from django.core.files import File
from django.db import DatabaseError, transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from c2m2a_crm.core import jobs, typed_words
from c2m2a_crm.core.actor import Actor, without_circles
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Column, ListState, Plain, list_sentence
from c2m2a_crm.core.models import AuditEvent, Installation, Job
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.registries import ExportableList, exportable_lists

log = structlog.get_logger(__name__)

FORMATS: Final = ("csv", "xlsx", "pdf")
# Of lists whose rows can be cards of an address book, with the version of the standard.
CARD_VERSIONS: Final = {"vcard-4": "4.0", "vcard-3": "3.0"}
JOB_KIND: Final = "export_list"
FILES_LAST: Final = timedelta(days=7)
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    **dict.fromkeys(CARD_VERSIONS, "text/vcard; charset=utf-8"),
}
# What a format is called where it is offered, and its picture.
FORMAT_WORDS: Final = {
    "csv": {"key": "csv", "label": gettext_lazy("CSV file"), "icon": "file-text"},
    "xlsx": {"key": "xlsx", "label": gettext_lazy("Excel workbook"), "icon": "file-spreadsheet"},
    "pdf": {"key": "pdf", "label": gettext_lazy("PDF"), "icon": "file-type-pdf"},
    "vcard-4": {"key": "vcard-4", "label": gettext_lazy("vCards 4.0"), "icon": "user"},
    "vcard-3": {"key": "vcard-3", "label": gettext_lazy("vCards 3.0, for older programs"), "icon": "user"},
}
# The line with which the last lines of our CSV files begin; the importer knows them by it.
FOOTER_MARK: Final = "# C2M2A CRM"
XLSX_ROWS: Final = 1_048_576 - 1
XLSX_CELL: Final = 32_767
# Rows read at a time: as records, which are large, or as plain values, of which more cost fewer questions; and rows
# written at a time.
_RECORDS = 2000
_VALUES = 25_000
_WRITTEN = 1000
# A cell that a spreadsheet program may run: spaces, control and invisible characters in front do not disarm it, and
# programs set to an Asian language take the full-width signs for the plain ones.
_INVISIBLE = r"\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_RUNS: Final = re.compile(rf"'*(?:[{_INVISIBLE}]*[=+\-@＝＋－＠]|[\t\r\n])")

# What a CSV file carries as it is (a day is written the ISO way), and what it carries once it was looked at.
_HARMLESS: Final = frozenset({int, float, date, NoneType})
_WORDS: Final = frozenset({str, NoneType})


class UnknownList(LookupError):
    """No list of that name can be exported."""


class StreamBroken(RuntimeError):
    """The rows ended before their end; the file says so in its last line."""


def neutralise(text: str) -> str:
    """The text as a CSV cell that no spreadsheet program runs."""
    return f"'{text}" if _RUNS.match(text) else text


def restore(cell: str) -> str:
    """What :func:`neutralise` was given. Other cells, also with an apostrophe in front, stay as they are."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell[1:]) else cell


def as_text(value: Any) -> str:
    """A value as a text file carries it: dates the ISO way in the office's time zone, lists with semicolons."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case datetime():
            return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case list() | tuple() | set() | frozenset():
            return "; ".join(as_text(item) for item in value)
        case _:
            return str(value)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file says of itself: who took it out, when, from which list, under which filter and in which language.

    ``filter_for_others`` is the filter as the audit tells it: without the names of what was confided to a circle, and
    without the words by which somebody found it.
    """

    list_key: str
    title: str
    office: str
    who: str
    at: datetime
    filter_words: str
    notes: Sequence[tuple[str, str]] = ()
    purpose: str = ""
    filter_for_others: str = ""

    def lines(self, rows: int, *, complete: bool, notes: Sequence[str] = ()) -> list[tuple[str, str]]:
        said = [
            (_("List"), self.title),
            (_("Exported by"), self.who),
            (_("Exported at"), as_text(self.at)),
            (_("Filter"), self.filter_words or _("none")),
            *([(_("What it is for"), self.purpose)] if self.purpose else []),
            *self.notes,
            (_("Rows"), str(rows)),
        ]
        said += [(_("Note"), note) for note in notes]
        if not complete:
            said.append((_("Incomplete"), _("The file ends before its end. Export it again.")))
        return said


def provenance_of(entry: ExportableList, state: ListState, actor: Actor, purpose: str = "") -> Provenance:
    words = list_sentence(entry.label, state) if state.is_filtered else ""
    return Provenance(
        list_key=entry.key,
        title=str(entry.label),
        office=Installation.current().name,
        who=str(actor),
        at=timezone.now(),
        filter_words=words,
        notes=entry.notes(state),
        purpose=purpose,
        filter_for_others=_for_others(entry, state, actor, words),
    )


def _for_others(entry: ExportableList, state: ListState, actor: Actor, words: str) -> str:
    """The words of the filter for somebody of the same roles and in no circle: what they may not choose has no name,
    and what was typed to find rows that they may not know of is left out.
    """
    if not words:
        return ""
    anybody = without_circles(actor)
    others = entry.state(request_for(anybody, state.query_string))
    told = as_chosen = list_sentence(entry.label, others)
    if not typed_words.may_be_told(state, others):
        query = typed_words.without_typed(state, state.query_string)
        told = list_sentence(entry.label, entry.state(request_for(anybody, query)))
    return told if as_chosen == words else _("%(words)s, and by what was confided to a circle") % {"words": told}


class Rows:
    """The rows of a list, read with a server-side cursor; ``count`` tells how many were given.

    They come some thousand at a time and column by column: each question to the database is asked once for all of them,
    and what is done to a value costs no call for each cell. Records are made only where a column needs them.
    """

    def __init__(self, state: ListState, actor: Actor) -> None:
        self.columns: Sequence[Column] = state.file_columns
        self.count = 0
        self._queryset = state.ordered.for_list()  # type: ignore[attr-defined]  # HouseQuerySet
        self.actor = actor

    def records(self) -> Iterator[list[Any]]:
        """The records themselves, some thousand at a time; a chunk counts once the next one is asked for."""
        records = self._queryset.iterator(chunk_size=_RECORDS)
        while chunk := list(islice(records, _RECORDS)):
            yield chunk
            self.count += len(chunk)

    @property
    def labels(self) -> list[str]:
        return [str(column.label) for column in self.columns]

    def chunks(self) -> Iterator[list[Sequence[Any]]]:
        """The values of some thousand rows, a sequence for each column."""
        plains = [column.plain for column in self.columns if column.plain]
        return self._values(plains) if len(plains) == len(self.columns) else self._records()

    def _records(self) -> Iterator[list[Sequence[Any]]]:
        records = self._queryset.iterator(chunk_size=_RECORDS)
        while chunk := list(islice(records, _RECORDS)):
            asked = {column.batch: column.batch(self.actor, chunk) for column in self.columns if column.batch}
            keys = [record.pk for record in chunk]
            columns: list[Sequence[Any]] = [
                list(map(column.value, chunk, map(asked[column.batch].get, keys)))
                if column.batch
                else list(map(column.value, chunk))
                for column in self.columns
            ]
            self.count += len(chunk)
            yield columns

    def _values(self, plains: Sequence[Plain]) -> Iterator[list[Sequence[Any]]]:
        names = list(dict.fromkeys(["pk", *(name for plain in plains for name in plain.fields)]))
        rows = self._queryset.values_list(*names).iterator(chunk_size=_VALUES)
        while some := list(islice(rows, _VALUES)):
            self.count += len(some)
            read: dict[str, Sequence[Any]] = dict(zip(names, zip(*some, strict=True), strict=True))
            del some  # thousands of rows, of which the next are about to be read
            yield self._columns(plains, read)
            del read

    def _columns(self, plains: Sequence[Plain], read: dict[str, Sequence[Any]]) -> list[Sequence[Any]]:
        keys = read["pk"]
        asked = {
            lookup: list(map(lookup(self.actor, self._queryset.model, keys).get, keys))
            for lookup in dict.fromkeys(plain.lookup for plain in plains if plain.lookup)
        }
        columns: list[Sequence[Any]] = []
        for plain in plains:
            values = [read[name] for name in plain.fields]
            if plain.lookup:
                values.append(asked[plain.lookup])
            columns.append(list(map(plain.made, *values)) if plain.made else values[0])
        return columns


def csv_pieces(
    rows: Rows, provenance: Provenance, *, bom: bool, finished: Callable[[int, bool], None]
) -> Generator[bytes, None, None]:
    """The file in pieces of some hundred rows.

    ``finished`` is called once with the number of rows and whether they are all: also when the reader goes away or the
    database breaks off, in which case the last line says that the file is incomplete.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")

    def taken() -> bytes:
        piece = buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()
        return piece

    def footer(*, complete: bool) -> bytes:
        # One cell on each line, so that a program that knows nothing of them still shows readable last lines.
        lines = provenance.lines(rows.count, complete=complete)
        writer.writerow([f"{FOOTER_MARK} · {provenance.office}"])
        writer.writerows([f"# {label}: {' '.join(value.split())}"] for label, value in lines)
        return taken()

    complete = False
    try:
        if bom:
            buffer.write("\ufeff")
        writer.writerow([neutralise(label) for label in rows.labels])
        for columns in rows.chunks():
            cells = zip(*map(_csv_cells, columns), strict=True)
            while some := list(islice(cells, _WRITTEN)):
                writer.writerows(some)
                if buffer.tell() > 65_536:
                    yield taken()
        yield footer(complete=True)
        complete = True
    except (GeneratorExit, jobs.JobStopped):  # nobody is left to read a last line
        raise
    except Exception as error:
        log.exception("export broke off", list=provenance.list_key, rows=rows.count)
        yield taken() + footer(complete=False)
        raise StreamBroken from error
    finally:
        finished(rows.count, complete)


def _csv_cells(values: Sequence[Any]) -> Sequence[Any]:
    """Numbers stay numbers: only text can be taken for a formula, and none that begins with a letter or a digit."""
    kinds = set(map(type, values))
    if kinds <= _HARMLESS:
        return values
    if kinds <= _WORDS:
        return [text if not text or text[0].isalnum() else neutralise(text) for text in values]
    return [value if type(value) in _HARMLESS else neutralise(as_text(value)) for value in values]


def write_xlsx(target: IO[bytes], rows: Rows, provenance: Provenance) -> None:
    """The rows on the first sheet, what the file says of itself on the second. Memory stays flat."""
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet(_sheet_name(provenance.title))
    about = book.add_worksheet(_("About this file"))
    sheet.freeze_panes(1, 0)
    for place, label in enumerate(rows.labels):
        sheet.set_column(place, place, 24)
        sheet.write_string(0, place, label, heading)
    notes: list[str] = []
    cut = 0
    every = (values for columns in rows.chunks() for values in zip(*columns, strict=True))
    for number, values in enumerate(every, start=1):
        if number > XLSX_ROWS:
            rows.count = number - 1
            notes.append(_("A sheet holds no more rows; export as CSV to have them all."))
            break
        for place, value in enumerate(values):
            if isinstance(value, datetime):
                local = timezone.localtime(value) if timezone.is_aware(value) else value
                sheet.write_datetime(number, place, local.replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(number, place, datetime(value.year, value.month, value.day))  # noqa: DTZ001  a day has no time zone
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(number, place, value)
            else:
                text = as_text(value)
                if len(text) > XLSX_CELL:
                    cut += 1
                    mark = _("[cut]")
                    text = f"{text[: XLSX_CELL - len(mark) - 1]} {mark}"
                if text:
                    sheet.write_string(number, place, text)
    if cut:
        notes.append(
            _("%(count)d cells were longer than a sheet allows and are cut; CSV has them whole.") % {"count": cut}
        )
    about.set_column(0, 0, 24)
    about.set_column(1, 1, 80)
    said = [(FOOTER_MARK, provenance.office), *provenance.lines(rows.count, complete=not notes, notes=notes)]
    for place, (label, value) in enumerate(said):
        about.write_string(place, 0, label, heading)
        about.write_string(place, 1, value)
    book.close()


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "1"


def list_entry(list_key: str) -> ExportableList:
    entry = exportable_lists.get(list_key)
    if entry is None:
        raise UnknownList(list_key)
    return entry


def formats_of(entry: ExportableList | None) -> tuple[str, ...]:
    """The formats in which the list leaves."""
    return (*FORMATS, *CARD_VERSIONS) if entry is not None and entry.cards else FORMATS


def file_name(entry: ExportableList, file_format: str, at: datetime) -> str:
    suffix = "vcf" if file_format in CARD_VERSIONS else file_format
    return f"{entry.key}-{timezone.localtime(at):%Y-%m-%d-%H%M}.{suffix}"


def audited(actor: Actor, provenance: Provenance, file_format: str) -> Callable[[int, bool], None]:
    """Note now that the list is being carried away, and give the function that notes how it ended.

    Two rows, for one alone would be missing when the process dies on the way, or would not know how many rows left.
    """
    return _ending(actor, provenance, file_format, _note_start(actor, provenance, file_format))


def _note_start(actor: Actor, provenance: Provenance, file_format: str) -> int:
    details = _details(provenance, file_format)
    event = AuditEvent.objects.create(
        actor_id=actor.pk, verb="list.export_started", details={**details, "who": provenance.who}
    )
    return event.pk


def _details(provenance: Provenance, file_format: str) -> dict[str, str]:
    details = {"list": provenance.list_key, "format": file_format, "filter": provenance.filter_for_others}
    return {**details, "purpose": provenance.purpose} if provenance.purpose else details


def _ending(actor: Actor, provenance: Provenance, file_format: str, started: int) -> Callable[[int, bool], None]:
    details = _details(provenance, file_format)

    def finished(rows: int, complete: bool) -> None:
        try:
            with transaction.atomic():
                AuditEvent.objects.create(
                    actor_id=actor.pk,
                    verb="list.exported" if complete else "list.export_broke_off",
                    details={**details, "who": provenance.who, "rows": rows, "started": started},
                )
        except DatabaseError:
            if complete:  # a file that cannot be accounted for is not handed over
                raise
            log.exception("end of an export not noted", list=provenance.list_key, rows=rows)

    return finished


def stream_csv(
    entry: ExportableList, state: ListState, actor: Actor, *, bom: bool = True, purpose: str = ""
) -> Iterator[bytes]:
    """The list as CSV, audited, while it is being read."""
    provenance = provenance_of(entry, state, actor, purpose)
    finished = audited(actor, provenance, "csv")
    return _in_language(csv_pieces(Rows(state, actor), provenance, bom=bom, finished=finished))


def _in_language(pieces: Generator[bytes, None, None]) -> Iterator[bytes]:
    """Streaming goes on after the request's language is gone; each piece is made in the reader's own."""
    language = reader_language()

    def made() -> Iterator[bytes]:
        try:
            while True:
                with override(language):
                    piece = next(pieces, None)
                if piece is None:
                    return
                yield piece
        finally:
            pieces.close()

    return made()


def stored_file(
    entry: ExportableList, state: ListState, actor: Actor, file_format: str, *, purpose: str = ""
) -> IO[bytes]:
    """The list as XLSX or PDF, audited, in a temporary file that is gone when it is closed.

    Raises ``core.pdf.PdfError`` where a PDF cannot be made.
    """
    provenance = provenance_of(entry, state, actor, purpose)
    finished = audited(actor, provenance, file_format)
    rows = Rows(state, actor)
    target = NamedTemporaryFile(suffix=f".{file_format}")  # noqa: SIM115  the response or job that sends it closes it
    complete = False
    try:
        _write(target, file_format, entry, state, rows, provenance)
        complete = True
    finally:
        finished(rows.count, complete)
    target.seek(0)
    return target


def _write(
    target: IO[bytes],
    file_format: str,
    entry: ExportableList,
    state: ListState,
    rows: Rows,
    provenance: Provenance,
) -> None:
    from c2m2a_crm.core.export_papers import write_pdf  # it imports this module

    if file_format in CARD_VERSIONS:
        _write_cards(target, entry, rows, file_format)
    elif file_format == "pdf":
        write_pdf(target, entry, state, rows, provenance)
    else:
        write_xlsx(target, rows, provenance)


def _write_cards(target: IO[bytes], entry: ExportableList, rows: Rows, file_format: str) -> None:
    """Cards and nothing else: who took them out, when and what for stands in the audit alone."""
    for chunk in rows.records():
        for card in entry.cards(rows.actor, chunk, file_format) if entry.cards else ():
            target.write(card.encode("utf-8", "replace"))


def request_for(actor: Any, query: str, path: str = "/") -> HttpRequest:
    """A list's address outside a web request: for jobs and commands."""
    request = HttpRequest()
    request.method = "GET"
    request.path = path
    request.GET = QueryDict(query)
    request.user = actor
    return request


def write_file(
    entry: ExportableList,
    actor: Any,
    *,
    query: str,
    file_format: str,
    target: Path,
    bom: bool = False,
    purpose: str = "",
) -> int:
    """Write the list into ``target`` and give the number of rows. The folder must exist."""
    state = entry.state(request_for(actor, query))
    partial = target.with_name(f"{target.name}.partial")
    provenance = provenance_of(entry, state, actor, purpose)
    noted = audited(actor, provenance, file_format)
    rows = Rows(state, actor)
    if file_format == "csv":
        with partial.open("wb") as file:
            file.writelines(csv_pieces(rows, provenance, bom=bom, finished=noted))
    else:
        complete = False
        try:
            with partial.open("wb") as file:
                _write(file, file_format, entry, state, rows, provenance)
            complete = True
        finally:
            noted(rows.count, complete)
    partial.replace(target)
    return rows.count


def may_carry_away(actor: Any, job: Job) -> bool:
    """Whether the person may have what the job's list held: asked when the work runs and each time it is fetched."""
    return job.kind != JOB_KIND or list_entry(job.parameters["list"]).allowed(actor)


def note_start_of(job: Job) -> None:
    """Before the work, whose transaction would take the note away with itself when it breaks off."""
    if not may_carry_away(job.actor, job):
        raise jobs.JobError(_("You may no longer export this list."))
    entry = list_entry(job.parameters["list"])
    state = entry.state(request_for(job.actor, job.parameters["query"]))
    provenance = provenance_of(entry, state, job.actor, job.parameters.get("purpose", ""))
    job.parameters["started"] = _note_start(job.actor, provenance, job.parameters["format"])


@jobs.runner(JOB_KIND, before=note_start_of)
def run_export(job: Job) -> dict[str, Any]:
    """A stored export. The rights are those of the person at the time when the work runs, not when it was asked for."""
    entry = list_entry(job.parameters["list"])
    file_format = job.parameters["format"]
    state = entry.state(request_for(job.actor, job.parameters["query"]))
    provenance = provenance_of(entry, state, job.actor, job.parameters.get("purpose", ""))
    finished = _ending(job.actor, provenance, file_format, job.parameters["started"])
    rows = _Watched(state, job.actor, job)
    with NamedTemporaryFile(suffix=f".{file_format}") as target:
        if file_format == "csv":
            target.writelines(csv_pieces(rows, provenance, bom=True, finished=finished))
        else:
            try:
                _write(target, file_format, entry, state, rows, provenance)
            except PdfError as error:
                raise jobs.JobError(str(error)) from error
            finished(rows.count, True)
        target.seek(0)
        job.result_file.save(file_name(entry, file_format, provenance.at), File(target), save=False)
    return {"rows": rows.count}


def delete_old_files() -> int:
    """Delete what jobs made after :data:`FILES_LAST`: a copy that nobody needs any more is only a risk."""
    old = Job.objects.filter(finished_at__lt=timezone.now() - FILES_LAST).exclude(result_file="")
    deleted = 0
    for job in old.order_by("pk")[:100]:
        job.result_file.delete(save=False)
        job.save(update_fields=["result_file"])
        deleted += 1
    return deleted


class _Watched(Rows):
    """Rows that tell a job how far they are."""

    def __init__(self, state: ListState, actor: Actor, job: Job) -> None:
        super().__init__(state, actor)
        self._job = job
        self._total = state.ordered.count()

    def chunks(self) -> Iterator[list[Sequence[Any]]]:
        for columns in super().chunks():
            self._tell()
            yield columns

    def records(self) -> Iterator[list[Any]]:
        for chunk in super().records():
            self._tell()
            yield chunk

    def _tell(self) -> None:
        jobs.progress(self._job, done=self.count, total=self._total, step=_("Writing rows"))
