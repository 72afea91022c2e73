"""Lists of forums and seats, the page of each, and their history. Everything here is a read."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.context_processors import open_address
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pages.facts import card_of
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.reads import note_reading
from c2m2a_crm.core.registries import panels_for
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView
from c2m2a_crm.engagement.fact_room import INITIATIVE_FACTS
from c2m2a_crm.engagement.selectors import access_url
from c2m2a_crm.outreach.selectors import notice_url
from forums import policies
from forums.around import settle, with_around
from forums.elsewhere import officials_met, said_by_us
from forums.filters import ForumFilterSet, SeatFilterSet
from forums.joining.openness import is_open_to_applications, is_open_to_questions
from forums.lists import FORUM_COLUMNS, FORUM_WORDS, SEAT_COLUMNS, SEAT_WORDS, forum_list, seat_list, status_dot
from forums.models import Forum, Seat, TermsOfReference
from forums.record_history import forum_history
from forums.selectors import (
    SEAT_HOLDERS,
    SOON_DAYS,
    Roster,
    RosterLine,
    roster_on,
    terms_of,
    terms_of_reference_on,
)
from forums.terms_of_reference.wording import at_a_glance
from members.records import FIRST_CONTACTS, timeline_page
from members.views.records import moment


def _forum(actor: Any, keys: Any) -> Any:
    rows = Forum.objects.select_related(
        "initiative__lead", "initiative__team", "initiative__pillar", "parent__initiative", "successor__initiative"
    )
    return with_around(rows).visible_to(actor).filter(among("initiative_id", keys))


_FORUM = Statement(_forum)


def forum_or_404(user: Any, pk: int) -> Forum:
    """The forum with everything its head shows. 404 where it does not exist for this person, 403 where it is restricted
    to a circle of others."""
    forum: Forum | None = next(iter(_FORUM(user, [pk])), None)
    if forum is None:
        raise Http404
    if not forum.is_readable_by(user):
        raise PermissionDenied
    settle(forum)
    note_reading(user, forum.initiative)
    return forum


def seat_or_404(user: Any, pk: int, seat_pk: int) -> tuple[Forum, Seat]:
    forum = forum_or_404(user, pk)
    seat = get_object_or_404(
        Seat.objects.select_related("category", "party", "jurisdiction"), pk=seat_pk, forum_id=forum.pk
    )
    seat.forum = forum
    return forum, seat


def forum_context(forum: Forum, user: Any, tab: str = "") -> dict[str, Any]:
    """What the crumbs, the head and the tabs of a forum's pages need."""
    log_url = open_address(user, "contact_log:create")
    return {
        "forum": forum,
        "tab": tab,
        "seat_count": seat_count(forum) if tab else 0,
        "may_manage": policies.can_manage_forum(user, forum),
        "status": status_dot(forum),
        "log_contact_url": f"{log_url}?initiative={forum.pk}" if log_url else "",
        "urls": {
            "list": reverse("forums:list"),
            "detail": forum.get_absolute_url(),
            "edit": reverse("forums:edit", args=[forum.pk]),
            "history": reverse("forums:history", args=[forum.pk]),
            "applications": f"{reverse('forums:applications')}?forum={forum.pk}",
            "coverage": reverse("forums:coverage", args=[forum.pk]),
            "terms": reverse("forums:terms_of_reference", args=[forum.pk]),
            "category": reverse("forums:category_create", args=[forum.pk]),
            "add_seats": reverse("forums:add_seats", args=[forum.pk]),
            "roster": reverse("forums:roster", args=[forum.pk]),
            "seats": f"{reverse('forums:seats')}?forum={forum.pk}",
            "ending": f"{reverse('forums:ending')}?forum={forum.pk}",
            "notice": notice_url(user, SEAT_HOLDERS, forum),
            "access": access_url(user, forum.initiative),
        },
    }


def seat_count(forum: Forum) -> int:
    return forum.around.seats_today if forum.around is not None else forum.seats.current().count()


class ForumListView(ListView):
    allowed = staticmethod(policies.can_see_forums)
    list_key = "forums"
    template_name = "forums/forum_list.html"
    filterset_class = ForumFilterSet
    columns = FORUM_COLUMNS
    words = FORUM_WORDS

    def state(self) -> ListState:
        return forum_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "may_create": policies.can_manage_forums(self.request.user),
            "may_export": can_export(self.request.user),
            "create_url": reverse("forums:create"),
            "pattern_url": reverse("forums:from_pattern"),
        }


