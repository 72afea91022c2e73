"""Somebody's own words for themselves (names, addresses, numbers), found in texts and taken out of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.models import (
    AccessibilityFeedback,
    Document,
    DocumentVersion,
    Draft,
    ImportRow,
    OutboxMessage,
    PublicLink,
    SavedView,
    Segment,
    SegmentPick,
    Versioned,
)
from c2m2a_crm.core.removal import Texts
from c2m2a_crm.core.text import Fold, fold

Text = str | Promise

# What stands in the place of a name, kept in one language and said in the reader's (:func:`said`).
_KEPT: Final = "Anonymized person"
_IS_KEPT: Final = re.compile(rf"{_KEPT} (\d{{4}}-\d{{2}})")
_TITLES: Final = {
    "en": "mr|mrs|ms|miss|dr|prof|hon|chief|grand|elder|minister|deputy|senator",
    "fr": "m|mme|mlle|me|pr|monsieur|madame|chef|cheffe|aîné|aînée|ministre|sénateur|sénatrice",
}
_NORTH_AMERICAN: Final = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")


def wording(month: str) -> str:
    """What is kept instead of a name: ``month`` is that of the act, as in 2026-11."""
    return f"{_KEPT} {month}"


def said(name: str) -> str:
    """A kept name in the reader's language; any other as it is."""
    found = _IS_KEPT.fullmatch(name)
    return _("Anonymized person %(month)s") % {"month": found[1]} if found else name


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody's words in rows of one table: which columns (every text without), and how many the actor may know of.

    Finding them changes nothing and holds no row. ``take_out`` takes them out of the rows, inside a recorded
    transaction.
    """

    label: Text
    model: type[models.Model]
    keys: Sequence[int]
    columns: Sequence[str] = ()
    told: int | None = None
    take_out: Callable[[], object] = _nothing

    @property
    def texts(self) -> Texts:
        return Texts(self.model, self.keys, self.columns)

    @property
    def number(self) -> int:
        return len(self.keys) if self.told is None else self.told


@dataclass(frozen=True)
class Identity:
    """By what somebody is known, as it stood before the act.

    ``emails`` are the e-mail addresses that nobody else uses, by their keys: those go altogether. Shared ones stay
    with the others who use them, and are no words about this person.
    """

    wording: str
    given_name: str = ""
    family_name: str = ""
    preferred_name: str = ""
    emails: Mapping[int, str] = field(default_factory=dict)
    numbers: Sequence[str] = ()

    @cached_property
    def full_names(self) -> list[str]:
        """Names of at least two parts, as people write them; a single name is a word like others and is not sought."""
        firsts = [name for name in (self.given_name, self.preferred_name) if name]
        if not self.family_name or not firsts:
            return []
        names = []
        for first in dict.fromkeys(firsts):
            names += [f"{first} {self.family_name}", f"{self.family_name}, {first}", f"{self.family_name} {first}"]
        return names

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        parts = [_pattern_of(name) for name in self.full_names]
        if self.full_names:
            titles = "|".join(_TITLES.values())
            initials = "".join({name[0] for name in (self.given_name, self.preferred_name) if name})
            parts.append(rf"(?:{titles})\.?\s+(?:[{re.escape(initials)}]\.?\s*)?{_pattern_of(self.family_name)}")
            parts.append(rf"[{re.escape(initials)}]\.\s*{_pattern_of(self.family_name)}")
        parts += [re.escape(address) for address in self.emails.values()]
        for number in self.numbers:
            local = _NORTH_AMERICAN.fullmatch(number)
            parts.append(
                rf"(?:\+?1[ .-]?)?\(?{local[1]}\)?[ .-]{{0,2}}{local[2]}[ .-]?{local[3]}"
                if local
                else re.escape(number)
            )
        return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", re.IGNORECASE) if parts else None

    def mask(self, text: str) -> str:
        """The text with the wording in place of the person's full names, own addresses and telephone numbers."""
        return self._pattern.sub(self.wording, text) if self._pattern and text else text

    def mask_in(self, value: Any) -> Any:
        """As :meth:`mask`, in every text inside lists and dictionaries."""
        match value:
            case str():
                return self.mask(value)
            case list():
                return [self.mask_in(each) for each in value]
            case dict():
                return {key: self.mask_in(each) for key, each in value.items()}
        return value

    @property
    def needles(self) -> list[str]:
        """Folded words of which one must stand in a text before :meth:`mask` could find anything."""
        words = [self.family_name] if self.full_names else []
        endings = [number[-4:] for number in self.numbers]
        return [fold(word) for word in (*words, *self.emails.values(), *endings) if word]


