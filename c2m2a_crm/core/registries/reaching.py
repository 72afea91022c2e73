"""Whom a message or a link reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from c2m2a_crm.core.registries.base import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText  # only the stubs know it


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a message goes to, in the person's own language (``en``, ``fr``; empty where it is not known)."""

    person_id: int
    email_id: int
    address: str
    name: str
    language: str
    why: LazyText | str


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Somebody who belongs to an audience and cannot be written to, with the reason and where to mend it."""

    name: str
    why: LazyText | str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message may be addressed to, as one record of a higher room gives it (a forum's seat holders).

    ``find`` takes (actor, key of the record) and gives that record or None; ``people`` takes (actor, record) and gives
    everybody who belongs to it, each either reachable or held back, one row for each e-mail address.
    """

    key: str
    order: int
    label: LazyText | str
    find: Callable[[Any, int], models.Model | None]
    people: Callable[[Any, Any], tuple[Sequence[Recipient], Sequence[HeldBack]]]
    allowed: Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class KeptLinks:
    """Links that are rows (``core.models.PublicLink``): each for one recipient, counted, and revocable.

    ``readable`` gives the rows of the purpose's table that an actor may read, and with them their links; ``open_rows``
    those to which links work now, whoever made them: it is asked at each opening. ``may_share`` takes (actor, row).
    ``called`` and ``page`` give the name of a row and the address of its page for staff.
    """

    readable: Callable[[Any], models.QuerySet[Any, Any]]
    open_rows: Callable[[], models.QuerySet[Any, Any]]
    may_share: Callable[[Any, Any], bool]
    called: Callable[[Any], str]
    page: Callable[[Any], str]
    days: int = 14
    most_days: int = 90
    is_single_use: bool = False


@dataclass(frozen=True, slots=True)
class SignedLinks:
    """Links without rows, for mail in bulk: what is behind each is found by its signature.

    ``find`` takes what stands in the address and gives the subject, or None; it says when a link ends, if ever.
    ``language`` takes the subject. ``may_press_unseen`` tells presses that come without our page (RFC 8058).
    """

    find: Callable[[str], Any | None]
    language: Callable[[Any], str]
    may_press_unseen: Callable[[HttpRequest], bool] = lambda request: False


@dataclass(frozen=True, slots=True)
class LinkPurpose:
    """What a public link is for (``core.public_links``); ``key`` stands in its address.

    ``answer`` takes (request, ``core.public_links.opening.OpenedLink``): a GET shows, a POST does. ``offers`` tells
    whoever makes a link what its recipient can do.
    """

    key: str
    order: int
    label: LazyText | str
    offers: LazyText | str
    links: KeptLinks | SignedLinks
    answer: Callable[[HttpRequest, Any], HttpResponseBase]


audiences: Registry[Audience] = Registry("audiences")
link_purposes: Registry[LinkPurpose] = Registry("purposes of public links")


def kept_links() -> Iterator[tuple[LinkPurpose, KeptLinks]]:
    """The purposes whose links are rows."""
    for purpose in link_purposes:
        if isinstance(purpose.links, KeptLinks):
            yield purpose, purpose.links
