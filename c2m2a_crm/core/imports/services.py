"""An import from the file to the records: brought, checked as often as wanted, done once, as one operation.

Check and import are jobs; small files are done while the page is waited for. An import is one transaction: a worker
that dies in the middle leaves nothing behind, and the import can be started again.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import IO, Any, Final

from django.core.files.base import File
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from c2m2a_crm.core import jobs
from c2m2a_crm.core.disposal import held
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.imports import staging
from c2m2a_crm.core.imports.mapping import ImportSettings, headings_key
from c2m2a_crm.core.imports.planning import Planner
from c2m2a_crm.core.imports.rejects import is_report, report_headings, without_report
from c2m2a_crm.core.imports.tables import SourceRow, TableFile, open_table
from c2m2a_crm.core.imports.verdicts import LEFT_OUT, Judgement, RowRefused, Verdict
from c2m2a_crm.core.imports.workbooks import Unreadable
from c2m2a_crm.core.jobs import be_patient
from c2m2a_crm.core.models import Import, ImportMapping, ImportRow, Job, Operation
from c2m2a_crm.core.operations.acting import finish, summarize
from c2m2a_crm.core.registries import Importer, importers
from c2m2a_crm.core.sentences import Sentence

CHECK_KIND: Final = "import.check"
APPLY_KIND: Final = "import.apply"
# Files of so many rows are checked and imported at once; a job would make their person wait longer than the work.
AT_ONCE: Final = 300
QUESTIONS_KEPT: Final = 500
KEPT_FOR: Final = timedelta(days=90)
# Two imports at once would each make what the other is making; the second waits.
_LOCK: Final = 0x696D706F

Telling = Callable[[int, int, str], None]


def say_nothing(_done: int, _total: int, _step: str) -> None:
    """For callers who show no progress."""


class ImportRefused(Exception):
    """The import cannot go on as asked; ``str()`` says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an import. ``operation`` is None where there was nothing to do or a rule said no."""

    imported: Import
    operation: Operation | None

    def to_json(self) -> dict[str, Any]:
        return {
            "applied": self.operation is not None,
            "operation": self.operation.pk if self.operation else None,
            "rows": self.imported.counts["rows"],
            self.imported.kind: self.imported.counts["records"],
            "notes": self.imported.notes,
        }


def importer_of(imported: Import) -> Importer:
    return importers[imported.kind]


def settings_of(imported: Import) -> ImportSettings:
    return ImportSettings.from_json(imported.settings)


@contextlib.contextmanager
def table_of(imported: Import) -> Iterator[TableFile]:
    """The file, looked through as its settings read it."""
    settings = settings_of(imported)
    with imported.file.open("rb") as file:
        yield open_table(file.file, encoding=settings.encoding, delimiter=settings.delimiter)


# --- Bringing a file, choosing columns ------------------------------------------------------------------------------


def begin_import(*, actor: Any, kind: str, file: File[bytes]) -> Import:
    """Keep the file and guess what its columns mean.

    Raises :class:`ImportRefused` and ``Unreadable`` before anything is kept.
    """
    _require(importers[kind], actor)
    name = (file.name or "file").replace("\x00", "")[-120:]
    table = open_table(_seekable(file))
    imported = Import(kind=kind, actor=actor if actor is not None and actor.pk else None, file_name=name)
    _take_over(imported, table)
    file.seek(0)
    imported.file.save(name, file, save=False)
    imported.save()
    return imported


def _require(importer: Importer, actor: Any) -> None:
    if not importer.allowed(actor):
        raise ImportRefused(_("You may not import these."))


def _seekable(file: File[bytes]) -> IO[bytes]:
    inner: Any = file.file
    return inner if hasattr(inner, "seekable") else file


def _take_over(imported: Import, table: TableFile) -> None:
    """What is known of the file now; a choice made before for such headings wins over a guess."""
    headings = without_report(table.headers)
    imported.file_format = table.file_format
    imported.headings = list(headings)
    imported.samples = table.samples[: len(headings)]
    imported.row_count = table.row_count
    imported.notes = list(table.notes)
    settings = _remembered(imported) or importer_of(imported).guess(headings)
    imported.settings = replace(settings, encoding=table.encoding, delimiter=table.delimiter).to_json()


def _remembered(imported: Import) -> ImportSettings | None:
    """What this person chose last for these headings, else what anybody in the office chose last."""
    kept = ImportMapping.objects.filter(kind=imported.kind, headings_key=headings_key(imported.headings))
    own = kept.filter(actor_id=imported.actor_id).first() if imported.actor_id else None
    found = own or kept.order_by("-used_at", "-pk").first()
    return ImportSettings.from_json(found.settings) if found else None


def is_remembered(imported: Import) -> bool:
    return _remembered(imported) is not None


def read_again(imported: Import, *, encoding: str, delimiter: str) -> None:
    """Read the file with another encoding or separator. Raises ``Unreadable`` and changes nothing."""
    with imported.file.open("rb") as file:
        table = open_table(file.file, encoding=encoding, delimiter=delimiter)
    _take_over(imported, table)
    imported.state = Import.State.COLUMNS
    imported.save()


def choose_columns(imported: Import, settings: ImportSettings) -> None:
    """Keep what a person chose, for this file and for the next one with the same headings."""
    imported.settings = settings.to_json()
    imported.state = Import.State.COLUMNS
    imported.save(update_fields=["settings", "state"])
    if imported.actor_id:
        ImportMapping.objects.update_or_create(
            kind=imported.kind,
            headings_key=headings_key(imported.headings),
            actor_id=imported.actor_id,
            defaults={"settings": replace(settings, decisions={}, corrections={}).to_json()},
        )


def answer(imported: Import, *, decisions: Mapping[str, str], corrections: Mapping[str, Mapping[str, str]]) -> bool:
    """Keep decisions that were offered, and corrected cells; True where a cell changed, so that rows must be judged
    anew.
    """
    settings = settings_of(imported)
    offered = {question["key"]: {value for value, _words in question["choices"]} for question in imported.questions}
    kept = dict(settings.decisions)
    kept |= {key: value for key, value in decisions.items() if value in offered.get(key, ())}
    cells = {line: dict(columns) for line, columns in settings.corrections.items()}
    rows = {str(row.line): row for row in imported.rows.filter(line__in=[int(line) for line in corrections])}
    changed = False
    for line, columns in corrections.items():
        for place, text in columns.items():
            row = rows.get(line)
            text = _plain(text)  # a browser sends its own ends of lines
            if row is None or int(place) >= len(row.cells) or _plain(row.cells[int(place)]) == text:
                continue
            cells.setdefault(line, {})[place] = text
            changed = True
    imported.settings = replace(settings, decisions=kept, corrections=cells).to_json()
    imported.save(update_fields=["settings"])
    return changed


def _plain(text: str) -> str:
    return "\n".join(text.replace("\x00", "").splitlines())


# --- Jobs -----------------------------------------------------------------------------------------------------------


def is_busy(imported: Import) -> bool:
    return imported.job is not None and imported.job.state in {Job.State.WAITING, Job.State.RUNNING}


def start(imported: Import, kind: str) -> Job:
    """Check or import, at once or by a worker; what runs already is not started again.

    One person's two tabs are told apart by the lock on the row.
    """
    with transaction.atomic():
        locked = Import.objects.select_for_update(of=("self",)).get(pk=imported.pk)
        if locked.job is not None and is_busy(locked):
            return locked.job
        job = jobs.prepare_job(
            actor=imported.actor,
            kind=kind,
            title=_("Check: %(file)s") % {"file": imported.file_name}
            if kind == CHECK_KIND
            else _("Import: %(file)s") % {"file": imported.file_name},
            parameters={"import": imported.pk, "page": reverse("imports:check", args=[imported.pk])},
        )
        Import.objects.filter(pk=imported.pk).update(job=job)
        at_once = imported.row_count <= AT_ONCE
        if at_once:
            Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING)
        else:
            jobs.queue_job(job)
    if at_once:
        with contextlib.suppress(Exception):  # what went wrong stands in the job, which the page shows
            jobs.run(job.pk)
    imported.refresh_from_db()
    return job


def _telling(job: Job) -> Telling:
    return lambda done, total, step: jobs.progress(job, done=done, total=total, step=step)


@jobs.runner(CHECK_KIND)
def run_check(job: Job) -> dict[str, Any]:
    imported = Import.objects.get(pk=job.parameters["import"])
    try:
        check(imported, actor=job.actor, tell=_telling(job))
    except (Unreadable, ImportRefused) as refused:
        raise jobs.JobError(str(refused)) from refused
    return dict(imported.counts)


@jobs.runner(APPLY_KIND)
def run_import(job: Job) -> dict[str, Any]:
    """Everything or nothing is written: the job is one transaction."""
    imported = Import.objects.get(pk=job.parameters["import"])
    try:
        outcome = apply(imported, actor=job.actor, tell=_telling(job))
    except (Unreadable, ImportRefused) as refused:
        raise jobs.JobError(str(refused)) from refused
    job.operation = outcome.operation
    return outcome.to_json()


# --- Checking -------------------------------------------------------------------------------------------------------


def check(imported: Import, *, actor: Any, tell: Telling = say_nothing) -> None:
    """Read every row, find what is on file, and keep what would happen. Writes no record."""
    importer = importer_of(imported)
    _require(importer, actor)
    settings = settings_of(imported)
    problems = importer.problems(settings)
    if problems:
        raise ImportRefused(problems[0][1])
    with transaction.atomic(), table_of(imported) as table:
        be_patient()
        planner = importer.planner(actor, settings, imported.headings)
        imported.row_count = table.row_count
        _stage(imported, importer, planner, table, settings, tell)
        _judge_all(imported, planner, tell)
        imported.notes = [*table.notes, *planner.notes()]
        imported.questions = [asdict(question) for question in islice(planner.questions(), QUESTIONS_KEPT)]
        _count(imported, planner)
        imported.state = Import.State.CHECKED
        imported.check_number += 1
        imported.has_changed = False
        imported.save()


def _count(imported: Import, planner: Planner) -> None:
    rows = staging.row_counts(imported)
    imported.counts = {
        "rows": {"read": sum(rows.values()), **rows},
        "records": dict(planner.counts())
        or {name: number for name, number in rows.items() if name != Verdict.REJECTED.value},
    }


def _stage(
    imported: Import,
    importer: Importer,
    planner: Planner,
    table: TableFile,
    settings: ImportSettings,
    tell: Telling,
) -> None:
    imported.rows.all().delete()
    dropped = len(report_headings()) if is_report(table.headers) else 0
    width = len(imported.headings)
    named_by = [settings.mapping[key] for key in importer.named_by if settings.mapping.get(key, width) < width]
    done = 0
    for chunk in staging.chunks(table.rows()):
        tell(done, table.row_count, _("Reading the rows"))
        staging.keep_rows(
            imported,
            [_read(planner, _as_corrected(row, settings, width, dropped), width, named_by) for row in chunk],
        )
        done += len(chunk)


def _as_corrected(row: SourceRow, settings: ImportSettings, width: int, dropped: int) -> SourceRow:
    cells = [cell.replace("\x00", "") for cell in (*row.cells[:width], *row.cells[width + dropped :])]
    for place, text in settings.corrections.get(str(row.line), {}).items():
        cells[int(place)] = text
    return SourceRow(row.line, tuple(cells))


def _read(planner: Planner, row: SourceRow, width: int, named_by: Sequence[int]) -> ImportRow:
    kept = ImportRow(line=row.line, cells=list(row.cells), verdict=Verdict.NEW.value)
    try:
        if any(cell.strip() for cell in row.cells[width:]):
            raise RowRefused(
                _(
                    "This row has more cells than the heading row."
                    " Put quotation marks around cells that hold the separator."
                )
            )
        parsed = planner.parse(row)
    except RowRefused as refused:
        kept.verdict = Verdict.REJECTED.value
        kept.sentences = [refused.sentence]
        kept.faults = list(refused.faults)
        kept.names = " ".join(filter(None, (row.cells[place].strip() for place in named_by)))[:500]
    else:
        kept.data = parsed.data
        kept.sentences = parsed.sentences
    return kept


def _judge_all(imported: Import, planner: Planner, tell: Telling) -> None:
    total = imported.row_count
    tell(0, total, _("Comparing with what is on file"))
    planner.prepare(staging.usable_rows(imported))
    done = 0
    for chunk in staging.chunks(staging.usable_rows(imported)):
        tell(done, total, _("Comparing with what is on file"))
        staging.note_judgements(imported, planner.judge(chunk))
        done += len(chunk)


# --- Importing ------------------------------------------------------------------------------------------------------


class _Changed(Exception):
    """What would happen is no longer what was looked at."""


class _Stopped(Exception):
    """All or nothing was asked for, and it is not all."""


def apply(imported: Import, *, actor: Any, tell: Telling = say_nothing) -> Outcome:
    """Do what the last check said, with the decisions made since.

    The comparison is made anew inside the transaction. Where it comes out otherwise than the check that was looked at,
    nothing is written, and the rows are judged again for another look (``has_changed``).
    """
    importer = importer_of(imported)
    if imported.state != Import.State.CHECKED:
        raise ImportRefused(_("Check the rows first."))
    _require(importer, actor)
    try:
        with recorded(actor):
            be_patient()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            operation = _write_all(imported, importer, actor, tell)
    except _Changed:
        check(imported, actor=actor, tell=tell)
        imported.has_changed = True
        imported.save(update_fields=["has_changed"])
        return Outcome(imported, None)
    except _Stopped:
        operation = None
    imported.operation = operation
    imported.state = Import.State.DONE
    imported.finished_at = timezone.now()
    imported.save()
    return Outcome(imported, operation)


def _write_all(imported: Import, importer: Importer, actor: Any, tell: Telling) -> Operation | None:
    settings = settings_of(imported)
    planner = importer.planner(actor, settings, imported.headings)
    if settings.all_or_nothing and imported.counts["rows"][Verdict.REJECTED.value]:
        raise _Stopped
    tell(0, imported.row_count, _("Comparing with what is on file"))
    planner.prepare(staging.usable_rows(imported))
    operation = Operation.objects.create(
        kind=f"import.{imported.kind}",
        summary=imported.file_name,
        actor_id=actor.pk,
        details={"file": imported.file_name, "sha256": _digest(imported), "settings": settings.to_json()},
    )
    wrote = False
    done = 0
    with recorded(actor, operation=operation, reason=_("Import of %(file)s") % {"file": imported.file_name}):
        for chunk in staging.chunks(staging.usable_rows(imported)):
            tell(done, imported.row_count, _("Writing records"))
            judgements = planner.judge(chunk)
            _compare(imported, judgements, settings)
            writable = [told for told in judgements if told.verdict in {Verdict.NEW, Verdict.UPDATED}]
            if writable:
                wrote = True
                planner.write(judgements, operation)
            done += len(chunk)
    _count(imported, planner)
    if not wrote:
        operation.delete()
        return None
    summarize(operation, _summary(imported))
    operation.details["records"] = imported.counts["records"]
    finish(operation)
    return operation


def _compare(imported: Import, judgements: Sequence[Judgement], settings: ImportSettings) -> None:
    """Whether these rows come out as they did when a person looked at them; a decision made since is no surprise."""
    seen = staging.fates_of(imported, [told.line for told in judgements])
    differing = []
    for told in judgements:
        verdict, target, question = seen[told.line]
        is_next_question = told.question != question and question in settings.decisions
        if (told.verdict.value, told.target) == (verdict, target) and not is_next_question:
            continue
        is_decided = verdict == Verdict.DECISION.value and question in settings.decisions
        if not is_decided or told.verdict == Verdict.DECISION:  # or there is another question to look at
            raise _Changed
        differing.append(told)
    if settings.all_or_nothing and any(told.verdict in LEFT_OUT - {Verdict.SKIPPED} for told in judgements):
        raise _Stopped
    if differing:
        staging.note_judgements(imported, differing)


def _summary(imported: Import) -> Sentence:
    pair = gettext_noop("%(label)s: %(value)s")
    labels = {Verdict.NEW: gettext_noop("New"), Verdict.UPDATED: gettext_noop("Updated")}
    counts = [
        Sentence(pair, {"label": Sentence(labels[Verdict(name)]), "value": number})
        for name, number in imported.counts["records"].items()
        if number and name in labels
    ]
    return Sentence(pair, {"label": imported.file_name, "value": counts})


def _digest(imported: Import) -> str:
    with imported.file.open("rb") as file:
        return hashlib.file_digest(file.file, "sha256").hexdigest()


def forget_old() -> int:
    """Take away files and rows of imports after :data:`KEPT_FOR`: copies that nobody needs any more are only a risk.

    What a legal hold keeps stays until it is released.
    """
    old = Import.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).exclude(file="")
    forgotten = 0
    for imported in old.order_by("pk")[:100]:
        rows = list(imported.rows.values_list("pk", flat=True))
        if held([(Import, [imported.pk]), (ImportRow, rows)]):
            continue
        imported.rows.all().delete()
        imported.file.delete(save=False)
        imported.questions, imported.samples = [], []
        imported.save(update_fields=["file", "questions", "samples"])
        forgotten += 1
    return forgotten
