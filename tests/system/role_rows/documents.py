"""Addresses of documents: everybody with a role looks, everybody but viewers adds; the class says of which."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.documents import services
from c2m2a_crm.core.models import Document
from tests.core.documents.making import document, newest
from tests.factories import UserFactory
from tests.system.role_matrix import Expected, Row, act, form, lookers, page, writers


def _author() -> User:
    return UserFactory(roles=[Role.STAFF])


def a_document() -> dict[str, Any]:
    return {"pk": document(_author(), is_read=False).pk}


def a_paper_of_the_secretariat() -> dict[str, Any]:
    author = UserFactory(roles=[Role.SECRETARIAT])
    of_class = services.DocumentClass(audience=Document.Audience.SECRETARIAT)
    made = document(author, of_class=of_class, is_read=False)
    return {"pk": made.pk, "version_pk": newest(made).pk}


def an_archived_document() -> dict[str, Any]:
    author = _author()
    made = document(author, is_read=False)
    services.archive_document(actor=author, document=made, reason="Replaced.")
    return {"pk": made.pk}


MAKERS = {
    "document": a_document,
    "secretariat_paper": a_paper_of_the_secretariat,
    "archived_document": an_archived_document,
}

# Others are told nothing of it; whoever may not write at all is refused at the door.
of_the_secretariat: Expected = {**lookers(404), "secretariat": 200, "administrator": 200}
# Whoever added it, the secretariat, administrators.
keepers: Expected = {**writers(403), "secretariat": 200, "administrator": 200}
removers: Expected = {**writers(403), "compliance": 200, "administrator": 200}

ROWS: dict[str, Row] = {
    "documents:list": page(lookers()),
    "documents:create": form(writers()),
    "documents:detail": page(lookers(), "document"),
    "documents:file": page(of_the_secretariat, "secretariat_paper"),
    "documents:edit": form(writers(), "document"),
    "documents:add_version": form(writers(), "document"),
    "documents:change_class": form(keepers, "document"),
    "documents:approve": act(writers(302), "document", {"side": "en"}),
    "documents:archive": form(writers(), "document"),
    "documents:restore": act(writers(302), "archived_document"),
    "documents:remove": form(removers, "document"),
    "documents:history": page(lookers(), "document"),
}
