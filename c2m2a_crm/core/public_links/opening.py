"""A link that somebody came with: what is behind it, if it works now."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

from c2m2a_crm.core.models import PublicLink
from c2m2a_crm.core.registries import KeptLinks, LinkPurpose, SignedLinks, link_purposes

# How long the page of a link may stand open before its button is pressed, in seconds.
PAGE_LIFE: Final = 12 * 3600
_PAGE: Final = "page"
# A guess that only spares the sender false openings: a scanner that poses as a browser is counted.
_ROBOT: Final = re.compile(
    r"bot\b|crawl|spider|slurp|preview|scan|fetch|monitor|curl|wget|python|java/|go-http|okhttp|libwww|safelinks"
    r"|mimecast|proofpoint|barracuda",
    re.IGNORECASE,
)
_LOOKING_AHEAD: Final = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """``link`` is None where links of this purpose are no rows; ``digest`` stands for the secret without telling it."""

    purpose: LinkPurpose
    subject: Any
    link: PublicLink | None
    digest: str

    @property
    def language(self) -> str:
        """The recipient's own; empty where it is not known."""
        if isinstance(self.purpose.links, SignedLinks):
            return self.purpose.links.language(self.subject)
        return self.link.language if self.link else ""

    @property
    def form_key(self) -> str:
        """What the page gives to its forms: a press without it did not come from the page of this link.

        It takes the place of the cookie of other forms, for pages of links work without cookies and tell no site where
        a request came from.
        """
        return self._signer().sign(_PAGE)

    def may_press(self, request: HttpRequest) -> bool:
        links = self.purpose.links
        if isinstance(links, SignedLinks) and links.may_press_unseen(request):
            return True
        return self.bears_key(request)

    def bears_key(self, request: HttpRequest) -> bool:
        """Whether the press came from a page of this link that was opened not too long ago."""
        try:
            return self._signer().unsign(request.POST.get("form_key", ""), max_age=PAGE_LIFE) == _PAGE
        except BadSignature:
            return False

    def _signer(self) -> TimestampSigner:
        return TimestampSigner(salt=f"core.public_links.{self.digest}")


def digest_of(purpose: str, secret: str) -> str:
    """What the database keeps of a link: it opens nothing, and belongs to one purpose."""
    return hashlib.sha256(f"{purpose}:{secret}".encode()).hexdigest()


def find(purpose: str, secret: str) -> OpenedLink | None:
    """What the link opens now, or None; nobody learns whether it ever opened anything.

    The database compares digests: how long that takes tells nothing of a secret.
    """
    entry = link_purposes.get(purpose)
    if entry is None:
        return None
    digest = digest_of(purpose, secret)
    if isinstance(entry.links, SignedLinks):
        subject, link = entry.links.find(secret), None
    else:
        links = PublicLink.objects.working().filter(purpose=purpose, digest=digest).select_related("created_by")
        link = links.first()
        subject = open_subject(entry.links, link.object_id) if link else None
    return None if subject is None else OpenedLink(entry, subject, link, digest)


def open_subject(links: KeptLinks, key: int) -> Any | None:
    """The row that a link is to, if links to it work now."""
    return links.open_rows().filter(pk=key).first()


def is_by_a_robot(request: HttpRequest) -> bool:
    """A browser that looks ahead, a mail scanner that says so, or a program that does not say what it is."""
    if any(request.headers.get(name, "") for name in _LOOKING_AHEAD):
        return True
    program = request.headers.get("User-Agent", "")
    return not program or bool(_ROBOT.search(program))
