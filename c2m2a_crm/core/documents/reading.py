"""What happens to a file after it is kept: the scanner is asked again, and its text is read for the search."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import structlog
from django.db.models import F
from django.utils import timezone

from c2m2a_crm.core.documents import extraction, scanning
from c2m2a_crm.core.documents.kinds import BY_CONTENT_TYPE
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import DocumentVersion

log = structlog.get_logger(__name__)

Reading = DocumentVersion.Reading
Scan = DocumentVersion.Scan
# Of the process that reads; it ends itself before that where it can.
PATIENCE: Final = 30
_WITHOUT_TEXT: Final = frozenset({"png", "jpg"})
_SYSTEM: Final = "reader of documents"
# A task for it may be on its way until then.
_LOST_AFTER: Final = timedelta(minutes=2)
_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Found:
    reading: str
    text: str = ""
    pages: int | None = None


def take_in(version_id: int) -> None:
    """Scan a version that waits for the scanner, then read its text where that waits. Repeating it changes nothing."""
    version = DocumentVersion.objects.filter(pk=version_id).exclude(file="").first()
    if version is None:
        return
    if not version.file.storage.exists(version.file.name or ""):
        # Without this, one that was lost with a disk would keep those behind it from being read.
        log.error("file of a document is missing", version=version.pk)
        with recorded(None, system=_SYSTEM):
            DocumentVersion.objects.filter(pk=version.pk, reading=Reading.WAITING).update(reading=Reading.FAILED)
        return
    # Before the work and whatever comes of it: a file that ends its worker must not be the first one again.
    DocumentVersion.objects.filter(pk=version.pk).update(tried_at=timezone.now())
    if version.scan == Scan.WAITING:
        with version.file.open("rb") as file:
            finding = scanning.scan(file)
        if finding.state != version.scan or finding.words != version.scan_words:
            with recorded(None, system=_SYSTEM):
                DocumentVersion.objects.filter(pk=version.pk, scan=Scan.WAITING).update(
                    scan=finding.state, scan_words=finding.words
                )
            version.scan = finding.state
    if version.reading == Reading.WAITING and not version.is_held_back:
        found = read(version)
        with recorded(None, system=_SYSTEM):
            # Whatever was lawfully removed meanwhile has no file any more, and gets no text.
            DocumentVersion.objects.filter(pk=version.pk, reading=Reading.WAITING).exclude(file="").update(
                reading=found.reading, text=found.text, pages=found.pages
            )


def read(version: DocumentVersion) -> Found:
    """The text of a version. A file that cannot be read costs some seconds and is said to have none."""
    kind = BY_CONTENT_TYPE[version.content_type]
    if kind.key in _WITHOUT_TEXT:
        return Found(Reading.EMPTY)
    with version.file.open("rb") as file, NamedTemporaryFile(prefix="document-") as copy:
        for chunk in file.chunks():
            copy.write(chunk)
        copy.flush()
        return _read_apart(kind.key, Path(copy.name), version.pk)


def _read_apart(kind: str, path: Path, pk: int) -> Found:
    command = [sys.executable, "-I", "-B", str(Path(extraction.__file__)), kind, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=True, env={})  # noqa: S603  a fixed list of words and a path that we made, no shell
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        # What it wrote on the way may quote the file: only how it ended is told.
        log.warning("text of a document could not be read", version=pk, why=type(error).__name__)
        return Found(Reading.FAILED)
    if answer.get("locked"):
        return Found(Reading.LOCKED)
    text = str(answer["text"]).replace("\x00", "").encode("utf-8", "replace").decode()
    has_words = any(letter.isalnum() for letter in text)
    return Found(Reading.READ if has_words else Reading.EMPTY, text if has_words else "", answer["pages"])


def take_in_forgotten() -> int:
    """What no task has taken in: the broker was away, a worker was killed, the scanner did not answer.

    They take turns: a file that the scanner never gives a verdict on waits for ever, and must keep no other waiting.
    """
    waiting = DocumentVersion.objects.waiting().filter(uploaded_at__lt=timezone.now() - _LOST_AFTER)
    in_turn = waiting.order_by(F("tried_at").asc(nulls_first=True), "uploaded_at", "pk")
    keys = list(in_turn.values_list("pk", flat=True)[:_AT_ONCE])
    for pk in keys:
        take_in(pk)
    return len(keys)
