"""Every write on documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import editing
from c2m2a_crm.core.actor import membership_circle_ids_of
from c2m2a_crm.core.background import after_commit
from c2m2a_crm.core.disposal import refuse_if_held
from c2m2a_crm.core.documents import policies
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.documents.files import Checked, check, stored
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, Document, DocumentVersion, Installation, SecurityMarking
from c2m2a_crm.core.refusals import refusals_of_the_database
from c2m2a_crm.core.registries import DocumentHome, document_homes
from c2m2a_crm.core.removal import Texts, remove_from_history
from c2m2a_crm.core.text import clean_line

State = Document.State
CIRCLE_COLUMNS: Final = ("sealed_circle_id", "restricted_circle_id")
SIDES: Final = {"en": ("en",), "fr": ("fr",), "both": ("en", "fr")}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is said of a document when it comes in."""

    title_en: str = ""
    title_fr: str = ""
    marking: int = SecurityMarking.NONE
    third_party_confidential: bool = False
    received_from: str = ""
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentClass:
    """Who may read it: an audience, or a circle, which is either sealed or restricted."""

    audience: str = Document.Audience.MEMBERS
    sealed_circle: Circle | None = None
    restricted_circle: Circle | None = None

    @property
    def circles(self) -> tuple[int | None, int | None]:
        sealed, restricted = self.sealed_circle, self.restricted_circle
        return sealed.pk if sealed else None, restricted.pk if restricted else None


def add_document(
    *,
    actor: Any,
    file: Any,
    language: str,
    facts: Facts,
    of_class: DocumentClass | None = None,
    note: str = "",
    record: models.Model | None = None,
    token: UUID | None = None,
) -> Document:
    """Keep a new document, filed under ``record`` where one is given. Raises :class:`DocumentRefused`.

    A ``token`` that was sent before gives the first document back, and the second file is not kept.

    A marking above the installation's ceiling, a file that is not allowed and one in which the scanner finds something
    are refused before anything is stored.
    """
    if not policies.can_add_documents(actor):
        raise PermissionDenied
    if known := _sent_before(actor, token):
        return known
    chosen = of_class or DocumentClass()
    require_below_ceiling(facts.marking)
    home = home_of(record) if record is not None else None
    _require_audience(actor, chosen.audience)
    _require_own_circles(actor, chosen.circles)
    document = Document(
        title_en=clean_line(facts.title_en),
        title_fr=clean_line(facts.title_fr),
        audience=chosen.audience,
        marking=facts.marking,
        third_party_confidential=facts.third_party_confidential,
        received_from=clean_line(facts.received_from),
        received_on=facts.received_on,
        added_by=actor,
        token=token,
        **{f"state_{side}": State.DRAFT for side in SIDES[language]},
    )
    document.full_clean(exclude=["added_by", "token"])
    checked = check(file)
    try:
        with _once(), stored(checked) as name, recorded(actor):
            held = home.circles(_home_for(actor, home, record)) if home is not None else (None, None)
            document.sealed_circle_id, document.restricted_circle_id = _circles_at(actor, chosen.circles, held)
            document.save()
            if home is not None:
                home.link._base_manager.create(document=document, **{home.column: record})
            _add_row(actor, document, checked, name, language, 1, note)
    except _SentTwice:  # at the same moment: only the database knew of the other
        if (known := _sent_before(actor, token)) is None:
            raise DocumentRefused("", _("This form was sent by somebody else. Open a new one.")) from None
        return known
    return document


class _SentTwice(Exception):
    """A form with this token added its document already."""


_once = partial(refusals_of_the_database, {"core_document_token_key": _SentTwice})


def _sent_before(actor: Any, token: UUID | None) -> Document | None:
    return Document.objects.filter(token=token, added_by=actor).first() if token else None