def _pattern_of(name: str) -> str:
    """The name with or without its accents, with any space or hyphen where one stands."""
    parts = []
    for letter in name:
        plain = unicodedata.normalize("NFKD", letter)[0]
        if letter.isspace() or letter == "-":
            parts.append(r"[\s-]+")
        elif plain != letter and plain.isalpha():
            parts.append(f"[{letter}{plain}]")
        else:
            parts.append(re.escape(letter))
    return "".join(parts)


def mentioning(rows: models.QuerySet[Any], columns: Iterable[str], identity: Identity) -> models.QuerySet[Any]:
    """Those of the rows in which one of the columns may hold the person's words. Reads the whole table."""
    asked = Q(pk__in=[])
    folded = {f"folded_{column}": Fold(column) for column in columns}
    for name in folded:
        for needle in identity.needles:
            asked |= Q(**{f"{name}__contains": needle})
    found: models.QuerySet[Any] = rows.alias(**folded).filter(asked).order_by("pk")
    return found


def mentions(rows: models.QuerySet[Any], columns: Sequence[str], identity: Identity, *, label: Text) -> list[Words]:
    """Those of the rows in whose columns the person's words stand; taken out, the wording stands in their place."""
    keys = [row.pk for row in mentioning(rows, columns, identity) if _is_named(row, columns, identity)]
    if not keys:
        return []
    return [Words(label, rows.model, keys, columns, take_out=partial(_mask, rows.model, keys, columns, identity))]


def _mask(model: type[models.Model], keys: Sequence[int], columns: Sequence[str], identity: Identity) -> None:
    for row in model._base_manager.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk"):
        masked = {column: _fitting(row, column, identity.mask(getattr(row, column))) for column in columns}
        found: dict[str, Any] = {column: text for column, text in masked.items() if text != getattr(row, column)}
        if found:
            if isinstance(row, Versioned):
                found["version"] = row.version + 1
            model._base_manager.filter(pk=row.pk).update(**found)


def _fitting(row: models.Model, column: str, text: str) -> str:
    """The wording may be longer than the name was."""
    return text[: getattr(row._meta.get_field(column), "max_length", None)]


def words_on_the_ground_floor(identity: Identity) -> list[Words]:
    """Drafts, rows of files that were brought, mail, links and lists: what the ground floor holds in words.

    A message to the person's own address loses its text and where it went; in one to somebody else the name is masked.
    Documents are not touched (:func:`documents_that_name`): to remove their titles takes their files. Raises
    ``DisposalRefused`` while a message is with the mail server.
    """
    named: tuple[tuple[models.QuerySet[Any], Sequence[str], Text], ...] = (
        (PublicLink.objects.all(), ("recipient", "revoked_reason"), _("Public links")),
        (SavedView.objects.all(), ("name", "query"), _("Saved views")),
        (Segment.objects.all(), ("name", "purpose", "query"), _("Segments")),
        (SegmentPick.objects.all(), ("reason",), _("Reasons in segments")),
        (AccessibilityFeedback.objects.all(), ("text", "page", "contact"), _("Accessibility feedback")),
    )
    in_rows = [each for rows, columns, label in named for each in mentions(rows, columns, identity, label=label)]
    return [*_mail(identity), *_drafts(identity), *_staged_rows(identity), *in_rows]


