"""A file on its way in: looked at, scanned, kept under a name that nobody guesses."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.documents import scanning
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.documents.kinds import Kind, clean_name, kind_of
from c2m2a_crm.core.models import DocumentVersion, Installation


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may come in: what it is, its name, size and sum, and what the scanner said."""

    file: Any
    kind: Kind
    name: str
    size: int
    sha256: str
    finding: scanning.Finding


def largest_mb() -> int:
    """The limit of the office, or that of the server where it is lower."""
    return min(Installation.current().document_max_mb, int(settings.UPLOAD_MAX_MB))


def check(file: Any) -> Checked:
    """Raises :class:`DocumentRefused` for what is too large, not allowed, or not clean."""
    limit = largest_mb()
    if file.size > limit * 1024**2:
        raise DocumentRefused(
            "file", _("The file is larger than %(size)d MB. Make it smaller or split it.") % {"size": limit}
        )
    kind = kind_of(file, file.name or "")
    finding = scanning.scan(file)
    if finding.state == DocumentVersion.Scan.INFECTED:
        raise DocumentRefused(
            "file",
            _("The virus scanner found “%(words)s” in this file. It was not kept. Tell your security officer.")
            % {"words": finding.words},
        )
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return Checked(file, kind, clean_name(file.name or "", kind), file.size, digest.hexdigest(), finding)


@contextmanager
def stored(checked: Checked) -> Iterator[str]:
    """The file under a name that nobody guesses; gone again where the rows cannot be written."""
    name = default_storage.save(f"documents/{timezone.now():%Y}/{secrets.token_hex(20)}", File(checked.file))
    try:
        yield name
    except BaseException:
        default_storage.delete(name)
        raise