class SeatListView(ListView):
    allowed = staticmethod(policies.can_see_forums)
    list_key = "seats"
    template_name = "forums/seat_list.html"
    filterset_class = SeatFilterSet
    columns = SEAT_COLUMNS
    words = SEAT_WORDS

    def state(self) -> ListState:
        return seat_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {"may_export": can_export(self.request.user)}


def chosen_day(text: str) -> date | None:
    """The day in the address; None where it is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


ENDING_IN_VIEW = 5


class ForumView(HouseView):
    """Its seats of today as squares, what is known of it, and what passed between us.

    ``?before=`` gives the older contacts alone to htmx.
    """

    allowed = staticmethod(policies.can_see_forums)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = forum_or_404(request.user, pk)
        before = moment(request.GET.get("before", ""))
        context = {
            **forum_context(forum, request.user, "overview"),
            "record": forum.initiative,
            "paper_url": address_of("contact_log:initiative_pdf", forum.pk) if can_export(request.user) else "",
            "timeline": timeline_page(request.user, forum.initiative, before, first=FIRST_CONTACTS),
            "is_older": before is not None,
        }
        if getattr(request, "htmx", False) and before is not None:
            return render(request, "members/_timeline.html", context)
        now = roster_on(forum, today())
        terms = terms_of_reference_on(forum, today())
        context |= {
            "now": now,
            "card_title": self.finding(now),
            "ending_words": self.ending(now),
            "ending": now.ending[:ENDING_IN_VIEW],
            "ending_total": len(now.ending),
            "facts": card_of(
                INITIATIVE_FACTS,
                request.user,
                forum.initiative,
                forum.around.facts if forum.around else [],
                lead="" if forum.purpose.text else "purpose",
            ),
            # Whose seats others fill, and of which nothing is on file, is first of all what it is for.
            "seats_lead": bool(now.total) or forum.is_run_by_us,
            "particulars": particulars(forum, request.user),
            "branches": branches(forum, request.user),
            "delegates": [] if forum.is_run_by_us else delegates(now),
            "officials": [] if forum.is_run_by_us else officials_met(request.user, forum),
            "answers": [] if forum.is_run_by_us else said_by_us(request.user, forum),
            "public_forms": self.public_forms(forum, terms),
            "rules": at_a_glance(terms),
        }
        drawn: dict[str, list[Any]] = {"panels_next": [], "panels_main": [], "panels_aside": []}
        for record in (forum, forum.initiative):
            for panel, panel_context in panels_for(request.user, record):
                drawn[f"panels_{panel.place}"].append(render_to_string(panel.template, panel_context, request))
        return render(request, "forums/forum_detail.html", context | drawn)

    def public_forms(self, forum: Forum, terms: TermsOfReference | None) -> list[tuple[str, str]]:
        """The public forms of the table that are open today, for the secretariat to pass on."""
        if not policies.can_manage_forum(self.request.user, forum):
            return []
        found = [(_("Apply for a seat"), "forums_public:apply")] if is_open_to_applications(forum, terms) else []
        found += [(_("Learn more"), "forums_public:ask")] if is_open_to_questions(forum) else []
        return [(label, self.request.build_absolute_uri(reverse(name, args=[forum.pk]))) for label, name in found]

    def finding(self, roster: Roster) -> str:
        """The title of the card with the seats: what it shows."""
        if not roster.total:
            return _("No seats today")
        return _("%(filled)d of %(total)d seats filled") % {"filled": roster.filled, "total": roster.total}

    def ending(self, roster: Roster) -> str:
        """How many terms end until when, with nobody to follow."""
        if not roster.ending:
            return ""
        words = ngettext("%(count)d term ends by %(day)s.", "%(count)d terms end by %(day)s.", len(roster.ending))
        return words % {
            "count": len(roster.ending),
            "day": dates.short_date(roster.day + timedelta(days=SOON_DAYS)),
        }


class ForumSeatsView(HouseView):
    """Who sits there on a chosen day (``?on=``), by category."""

    allowed = staticmethod(policies.can_see_forums)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = forum_or_404(request.user, pk)
        asked = request.GET.get("on", "")
        day = chosen_day(asked)
        context = {
            **forum_context(forum, request.user, "seats"),
            "roster": roster_on(forum, day or today()),
            "is_other_day": day is not None and day != today(),
            "day_wrong": bool(asked) and day is None,
            "export_url": f"{reverse('core:export', args=['seats', 'csv'])}?forum={forum.pk}&on={day or today()}"
            if can_export(request.user)
            else "",
        }
        return render(request, "forums/forum_seats.html", context)


def particulars(forum: Forum, user: Any) -> list[dict[str, Any]]:
    """What is known of the forum as an institution, as rows of facts; unknown values are left out."""
    initiative = forum.initiative
    edit_url = reverse("forums:edit", args=[forum.pk]) if policies.can_manage_forum(user, forum) else ""
    other = forum.name.language == "en"
    rows: list[dict[str, Any]] = [
        {"label": _("Lead"), "value": ui.who(initiative.lead.name, initiative.lead.pk) if initiative.lead else ""},
        {"label": _("Team"), "value": str(initiative.team or "")},
        {"label": _("Pillar"), "value": str(initiative.pillar or "")},
        {
            "label": _("Name in French") if other else _("Name in English"),
            "value": _said(initiative.name_fr, "fr") if other else _said(initiative.name_en, "en"),
            "add_url": edit_url,
        },
    ]
    return [row for row in rows if row["value"] or row.get("add_url")]


def _said(text: str, language: str) -> SafeString | str:
    return ui.in_language(text, language) if text else ""


def branches(forum: Forum, user: Any) -> list[tuple[str, list[Forum]]]:
    """What it reports to, up the whole chain, who reports to it, what it succeeded and what succeeded it: as far as the
    reader may know."""
    if forum.around is not None and not forum.around.has_kin:
        return []
    around: dict[int, Forum] = {
        each.pk: each for each in Forum.objects.readable_by(user).active().for_list().in_reading_order()
    }
    chain = [forum.parent] if forum.parent and forum.parent.is_readable_by(user) else []
    while chain and chain[-1].parent_id in around and around[chain[-1].parent_id] not in chain:
        chain.append(around[chain[-1].parent_id])
    children = [each for each in around.values() if each.parent_id == forum.pk]
    groups = [
        (_("Reports to"), chain[:1]),
        (_("Which reports to"), chain[1:]),
        (_("Working groups"), [each for each in children if each.level == Forum.Level.WORKING]),
        (_("Forums that report to it"), [each for each in children if each.level != Forum.Level.WORKING]),
        (_("Succeeded by"), [each for each in (forum.successor,) if each and each.is_readable_by(user)]),
        (_("Succeeds"), [each for each in around.values() if each.successor_id == forum.pk]),
    ]
    return [(label, forums) for label, forums in groups if forums]


def delegates(roster: Roster) -> list[RosterLine]:
    """At a table of others, who speaks for this office: the seats that are ours, also a vacant one."""
    return [line for line in roster.lines if line.seat.is_ours]


class SeatView(HouseView):
    """One seat: who sat, sits and will sit there, and what may be done about it."""

    allowed = staticmethod(policies.can_see_forums)

    def get(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        forum, seat = seat_or_404(request.user, pk, seat_pk)
        lines = terms_of(seat)
        is_held = any(line.when == "present" and line.term.role == "holder" for line in lines)
        is_over = seat.valid.upper is not None and seat.valid.upper <= today()
        return render(
            request,
            "forums/seat_detail.html",
            {
                **forum_context(forum, request.user),
                "seat": seat,
                "seat_dates": dates.days_of(seat),
                "lines": [(line, _acts_on(line.term.pk, forum, seat)) for line in lines],
                "is_held": is_held,
                "is_over": is_over,
                "seat_urls": {
                    page: reverse(f"forums:{page}", args=[forum.pk, seat.pk])
                    for page in ("seat_edit", "seat_close", "appoint", "hand_over", "pack")
                },
            },
        )


def _acts_on(term_pk: int, forum: Forum, seat: Seat) -> dict[str, str]:
    return {
        page: reverse(f"forums:term_{page}", args=[forum.pk, seat.pk, term_pk]) for page in ("edit", "end", "take_back")
    }


class ForumHistoryView(HouseView):
    """Who changed what, when and why: the forum, its seats, who sits there; ``?before=`` leads further back."""

    allowed = staticmethod(policies.can_see_forums)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = forum_or_404(request.user, pk)
        text = request.GET.get("before", "")
        before = int(text) if text.isdecimal() and len(text) < 19 else None
        is_editor = policies.can_manage_forum(request.user, forum)
        page = forum_history(forum, request.user, before=before, is_editor=is_editor)
        return render(
            request, "forums/forum_history.html", {**forum_context(forum, request.user, "history"), "page": page}
        )
