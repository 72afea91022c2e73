"""What staff see of links: to what, whether they work now and why not, how often they were opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core import rights
from c2m2a_crm.core.models import PublicLink
from c2m2a_crm.core.registries import KeptLinks, LinkPurpose, kept_links, link_purposes

State = PublicLink.State
# A link that its row lets pass, to a record that is archived, confided or otherwise closed now.
CLOSED = "closed"
STATE_WORDS: dict[str, str | Promise] = {
    **{str(value): label for value, label in State.choices},
    CLOSED: pgettext_lazy("state of a link", "Stopped: the record is closed"),
}
TONES = {State.WORKS: "ok", State.USED: "info", State.EXPIRED: "warn", State.REVOKED: "bad", CLOSED: "warn"}
PANEL_ROWS = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """A link as it stands now: its record as this reader may name it, and its state."""

    name: str
    url: str
    state: str

    @property
    def words(self) -> str:
        return str(STATE_WORDS[self.state])

    @property
    def tone(self) -> str:
        return TONES[self.state]


def standings(actor: Any, links: Sequence[PublicLink]) -> dict[int, Standing]:
    """By the number of the link; two statements for each purpose."""
    found = {}
    for purpose, kept in kept_links():
        ours = [link for link in links if link.purpose == purpose.key]
        keys = {link.object_id for link in ours}
        if not keys:
            continue
        named: Mapping[int, models.Model] = {row.pk: row for row in kept.readable(actor).filter(pk__in=keys)}
        open_now = set(kept.open_rows().filter(pk__in=keys).values_list("pk", flat=True))
        for link in ours:
            row = named.get(link.object_id)
            is_closed = link.state == State.WORKS and link.object_id not in open_now
            found[link.pk] = Standing(
                name=kept.called(row) if row else f"#{link.object_id}",
                url=kept.page(row) if row else "",
                state=CLOSED if is_closed else str(link.state),
            )
    return found


def purpose_label(link: PublicLink) -> str:
    purpose = link_purposes.get(link.purpose)
    return str(purpose.label) if purpose else link.purpose


def purpose_choices() -> list[tuple[str, str]]:
    return [(purpose.key, str(purpose.label)) for purpose, _links in kept_links()]


def sharing(purpose_key: str) -> tuple[LinkPurpose, KeptLinks] | None:
    """The purpose of that name, if its links are rows."""
    return next(((purpose, kept) for purpose, kept in kept_links() if purpose.key == purpose_key), None)


def may_share(actor: Any, purpose_key: str, row: models.Model) -> bool:
    """Whether the actor may make a link to this record now."""
    found = sharing(purpose_key)
    if found is None or not found[1].may_share(actor, row):
        return False
    return found[1].open_rows().filter(pk=row.pk).exists()


@dataclass(frozen=True, slots=True)
class Share:
    """Something on the page of a record that a link can be made to now."""

    label: str
    url: str


def panel(
    actor: Any, purpose: LinkPurpose, rows: Mapping[int, str], offered: Sequence[models.Model]
) -> dict[str, Any] | None:
    """The card of links on the page of a record (``core/_links_panel.html``), or None.

    ``rows`` are those of the purpose's table that belong to the record, by number, with what a button calls them;
    ``offered`` are those that a button is for, where a link may be made. The actor reads the record.
    """
    if not rights.can_write(actor) or not isinstance(purpose.links, KeptLinks):
        return None
    seen = PublicLink.objects.visible_to(actor).filter(purpose=purpose.key, object_id__in=list(rows))
    links = list(seen.for_list()[: PANEL_ROWS + 1])
    open_now = set(purpose.links.open_rows().filter(pk__in=[row.pk for row in offered]).values_list("pk", flat=True))
    shares = [
        Share(rows[row.pk], reverse("public_links:create", args=[purpose.key, row.pk]))
        for row in offered
        if row.pk in open_now and purpose.links.may_share(actor, row)
    ]
    if not links and not shares:
        return None
    known = standings(actor, links)
    return {
        "rows": [(link, known[link.pk]) for link in links[:PANEL_ROWS] if link.pk in known],
        "has_more": len(links) > PANEL_ROWS,
        "all_url": f"{reverse('public_links:list')}?purpose={purpose.key}",
        "shares": shares,
    }
