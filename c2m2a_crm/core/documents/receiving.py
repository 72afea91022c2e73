"""What strangers send by public forms: looked at, kept for the secretariat, and let go with what it came with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.background import after_commit
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.documents.files import Checked, check, largest_mb, stored
from c2m2a_crm.core.documents.kinds import allowed_in_words, kind_of
from c2m2a_crm.core.documents.services import SIDES, home_of
from c2m2a_crm.core.models import Document, DocumentVersion
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today

MOST_FILES: Final = 5
MOST_MB: Final = 10
# All the files of one form together; the server may allow less.
MOST_MB_IN_ALL: Final = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent; ``is_confidential`` is what they say of it."""

    file: Any
    is_confidential: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the store under ``name``, without a row yet."""

    checked: Checked
    name: str
    is_confidential: bool


def largest_file_mb() -> int:
    """The limit of each file; the office or the server may allow less than a public form does."""
    return min(MOST_MB, largest_mb())


def largest_form_mb() -> int:
    return min(MOST_MB_IN_ALL, int(settings.UPLOAD_MAX_MB))


def limits_in_words() -> str:
    return _("%(kinds)s, up to %(size)d MB each. At most %(most)d files, %(all)d MB together.") % {
        "kinds": allowed_in_words(),
        "size": largest_file_mb(),
        "most": MOST_FILES,
        "all": largest_form_mb(),
    }


def look_at(file: Any) -> None:
    """Raises :class:`DocumentRefused` with the name of the file, by its size and by what it is. Asks no scanner."""
    limit = largest_file_mb()
    if file.size > limit * 1024**2:
        raise _refused(file, _("The file is larger than %(size)d MB. Make it smaller or split it.") % {"size": limit})
    try:
        kind_of(file, file.name or "")
    except DocumentRefused as refused:
        raise _refused(file, refused.sentence) from None


def weigh(files: Sequence[Any]) -> None:
    """Raises :class:`DocumentRefused` where one form brings too many files, or too much of them."""
    if len(files) > MOST_FILES:
        raise DocumentRefused("attachments", _("Choose at most %(most)d files.") % {"most": MOST_FILES})
    if sum(file.size for file in files) > largest_form_mb() * 1024**2:
        raise DocumentRefused(
            "attachments",
            _("The files are larger than %(size)d MB together. Choose fewer or smaller ones.")
            % {"size": largest_form_mb()},
        )


@contextmanager
def on_the_shelf(sent: Sequence[Sent]) -> Iterator[list[Kept]]:
    """The files, scanned and stored; all of them are gone again where what follows fails.

    Open it outside the transaction that makes their rows. Raises :class:`DocumentRefused` for the first one that is
    not taken, with its name.
    """
    checked = []
    for each in sent:
        try:
            checked.append((check(each.file), each.is_confidential))
        except DocumentRefused as refused:
            raise _refused(each.file, refused.sentence) from None
    with ExitStack() as shelf:
        yield [Kept(one, shelf.enter_context(stored(one)), mark) for one, mark in checked]


def file_under(record: models.Model, kept: Sequence[Kept], *, language: str, received_from: str) -> list[Document]:
    """Rows for files on the shelf, filed under ``record``; inside a recorded transaction.

    They are papers of the secretariat, closed with the record where a circle closes it. Their titles are their names.
    """
    from c2m2a_crm.core.tasks import take_in_document  # tasks import the services

    home = home_of(record)
    sealed, restricted = home.circles(record)
    made = []
    for each in kept:
        title = each.checked.name.rpartition(".")[0][:200]
        document = Document(
            audience=Document.Audience.SECRETARIAT,
            third_party_confidential=each.is_confidential,
            received_from=clean_line(received_from)[:200],
            received_on=today(),
            sealed_circle_id=sealed,
            restricted_circle_id=restricted,
            **{f"title_{side}": title for side in SIDES[language]},
            **{f"state_{side}": Document.State.DRAFT for side in SIDES[language]},
        )
        document.full_clean(exclude=["added_by", "token"])
        document.save()
        home.link._base_manager.create(document=document, **{home.column: record})
        version = DocumentVersion.objects.create(
            document=document,
            language=language,
            number=1,
            file=each.name,
            original_name=each.checked.name,
            size=each.checked.size,
            sha256=each.checked.sha256,
            content_type=each.checked.kind.content_type,
            scan=each.checked.finding.state,
            scan_words=each.checked.finding.words,
        )
        after_commit(take_in_document, version.pk)
        made.append(document)
    return made


def let_go(keys: Sequence[int]) -> None:
    """Take what these documents say out of their rows; a lawful removal of their texts takes the files.

    Inside a recorded transaction that then removes :func:`c2m2a_crm.core.documents.services.texts_of` from history.
    """
    missing = Document.State.MISSING
    now = timezone.now()
    Document.objects.filter(pk__in=keys).update(
        **dict.fromkeys(("title_en", "title_fr", "received_from", "archived_reason"), ""),
        third_party_confidential=False,
        received_on=None,
        state_en=missing,
        state_fr=missing,
        removed_at=Coalesce("removed_at", now),
        archived_at=Coalesce("archived_at", now),
        version=F("version") + 1,
    )


def _refused(file: Any, sentence: str) -> DocumentRefused:
    return DocumentRefused("attachments", f"{clean_line(file.name or '')[:80]}: {sentence}")
