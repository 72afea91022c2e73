"""What goes with final records: a file that says of each what it is, with its checksum (SHA-256)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.models import Installation
from forums.models import Meeting

METADATA = "metadata.json"


@dataclass(frozen=True, slots=True)
class Record:
    """One file of the archive. ``version`` is that of what it shows: of the texts, or of the document."""

    name: str
    path: Path
    kind: str
    language: str
    version: int
    title_en: str
    title_fr: str
    created_at: datetime
    creator: str


def metadata(meeting: Meeting, records: list[Record], *, made_at: datetime, made_by: str) -> bytes:
    """JSON in UTF-8, the same for the same files and moment. Empty texts are told as empty, never left out."""
    initiative = meeting.forum.initiative
    told: dict[str, Any] = {
        "office": {language: localized(Installation.current(), "name", language).text for language in LANGUAGES},
        "forum": _pair(initiative, "name"),
        "meeting": {
            "number": meeting.number,
            "title": _pair(meeting, "title"),
            "date": meeting.day.isoformat(),
            "starts_at": meeting.starts_at.isoformat(),
            "zone": meeting.zone,
        },
        "made_at": made_at.isoformat(),
        "made_by": made_by,
        "files": [_file(record) for record in records],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode()


def _pair(row: Any, field: str) -> dict[str, str]:
    return {language: str(getattr(row, f"{field}_{language}")) for language in LANGUAGES}


def _file(record: Record) -> dict[str, Any]:
    with record.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "file": record.name,
        "kind": record.kind,
        "sha256": digest,
        "bytes": record.path.stat().st_size,
        "title": {"en": record.title_en, "fr": record.title_fr},
        "language": record.language,
        "version": record.version,
        "creator": record.creator,
        "created_at": record.created_at.isoformat(),
    }
