"""What the search shows of contacts, follow-ups and advocacy files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from c2m2a_crm.core import dates
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import SearchHit
from c2m2a_crm.engagement.models import FollowUp, Initiative, Interaction, Participant

MOST_NAMES = 3


def _contacts(actor: Any, ids: Any) -> QuerySet[Interaction]:
    present = Participant.objects.filter(user__isnull=True).order_by("position", "pk")
    rows = Interaction.objects.readable_by(actor).filter(among("pk", ids)).defer("notes")
    return rows.prefetch_related(Prefetch("participants", present, to_attr="theirs"))


_CONTACTS = Statement(_contacts)


def contact_hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    """Date, kind and whom it was with."""
    found = {}
    for row in _CONTACTS(actor, ids):
        names = list(dict.fromkeys(part.said_name for part in getattr(row, "theirs", ())))
        meta = [dates.short_date(row.occurred_on), str(row.get_kind_display()), ", ".join(names[:MOST_NAMES])]
        found[row.pk] = SearchHit(row.subject, row.get_absolute_url(), " · ".join(filter(None, meta)))
    return found


def contact_texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    """Notes, points and promises, as far as the reader may know them."""
    rows = Interaction.objects.readable_by(actor).filter(pk__in=ids).prefetch_related("points", "commitments")
    texts = {}
    for row in rows:
        said = [row.notes]
        said += [
            part for point in row.points.all() if point.is_readable_by(actor) for part in (point.text, point.answer)
        ]
        said += [promise.text for promise in row.commitments.all() if promise.is_readable_by(actor)]
        texts[row.pk] = "\n".join(said)
    return texts


def follow_up_hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    """A follow-up has no page of its own: its contact's, else the list of everybody's with its words."""
    rows = FollowUp.objects.readable_by(actor).filter(pk__in=ids).select_related("assignee", "interaction")
    found = {}
    for row in rows:
        if row.interaction is not None and row.interaction.is_readable_by(actor):
            url = row.interaction.get_absolute_url()
        else:
            words = {"tab": "everyone" if row.is_open else "done", "q": row.text[:60]}
            url = f"{reverse('follow_ups:list')}?{urlencode(words)}"
        meta = [str(row.assignee), dates.short_date(row.due_on) if row.due_on else ""]
        found[row.pk] = SearchHit(row.text, url, " · ".join(filter(None, meta)))
    return found


def file_hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    """An advocacy file opens the contacts that are filed under it where its kind has no page."""
    rows = Initiative.objects.readable_by(actor).filter(pk__in=ids).select_related("pillar")
    return {
        row.pk: SearchHit(
            str(row),
            row.get_absolute_url() or f"{reverse('contact_log:list')}?initiative={row.pk}",
            " · ".join(filter(None, (str(row.get_kind_display()), str(row.pillar or "")))),
        )
        for row in rows
    }