def add_version(*, actor: Any, document: Document, file: Any, language: str, note: str = "") -> DocumentVersion:
    """Add a newer file in one language or both; a side in the other language that was approved is stale then.

    Raises :class:`DocumentRefused`.
    """
    _require(policies.can_edit(actor, document))
    require_below_ceiling(document.marking)
    checked = check(file)
    with stored(checked) as name, recorded(actor):
        current = editing.lock(document)
        _require(policies.can_edit(actor, current))
        newest = current.versions.aggregate(newest=Max("number"))["newest"] or 0
        version = _add_row(actor, current, checked, name, language, newest + 1, note)
        for side in ("en", "fr"):
            state = getattr(current, f"state_{side}")
            if side in SIDES[language]:
                setattr(current, f"state_{side}", State.DRAFT)
            elif state == State.APPROVED:
                setattr(current, f"state_{side}", State.STALE)
        current.version += 1
        current.save(update_fields=["state_en", "state_fr", "version", "updated_at"])
    return version


def approve_side(*, actor: Any, document: Document, side: str) -> Document:
    """Say that the newest file in this language may be used. A side that has no file cannot be approved."""
    with recorded(actor):
        current = editing.lock(document)
        _require(policies.can_edit(actor, current))
        state = getattr(current, f"state_{side}")
        if state == State.MISSING:
            raise DocumentRefused("", _("There is no file in this language yet. Add one first."))
        if state != State.APPROVED:
            setattr(current, f"state_{side}", State.APPROVED)
            current.version += 1
            current.save(update_fields=[f"state_{side}", "version", "updated_at"])
    return current


