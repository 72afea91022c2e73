"""How far a request is, in words that claim no more than is known; and what of it may leave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.models import Circle
from c2m2a_crm.core.registries import personal_data
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import AccessItem, AccessRequest
from c2m2a_crm.privacy.services.confided import confided_in
from c2m2a_crm.privacy.services.reviewing import passages_of

Mark = AccessItem.Mark
GOING_OUT: Final = frozenset({Mark.RELEASE, Mark.PART})


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of a request. ``unanswered`` are circles that exist and whose owners have not answered, asked or not;
    ``confided`` are records that were confided to a circle after they were found, of which its owners must decide.
    """

    found: int
    to_review: int
    third_party: int
    confided: int
    circles: int
    unanswered: int
    is_searched: bool
    are_papers_searched: bool
    owners_until: date | None

    @property
    def is_waiting(self) -> bool:
        return not (self.is_searched and self.are_papers_searched) or bool(
            self.unanswered or self.to_review or self.third_party or self.confided
        )

    def sentences(self) -> list[str]:
        """What is missing, and then what no search can know. Never that anything is complete."""
        said = []
        if not self.is_searched:
            said.append(_("Not complete: the records have not been searched."))
        elif not self.are_papers_searched:
            said.append(
                _(
                    "Not complete: papers of the secretariat have not been searched. An administrator may read them and"
                    " must search, too."
                )
            )
        if self.unanswered:
            # Not how many: to everybody else a circle does not exist.
            said.append(_("Not complete: not every circle has answered."))
            if self.owners_until and self.owners_until < today():
                said.append(
                    _("Their owners were asked to answer by %(day)s; that day has passed.")
                    % {"day": dates.short_date(self.owners_until)}
                )
        elif self.circles:
            said.append(_("The owners of every circle have answered."))
        if self.to_review:
            said.append(
                ngettext(
                    "Not complete: %(count)s record waits for review.",
                    "Not complete: %(count)s records wait for review.",
                    self.to_review,
                )
                % {"count": dates.number(self.to_review)}
            )
        if self.third_party:
            said.append(
                ngettext(
                    "Not complete: %(count)s record waits for the answer of a third party.",
                    "Not complete: %(count)s records wait for the answers of third parties.",
                    self.third_party,
                )
                % {"count": dates.number(self.third_party)}
            )
        if self.confided:
            said.append(_("Not complete: records that were confided to a circle since wait for its owners."))
        said.append(_("Paper, mailboxes and other systems were not searched by this product."))
        return said


def progress_of(request: AccessRequest, shut: set[int] | None = None) -> Progress:
    """``shut`` are the items confided since, where they are known already (``confided_in``)."""
    shut = confided_in(request) if shut is None else shut
    items = request.items.aggregate(
        found=Count("pk"),
        to_review=Count("pk", filter=Q(mark=Mark.PENDING) & ~Q(pk__in=shut)),
        third_party=Count("pk", filter=Q(mark=Mark.THIRD_PARTY) & ~Q(pk__in=shut)),
        confided=Count("pk", filter=Q(pk__in=shut) & ~Q(title="")),
    )
    circles = Circle.objects.count() if request.is_open else request.asks.count()
    answered = request.asks.filter(answered_at__isnull=False).count()
    return Progress(
        **items,
        circles=circles,
        unanswered=max(0, circles - answered),
        is_searched=request.gathered_at is not None,
        are_papers_searched=request.papers_searched_at is not None,
        owners_until=request.owners_until,
    )


@dataclass(frozen=True, slots=True)
class Released:
    """A record as it may leave. Of one that is kept back there is the number, and ``withheld`` says why."""

    number: int
    group: str
    title: str = ""
    text: str = ""
    on: date | None = None
    source: str = ""
    uses: str = ""
    recipients: str = ""
    withheld: str = ""


def released(request: AccessRequest) -> Iterator[Released]:
    """Every record by its number. What may not leave is not in it: no words, no day, no kind of record."""
    labels = {source.key: str(source.label) for source in personal_data}
    shut = confided_in(request)
    for item in request.items.order_by("number").iterator(chunk_size=500):
        if item.pk in shut:
            yield Released(item.number, "", withheld=_("Withheld: not reviewed yet") if item.title else _("Withheld"))
        elif item.mark in GOING_OUT:
            yield _going_out(item, labels.get(item.source_key, ""))
        else:
            yield Released(item.number, "", withheld=_why_withheld(item))


def _going_out(item: AccessItem, group: str) -> Released:
    def clean(text: str) -> str:
        for passage in passages_of(item.passages) if item.mark == Mark.PART else ():
            text = re.sub(re.escape(passage), lambda _found: f"[{item.section}]", text, flags=re.IGNORECASE)
        return text

    return Released(
        item.number,
        group,
        title=clean(item.title),
        text=clean(item.text),
        on=item.occurred_on,
        source=clean(item.source),
        uses=clean(item.uses),
        recipients=clean(item.recipients),
    )


def _why_withheld(item: AccessItem) -> str:
    match item.mark:
        case Mark.EXEMPT:
            return _("Exempt: %(section)s") % {"section": item.section}
        case Mark.NOT_RELEVANT:
            return _("Not relevant to the request")
        case Mark.THIRD_PARTY:
            return _("Withheld until a third party has answered")
        case _:
            return _("Withheld: not reviewed yet")
