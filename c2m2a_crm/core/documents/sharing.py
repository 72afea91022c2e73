"""One version of a document for somebody without an account, by a public link."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db import models
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import rights
from c2m2a_crm.core.models import Document, DocumentVersion, SecurityMarking
from c2m2a_crm.core.public_links import pages, selectors
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.core.public_links.services import LinkClosed, pressing
from c2m2a_crm.core.registries import KeptLinks, LinkPurpose

DOCUMENT: Final = "document"
_OPEN: Final = (Document.Audience.PUBLIC, Document.Audience.MEMBERS)
_HELD_BACK: Final = (DocumentVersion.Scan.WAITING, DocumentVersion.Scan.INFECTED)


def open_versions() -> models.QuerySet[Any, Any]:
    """Versions that a link may give to somebody outside: asked when one is made, and at each opening.

    Never what is confided to a circle, of the secretariat, under a security marking or given to us in confidence; nor
    what was archived or taken away, or is held back by the scanner.
    """
    return (
        DocumentVersion.objects.filter(
            document__audience__in=_OPEN,
            document__sealed_circle__isnull=True,
            document__restricted_circle__isnull=True,
            document__marking=SecurityMarking.NONE,
            document__third_party_confidential=False,
            document__archived_at__isnull=True,
            document__removed_at__isnull=True,
        )
        .exclude(scan__in=_HELD_BACK)
        .exclude(file="")
        .select_related("document")
    )


def readable_versions(actor: Any) -> models.QuerySet[Any, Any]:
    return DocumentVersion.objects.readable_by(actor).select_related("document")


def may_share(actor: Any, version: DocumentVersion) -> bool:
    return rights.can_write(actor) and version.document.is_workable_by(actor)


def called(version: DocumentVersion) -> str:
    return _("%(title)s, version %(number)d") % {"title": version.document.title.text, "number": version.number}


def answer(request: HttpRequest, opened: OpenedLink) -> HttpResponseBase:
    """The page tells what it is; the button gives the file, so that whoever only looks ahead fetches nothing."""
    version: DocumentVersion = opened.subject
    if request.method == "POST":
        return _file(opened)
    return pages.show(request, "public/link_document.html", opened, {"version": version, "link": opened.link})


def _file(opened: OpenedLink) -> HttpResponseBase:
    with pressing(opened) as version:
        try:
            file = version.file.open("rb")
        except FileNotFoundError:
            raise LinkClosed from None
    return FileResponse(file, as_attachment=True, filename=version.original_name, content_type=version.content_type)


def links_panel(actor: Any, versions: Sequence[DocumentVersion]) -> dict[str, Any] | None:
    """The card on the page of a document: links to its versions, and a button for the newest of each language."""
    newest = {version.language: version for version in sorted(versions, key=lambda version: version.number)}
    offered = [newest[language] for language in sorted(newest)]
    words = {
        version.pk: _("Share version %(number)d (%(language)s)")
        % {"number": version.number, "language": version.get_language_display()}
        for version in versions
    }
    return selectors.panel(actor, PURPOSE, words, offered)


PURPOSE: Final = LinkPurpose(
    key=DOCUMENT,
    order=20,
    label=gettext_lazy("Document"),
    offers=gettext_lazy("Whoever has the link can fetch this one version, and nothing else."),
    links=KeptLinks(
        readable=readable_versions,
        open_rows=open_versions,
        may_share=may_share,
        called=called,
        page=lambda version: str(version.document.get_absolute_url()),
    ),
    answer=answer,
)