def documents_that_name(actor: Any, identity: Identity) -> int:
    """How many documents that the actor may read name the person, in a title or a file: somebody must look at each."""
    papers = Document.objects.readable_by(actor)
    names, words = ("title_en", "title_fr", "received_from"), ("text", "original_name", "note")
    versions = DocumentVersion.objects.filter(document__in=papers)
    found = {row.pk for row in mentioning(papers, names, identity) if _is_named(row, names, identity)}
    return len(
        found | {row.document_id for row in mentioning(versions, words, identity) if _is_named(row, words, identity)}
    )


def _is_named(row: models.Model, columns: Sequence[str], identity: Identity) -> bool:
    return any(identity.mask(getattr(row, column)) != getattr(row, column) for column in columns)


def _mail(identity: Identity) -> list[Words]:
    own = OutboxMessage.objects.filter(to_address__in=list(identity.emails.values()))
    gone = list(own.order_by("pk").values_list("pk", flat=True))
    _refuse_what_is_being_sent(gone)
    texts = ("subject", "body_text", "body_html", "calendar", "to_name", "last_error")
    others = mentions(OutboxMessage.objects.exclude(pk__in=gone), texts, identity, label=_("Messages"))
    return [Words(_("Messages"), OutboxMessage, gone, take_out=partial(_empty_mail, gone)), *others]


def _empty_mail(keys: Sequence[int]) -> None:
    own = OutboxMessage.objects.filter(pk__in=keys)
    list(own.select_for_update().order_by("pk").values_list("pk", flat=True))
    _refuse_what_is_being_sent(keys)
    own.filter(state=OutboxMessage.State.QUEUED).update(
        state=OutboxMessage.State.FAILED, last_error=_("The recipient was made anonymous before it was handed over.")
    )
    own.update(
        to_address=NO_ADDRESS,
        to_name="",
        subject="",
        body_text="",
        body_html="",
        calendar="",
        headers={},
        sensitive_until=None,
    )


def _refuse_what_is_being_sent(keys: Sequence[int]) -> None:
    if OutboxMessage.objects.filter(pk__in=keys, state=OutboxMessage.State.SENDING).exists():
        raise DisposalRefused(
            [_("A message to this person is with the mail server at this moment. Try again in some minutes.")]
        )


NO_ADDRESS: Final = "anonymised@anonymised.invalid"


def _holding(rows: models.QuerySet[Any], columns: Sequence[str], identity: Identity) -> list[int]:
    """Keys of rows whose JSON holds the person's words."""
    asked = Q(pk__in=[])
    folded = {f"folded_{column}": Fold(Cast(column, models.TextField())) for column in columns}
    for name in folded:
        for needle in identity.needles:
            asked |= Q(**{f"{name}__contains": needle})
    return [
        row.pk
        for row in rows.alias(**folded).filter(asked).order_by("pk")
        if any(identity.mask_in(getattr(row, name)) != getattr(row, name) for name in columns)
    ]


def _mask_json(model: type[models.Model], keys: Sequence[int], columns: Sequence[str], identity: Identity) -> None:
    for row in model._base_manager.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk"):
        masked = {name: identity.mask_in(getattr(row, name)) for name in columns}
        model._base_manager.filter(pk=row.pk).update(**masked)


def _drafts(identity: Identity) -> list[Words]:
    keys = _holding(Draft.objects.all(), ["data"], identity)
    take_out = partial(_mask_json, Draft, keys, ["data"], identity)
    return [Words(_("Unsaved texts"), Draft, keys, told=0, take_out=take_out)] if keys else []


def _staged_rows(identity: Identity) -> list[Words]:
    columns = ["cells", "data", "names", "question"]
    keys = _holding(ImportRow.objects.only(*columns), columns, identity)
    take_out = partial(_mask_json, ImportRow, keys, columns, identity)
    return [Words(_("Rows of imported files"), ImportRow, keys, take_out=take_out)] if keys else []
