"""A document, a version of it, and a link to that version."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import ContentFile

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.documents.sharing import PURPOSE
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Document, DocumentVersion
from c2m2a_crm.core.public_links.services import MadeLink, make_link
from tests.factories import UserFactory

CONTENT = b"%PDF-1.7 what was agreed"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def version(title: str = "Terms of reference", **of_document: Any) -> DocumentVersion:
    given = {"title_en": title, "title_fr": "Cadre de référence", "audience": "members", **of_document}
    given.setdefault("added_by", UserFactory(roles=[Role.STAFF]))
    with recorded(None, system="tests"):
        return DocumentVersion.objects.create(
            document=Document.objects.create(**given),
            language="en",
            number=1,
            file=ContentFile(CONTENT, name=f"{uuid.uuid4().hex}.pdf"),
            original_name="terms.pdf",
            size=len(CONTENT),
            sha256=hashlib.sha256(CONTENT).hexdigest(),
            content_type="application/pdf",
            uploaded_by=given["added_by"],
        )


def make(
    actor: User | None = None,
    subject: DocumentVersion | None = None,
    *,
    recipient: str = "Ministry of Mines",
    **others: Any,
) -> MadeLink:
    given = {"language": "en", "days": 14, "form_token": uuid.uuid4(), "base_url": "https://crm.example", **others}
    return make_link(
        actor=actor or UserFactory(roles=[Role.STAFF]),
        purpose=PURPOSE,
        subject=subject or version(),
        recipient=recipient,
        **given,
    )


def path_of(made: MadeLink) -> str:
    return urlsplit(made.url).path


def secret_of(made: MadeLink) -> str:
    return path_of(made).split("/")[-2]
