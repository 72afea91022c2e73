"""Who may know of what is kept, how long it is kept, and how it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models

from c2m2a_crm.core.registries.base import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText  # only the stubs know it


@dataclass(frozen=True, slots=True)
class CircleRule:
    """What a room that keeps sealed rows asks of the circles' keepers.

    ``needs_compliance_officer`` takes a circle and says whether it holds something that the law counts.
    ``objection_to_leaving`` takes (circle, user) and gives a sentence that says what to do first, or nothing.
    """

    key: str
    order: int
    needs_compliance_officer: Callable[[Any], bool]
    objection_to_leaving: Callable[[Any, Any], str]


@dataclass(frozen=True, slots=True)
class TextHolder:
    """A place beside rows and history where their text stands (search, drafts, files), and how it is forgotten there.

    ``forget`` takes (actor, model, keys of rows, names of columns) inside the transaction of a lawful removal
    (``core.removal``), when the rows themselves have lost the text already. It must leave nothing of those columns.
    """

    key: str
    order: int
    forget: Callable[[Any, type[models.Model], Sequence[int], Sequence[str]], None]


@dataclass(frozen=True, slots=True)
class SealedRows:
    """Rows that no service writes any more once their record is sealed, and how ``verify_history`` knows of it.

    ``column`` of ``record`` is filled at the moment of sealing; history tells when, whatever the row says now.
    ``parts`` are the tables that hang on it, by the column that names it. From then on each row is what history last
    said of it, and no change of it was made past the program.
    """

    key: str
    order: int
    record: type[models.Model]
    column: str
    parts: Mapping[type[models.Model], str]


@dataclass(frozen=True, slots=True)
class DocumentHome:
    """Records on whose pages documents stand, and the table (a ``DocumentLink``) that files them there.

    ``link`` names the document in ``document`` and the record in ``column``; ``record`` has ``visible_to`` and
    ``readable_by``. ``parameter`` names the record in the address of the page that adds a document. ``circles`` gives
    the circles (sealed, restricted) that close the record, or nothing twice: what is filed there carries them.
    """

    key: str
    order: int
    record: type[models.Model]
    link: type[models.Model]
    column: str
    parameter: str
    label: LazyText | str
    allowed: Callable[[Any, Any], bool]
    circles: Callable[[Any], tuple[int | None, int | None]] = lambda record: (None, None)


@dataclass(frozen=True, slots=True)
class DisposalGuard:
    """Something that may keep rows from being disposed of (``core.disposal``): a legal hold, the law of the office.

    ``objections`` takes ([(model, keys of rows)], authority) and gives sentences that say what stands in the way and
    what to do first. The authority is None while nobody has named one. ``is_of_law`` says that it asks for the
    authority alone, whatever the rows are.
    """

    key: str
    order: int
    objections: Callable[[Sequence[tuple[type[models.Model], Sequence[int]]], str | None], Sequence[str]]
    is_of_law: bool = False


@dataclass(frozen=True, slots=True)
class Disposal:
    """Who lets rows go, under which authority and why. ``base_url`` is the address of the office, for links in mail."""

    actor: Any
    authority: str
    reason: str
    base_url: str


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """What goes when it was not used for some months, and how. The months are dated rows of the privacy room.

    ``rows`` takes a day and gives rows of ``model`` that were last used before it; ``last_used`` the day of one of
    them. ``names`` takes (actor, keys) and gives what to call those that the actor may know by name. ``dispose`` takes
    (key, :class:`Disposal`), in a transaction of its own, when guards were asked already. ``what`` and ``how`` are
    sentences: what is meant, and what happens to it. ``url`` is the page of a row; ``urls`` those of many, of several
    kinds.
    """

    key: str
    order: int
    label: LazyText | str
    what: LazyText | str
    how: LazyText | str
    model: type[models.Model]
    rows: Callable[[date], models.QuerySet[Any]]
    last_used: Callable[[Any], date | None]
    names: Callable[[Any, Sequence[int]], Mapping[int, str]]
    dispose: Callable[[int, Disposal], None]
    url: Callable[[int], str] = lambda key: ""
    urls: Callable[[Sequence[int]], Mapping[int, str]] | None = None

    def addresses(self, keys: Sequence[int]) -> Mapping[int, str]:
        """The page of each row; empty where it has none."""
        return self.urls(keys) if self.urls is not None else {key: self.url(key) for key in keys}


@dataclass(frozen=True, slots=True)
class RetentionUse:
    """Rows of ``model`` that a room still uses, or used on or after a day: a queryset of their keys."""

    key: str
    order: int
    model: type[models.Model]
    used_since: Callable[[date], models.QuerySet[Any, Any]]


@dataclass(frozen=True, slots=True)
class HoldableKind:
    """Records of a room above privacy on which a legal hold can be placed: ``rows`` gives those the actor may read.

    ``matching`` takes (rows, words). Whatever points at such a record, or at a row that does, is held with it.
    """

    key: str
    order: int
    label: LazyText | str
    model: type[models.Model]
    rows: Callable[[Any], models.QuerySet[Any]]
    matching: Callable[[Any, str], models.QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class AnonymisedTexts:
    """What a room holds of somebody in words, and how it goes when that person is made anonymous.

    ``words`` takes (actor, person, ``core.anonymising.Identity``) and gives what it finds (``core.anonymising.Words``)
    by reading alone: a preview tells it, the act takes it out, and the texts then leave history, too. Rows stay, so
    that counts do. ``for_owners`` gives (key of a circle, address of a page) for texts that only the circle's
    owners may judge: they are asked. ``stays`` gives labels and numbers of what remains, as the actor may know them.
    """

    key: str
    order: int
    words: Callable[[Any, Any, Any], Sequence[Any]]
    for_owners: Callable[[Any, Any], Sequence[tuple[int, str]]] = lambda person, identity: ()
    stays: Callable[[Any, Any], Sequence[tuple[str, int]]] = lambda actor, person: ()


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """A record as a request for access shows it: its text, where it came from, what it is used for, who was told."""

    row: models.Model
    title: str
    text: str
    on: date | None = None
    source: str = ""
    uses: str = ""
    recipients: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """What a request for information looks for. Records answer that have all the words and name one of the people."""

    words: str = ""
    people: Sequence[Any] = ()
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class PersonalData:
    """What a room holds about people, and how its records are found by a request for information.

    ``held`` takes (actor, person, circle) and ``find`` (actor, :class:`Sought`, circle). Both begin with
    ``readable_by(actor)``. Without a circle they give open records alone, also to members of circles; with one (its
    number) the records that are sealed in it or restricted to it (``core.querysets.confided_to``).
    """

    key: str
    order: int
    label: LazyText | str
    held: Callable[[Any, Any, int | None], Iterable[HeldRecord]]
    find: Callable[[Any, Sought, int | None], Iterable[HeldRecord]] = lambda actor, sought, circle: ()


circle_rules: Registry[CircleRule] = Registry("rules of circles")
document_homes: Registry[DocumentHome] = Registry("homes of documents")
sealed_rows: Registry[SealedRows] = Registry("rows that are sealed")
text_holders: Registry[TextHolder] = Registry("holders of texts")
personal_data: Registry[PersonalData] = Registry("personal data")
disposal_guards: Registry[DisposalGuard] = Registry("guards of disposal")
retention_rules: Registry[RetentionRule] = Registry("retention rules")
retention_uses: Registry[RetentionUse] = Registry("uses that keep a record")
holdable_kinds: Registry[HoldableKind] = Registry("kinds of record that can be held")
anonymised_texts: Registry[AnonymisedTexts] = Registry("texts that go with a name")