def edit_document(
    *,
    actor: Any,
    document: Document,
    version: int,
    changes: Mapping[str, Any],
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> Document:
    """Write what was changed of its facts while looking at ``version``.

    Raises ``EditConflict``, ``ValidationError``, or :class:`DocumentRefused` for a marking above the ceiling.
    """
    with recorded(actor):
        current = editing.lock(document)
        _require(policies.can_edit(actor, current))
        wanted = {name: clean_line(value) if isinstance(value, str) else value for name, value in changes.items()}
        keep = editing.changes_to_keep(current, wanted, version=version, mine=mine, theirs=theirs)
        if "marking" in keep:
            require_below_ceiling(keep["marking"])
        if keep:
            editing.apply(current, keep)
            Document.objects.filter(pk=current.pk).update(updated_at=timezone.now())
    return current


def change_class(*, actor: Any, document: Document, of_class: DocumentClass, reason: str = "") -> Document:
    """Say anew who may read it. Letting others read it needs a reason. Raises :class:`DocumentRefused`."""
    with recorded(actor, reason=clean_line(reason)):
        current = editing.lock(document)
        _require(policies.can_change_class(actor, current))
        before = (current.audience, current.sealed_circle_id, current.restricted_circle_id)
        if (of_class.audience, *of_class.circles) == before:
            return current
        _require_audience(actor, of_class.audience)
        circles = of_class.circles
        _require_own_circles(actor, circles)
        for held in _closures_of(current):
            if not _is_as_closed(circles, held):
                raise DocumentRefused(
                    "document_class",
                    _("It is filed under an initiative of a circle, and is closed with it. File it elsewhere first."),
                )
        if _lets_others_read(current, of_class):
            if current.is_confided:
                _require(policies.can_open_to_others(actor, current))
            if not clean_line(reason):
                raise DocumentRefused("reason", _("Say why others may read it from now on."))
        current.audience = of_class.audience
        current.sealed_circle_id, current.restricted_circle_id = circles
        current.version += 1
        current.save(update_fields=["audience", *CIRCLE_COLUMNS, "version", "updated_at"])
    return current


def close_filed_documents(
    *, actor: Any, record: models.Model, sealed_circle_id: int | None, restricted_circle_id: int | None
) -> int:
    """Close with a record what is filed under it and is open or of the same circle; returns how many were closed.

    For the service that closes the record, inside its transaction, with its rights.
    """
    circle = sealed_circle_id or restricted_circle_id
    if circle is None:
        return 0
    wanted = (sealed_circle_id, restricted_circle_id)
    closed = 0
    with recorded(actor):
        rows = Document.objects.filed_under(record)
        for row in rows.select_for_update(of=("self",)).order_by("pk"):
            is_ours = {row.sealed_circle_id, row.restricted_circle_id} <= {None, circle}
            if not is_ours or row.sealed_circle_id or (row.sealed_circle_id, row.restricted_circle_id) == wanted:
                continue
            row.sealed_circle_id, row.restricted_circle_id = wanted
            row.version += 1
            row.save(update_fields=[*CIRCLE_COLUMNS, "version"])
            closed += 1
    return closed


def file_under(*, actor: Any, document: Document, record: models.Model) -> Document:
    """File a document that is kept already under one more record; where it is filed there, nothing changes.

    Raises :class:`DocumentRefused` where the record is closed to a circle and the document is not closed with it.
    """
    with recorded(actor):
        current = editing.lock(document)
        _require(policies.can_edit(actor, current))
        home = home_of(record)
        held = home.circles(_home_for(actor, home, record))
        if any(held) and not _is_as_closed((current.sealed_circle_id, current.restricted_circle_id), held):
            raise DocumentRefused(
                "document",
                _("What is filed here is closed to the circle of this record. Close the document to it first."),
            )
        filed: dict[str, Any] = {"document": current, home.column: record}
        home.link._base_manager.get_or_create(**filed)
    return current


def archive_document(*, actor: Any, document: Document, reason: str) -> Document:
    """Put it aside: it leaves lists and records, its files stay for whoever has its address."""
    with recorded(actor, reason=clean_line(reason)):
        current = editing.lock(document)
        _require(policies.can_archive(actor, current))
        current.archived_at, current.archived_reason = timezone.now(), clean_line(reason)
        current.version += 1
        current.save(update_fields=["archived_at", "archived_reason", "version"])
    return current


def restore_document(*, actor: Any, document: Document) -> Document:
    with recorded(actor):
        current = editing.lock(document)
        _require(policies.can_restore(actor, current))
        current.archived_at, current.archived_reason = None, ""
        current.version += 1
        current.save(update_fields=["archived_at", "archived_reason", "version"])
    return current


def remove_document(*, actor: Any, document: Document, authority: str, reason: str = "") -> Document:
    """Take everything that it says away for good: titles, files, their text and names, out of history and search.

    ``authority`` is the act, section, order or rule of disposition. What stays is that there was a document, when it
    came and went, and how many files it had. Backups lose it with their schedule. Raises ``AuthorityMissing`` and
    ``DisposalRefused``.
    """
    with recorded(actor):
        current = editing.lock(document)
        _require(policies.can_remove(actor, current))
        texts = texts_of([current.pk])
        refuse_if_held([(text.model, text.keys) for text in texts], authority=authority)
        now = timezone.now()
        current.title_en = current.title_fr = current.received_from = current.archived_reason = ""
        current.third_party_confidential, current.received_on = False, None
        current.removed_at, current.archived_at = now, current.archived_at or now
        current.state_en = current.state_fr = State.MISSING
        current.version += 1
        current.save()
        remove_from_history(actor=actor, texts=texts, authority=authority, reason=reason, allowed=True)
    return current


def texts_of(keys: Collection[int]) -> list[Texts]:
    """All the texts of these documents, for a lawful removal; the holder of texts takes the files with them."""
    versions = DocumentVersion.objects.filter(document__in=keys).values_list("pk", flat=True)
    return [Texts(Document, list(keys)), Texts(DocumentVersion, list(versions))]


def forget(actor: Any, model: type[models.Model], keys: Collection[int], columns: Collection[str]) -> None:
    """The holder of texts: what a removal takes from a document, its files lose, too, and the files themselves go.

    A removal of a document's title takes the whole of it; single columns of a version take file and text with them.
    """
    if model is Document and {"title_en", "title_fr"} <= set(columns):
        rows = DocumentVersion.objects.filter(document__in=keys)
    elif model is DocumentVersion and {"file", "text", "original_name"} & set(columns):
        rows = DocumentVersion.objects.filter(pk__in=keys)
    else:
        return
    names = list(rows.exclude(file="").values_list("file", flat=True))
    rows.update(
        file="",
        text="",
        original_name="",
        note="",
        sha256="",
        scan_words="",
        pages=None,
        reading=DocumentVersion.Reading.EMPTY,
    )
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name))


