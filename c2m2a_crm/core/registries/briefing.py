"""What a briefing is about, and what each room tells of the people in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from c2m2a_crm.core.registries.base import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText  # only the stubs know it


@dataclass(frozen=True, slots=True)
class BriefingLine:
    """One thing that a room tells of somebody, in the reader's language.

    ``source`` says when and where it is from, ``url`` leads there. ``language`` is that of the text where it is not the
    reader's. A quote is set in quotation marks. ``row`` is the ``Sealable`` from which it was read, where there is one:
    what was confided to a circle marks the whole briefing.
    """

    text: str
    source: str = ""
    url: str = ""
    language: str = ""
    is_quote: bool = False
    row: Any = None


@dataclass(frozen=True, slots=True)
class BriefingSource:
    """What a room knows of people, or of parties, that somebody should know before a meeting.

    ``lines`` takes (actor, keys of rows of ``model``) and gives lines by key, what matters most first. It begins with
    ``readable_by(actor)`` and takes a constant number of statements. ``most`` lines are shown of each; a briefing that
    grows too long shows fewer, and counts the rest. ``is_warning`` is for what must not be overlooked. Lines of a
    source that is ``told_once`` stand apart where they are the same for several people: what was said at a table.
    """

    key: str
    order: int
    model: type[models.Model]
    label: LazyText | str
    lines: Callable[[Any, Sequence[int]], Mapping[int, Sequence[BriefingLine]]]
    most: int = 2
    is_warning: bool = False
    told_once: bool = False


@dataclass(frozen=True, slots=True)
class BriefingAbout:
    """What somebody prepares for: the record with its page, facts about it, and whom to expect, in order.

    ``notes`` are sentences that must be known to read the rest rightly. ``row`` is the ``Sealable`` that the record
    belongs to, where there is one.
    """

    record: models.Model
    title: str
    url: str
    people: Sequence[int]
    parties: Sequence[int] = ()
    facts: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    row: Any = None


@dataclass(frozen=True, slots=True)
class BriefingSubject:
    """A sort of record for which a briefing can be drawn; ``key`` stands in its address.

    ``find`` takes (actor, key of the record). It refuses as the record's own page does: ``Http404`` where the record
    does not exist for the actor, ``PermissionDenied`` where its content may not be used.
    """

    key: str
    order: int
    find: Callable[[Any, int], BriefingAbout]


@dataclass(frozen=True, slots=True)
class UnattributedContacts:
    """Contacts of which nothing that was said may stand beside a name: ``contacts`` gives a queryset of their keys."""

    key: str
    order: int
    contacts: Callable[[], models.QuerySet[Any, Any]]


briefing_sources: Registry[BriefingSource] = Registry("sources of briefings")
briefing_subjects: Registry[BriefingSubject] = Registry("subjects of briefings")
unattributed_contacts: Registry[UnattributedContacts] = Registry("contacts without attribution")
