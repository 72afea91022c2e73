"""Who may do what with documents."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.core import rights
from c2m2a_crm.core.models import Document, DocumentVersion

can_see_documents = rights.can_look
can_add_documents = rights.can_write
can_export = rights.can_export


def can_use(actor: Any, document: Document) -> bool:
    """Change it, as a member of its circle where it has one; the class is asked here, the rest by ``readable_by``."""
    return rights.can_write(actor) and document.is_workable_by(actor) and _is_in_audience(actor, document)


def can_edit(actor: Any, document: Document) -> bool:
    return can_use(actor, document) and not document.is_archived and not document.is_removed


def can_archive(actor: Any, document: Document) -> bool:
    return can_edit(actor, document)


def can_restore(actor: Any, document: Document) -> bool:
    return can_use(actor, document) and document.is_archived and not document.is_removed


def can_change_class(actor: Any, document: Document) -> bool:
    """Whoever added it, the secretariat and administrators, owners of its circle; all while they may edit it."""
    looks_after = document.added_by_id == actor.pk or rights.can_read_secretariat(actor)
    return can_edit(actor, document) and (looks_after or _owns_circle_of(actor, document))


def can_open_to_others(actor: Any, document: Document) -> bool:
    """Let others read what was confided to a circle: whoever added it, and the circle's owners."""
    return can_edit(actor, document) and (document.added_by_id == actor.pk or _owns_circle_of(actor, document))


def can_choose_secretariat(actor: Any) -> bool:
    """Nobody gives a class that hides the document from themselves."""
    return rights.can_read_secretariat(actor)


def can_fetch(actor: Any, document: Document, version: DocumentVersion) -> bool:
    """Have the file. What is open to somebody in an emergency alone is looked at on the page and carried nowhere."""
    return rights.can_look(actor) and document.is_workable_by(actor) and not version.is_held_back


def can_remove(actor: Any, document: Document) -> bool:
    """Take everything it says away for good, under an authority: administrators, and whoever answers for the law."""
    may_dispose = rights.can_administer(actor) or rights.can_dispose(actor)
    return may_dispose and can_use(actor, document) and not document.is_removed


def _is_in_audience(actor: Any, document: Document) -> bool:
    return document.audience != Document.Audience.SECRETARIAT or rights.can_read_secretariat(actor)


def _owns_circle_of(actor: Any, document: Document) -> bool:
    circle = document.sealed_circle or document.restricted_circle
    if circle is None or actor.pk is None:
        return False
    return circle.memberships.filter(user_id=actor.pk, is_owner=True, left_on__isnull=True).exists()