# --- Rules ------------------------------------------------------------------------------------------------------------


def home_of(record: models.Model) -> DocumentHome:
    """Where documents of such a record are filed."""
    return next(home for home in document_homes if isinstance(record, home.record))


def require_below_ceiling(marking: int) -> None:
    ceiling = Installation.current().document_ceiling
    if marking > ceiling:
        raise DocumentRefused(
            "marking",
            _(
                "This installation takes nothing marked higher than “%(ceiling)s”. Keep this document in a system that "
                "is allowed to hold it, and note here where it is."
            )
            % {"ceiling": SecurityMarking(ceiling).label},
        )


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _require_audience(actor: Any, audience: str) -> None:
    if audience == Document.Audience.SECRETARIAT:
        _require(policies.can_choose_secretariat(actor))


def _require_own_circles(actor: Any, circles: Collection[int | None]) -> None:
    if {circle for circle in circles if circle} - set(membership_circle_ids_of(actor)):
        raise DocumentRefused("document_class", _("Choose a circle that you belong to."))


def _home_for(actor: Any, home: DocumentHome, record: Any) -> Any:
    """The record as it is now, locked, so that nobody closes it at this moment."""
    current = editing.lock(record)
    _require(home.allowed(actor, current))
    return current


def _circles_at(
    actor: Any, chosen: tuple[int | None, int | None], held: tuple[int | None, int | None]
) -> tuple[int | None, int | None]:
    """The circles of a new document: those chosen, or those that close the record under which it is filed."""
    if not any(held):
        return chosen
    if any(chosen) and not _is_as_closed(chosen, held):
        raise DocumentRefused(
            "document_class", _("What is filed here is closed to the circle of this record. Choose that one.")
        )
    circles = chosen if any(chosen) else held
    _require_own_circles(actor, circles)
    return circles


def _is_as_closed(circles: tuple[int | None, int | None], held: tuple[int | None, int | None]) -> bool:
    """Sealed like the record, or closed to the circle to which the record is restricted."""
    sealed, restricted = held
    return circles[0] == sealed if sealed else restricted in circles


def _closures_of(document: Document) -> list[tuple[int | None, int | None]]:
    """The circles of the closed records under which it is filed."""
    found = []
    for home in document_homes:
        links = home.link._base_manager.filter(document=document).select_related(home.column)
        found += [home.circles(getattr(link, home.column)) for link in links]
    return [held for held in found if any(held)]


def _lets_others_read(current: Document, wanted: DocumentClass) -> bool:
    before = current.sealed_circle_id or current.restricted_circle_id
    after = wanted.circles[0] or wanted.circles[1]
    if before is not None and (after != before or bool(current.sealed_circle_id and not wanted.circles[0])):
        return True
    was_secretariat = current.audience == Document.Audience.SECRETARIAT
    return was_secretariat and wanted.audience != Document.Audience.SECRETARIAT


def _add_row(
    actor: Any, document: Document, checked: Checked, name: str, language: str, number: int, note: str
) -> DocumentVersion:
    from c2m2a_crm.core.tasks import take_in_document  # tasks import this module

    version = DocumentVersion.objects.create(
        document=document,
        language=language,
        number=number,
        file=name,
        original_name=checked.name,
        size=checked.size,
        sha256=checked.sha256,
        content_type=checked.kind.content_type,
        scan=checked.finding.state,
        scan_words=checked.finding.words,
        note=clean_line(note),
        uploaded_by=actor,
    )
    after_commit(take_in_document, version.pk)
    return version
