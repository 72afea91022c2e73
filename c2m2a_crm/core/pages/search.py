"""The search page and the palette (Ctrl K): one question, one service, two ways of showing the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import dates, rights
from c2m2a_crm.core.registries import search_kinds
from c2m2a_crm.core.searching.highlights import excerpt, highlighted
from c2m2a_crm.core.searching.question import LONGEST
from c2m2a_crm.core.searching.service import Answer, Group, search
from c2m2a_crm.core.views import HouseView

EACH = 6
ON_A_PAGE = 25
IN_PALETTE = 5


@dataclass(frozen=True, slots=True)
class _Row:
    """One answer as the page shows it."""

    title: SafeString
    url: str
    meta: str
    excerpt: SafeString
    archived: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """A group as the page shows it; ``more_url`` leads to the next answers of the kind, where there are any."""

    key: str
    label: str
    icon: str
    count: str
    rows: Sequence[_Row]
    all_url: str
    more_url: str


def counted(number: int, is_more: bool) -> str:
    """An exact number, or “2,000+”."""
    return f"{dates.number(number)}+" if is_more else dates.number(number)


def _address(**parameters: str) -> str:
    return f"{reverse('core:search')}?{urlencode({name: value for name, value in parameters.items() if value})}"


class SearchView(HouseView):
    """Answers by kind, or one kind alone, read on page after page. Everything stands in the address."""

    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get("q", "").replace("\x00", " ").strip()
        only = request.GET.get("kind", "")
        kind = search_kinds.get(only)
        if kind is None or not kind.allowed(request.user):
            only, kind = "", None
        after = request.GET.get("after", "")
        answer = search(request.user, typed, each=ON_A_PAGE if only else EACH, only=only, after=after)
        asked = typed[:LONGEST]
        groups = [_shown(request.user, answer, group, asked, only) for group in answer.groups]
        context = {
            "typed": asked,
            "only": kind,
            "groups": groups,
            "tabs": _tabs(groups, asked, only),
            "sentence": _sentence(answer, asked),
            "note": _note(answer),
            "is_later": bool(after and only),
            "first_url": _address(q=asked, kind=only),
        }
        return render(request, "core/search.html", context)


class PaletteView(HouseView):
    """A fragment: a few answers of every kind, and the way to all of them."""

    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = request.GET.get("q", "").replace("\x00", " ").strip()
        answer = search(request.user, typed, each=IN_PALETTE)
        groups = [
            {"label": group.kind.label, "icon": group.kind.icon, "hits": [hit for _found, hit in group.hits]}
            for group in answer.groups
        ]
        context = {"groups": groups, "note": _note(answer), "all_url": _address(q=typed[:LONGEST]) if groups else ""}
        return render(request, "components/palette_results.html", context)


def _shown(actor: Any, answer: Answer, group: Group, typed: str, only: str) -> _Shown:
    marks = answer.question.marks
    texts = group.kind.texts(actor, [found.object_id for found, _hit in group.hits]) if group.kind.texts else {}
    rows = [
        _Row(
            highlighted(hit.title, marks),
            hit.url,
            hit.meta,
            excerpt(texts.get(found.object_id, ""), marks),
            str(group.kind.archived or _("Archived")) if found.is_archived else "",
        )
        for found, hit in group.hits
    ]
    all_url = _address(q=typed, kind=group.kind.key)
    more_url = ""
    # A full page may have a next one; a page that is not full is the last.
    if only and len(group.hits) == ON_A_PAGE and group.has_more:
        more_url = _address(q=typed, kind=group.kind.key, after=group.next_place)
    return _Shown(
        group.kind.key,
        str(group.kind.label),
        group.kind.icon,
        counted(group.count, group.is_more_than_counted),
        rows,
        all_url if not only and group.has_more else "",
        more_url,
    )


def _tabs(groups: Sequence[_Shown], typed: str, only: str) -> list[dict[str, Any]]:
    if not groups:
        return []
    every = {"label": _("All results"), "url": _address(q=typed), "current": not only}
    kinds = [
        {
            "label": group.label,
            "url": _address(q=typed, kind=group.key),
            "current": group.key == only,
            "count": group.count,
        }
        for group in groups
    ]
    return [every, *kinds]


def _sentence(answer: Answer, typed: str) -> str:
    """How many there are, for those who cannot see the page, too."""
    if not typed:
        return ""
    if not answer.groups:
        return _("Nothing found for “%(words)s”.") % {"words": typed}
    number = counted(answer.count, answer.is_more_than_counted)
    return ngettext("%(count)s result", "%(count)s results", answer.count) % {"count": number}


def _note(answer: Answer) -> str:
    """What was asked otherwise than typed, and why."""
    said = []
    if answer.question.is_cut:
        said.append(_("Only the first %(count)s characters were searched for.") % {"count": dates.number(LONGEST)})
    if answer.instead:
        said.append(_("Nothing has the words as typed. These are results for “%(words)s”.") % {"words": answer.instead})
    if answer.is_loose:
        said.append(_("No record has all of the words. These have some of them."))
    return " ".join(said)
