"""Home: what needs the reader first, then figures, then what happened. The rooms contribute all of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.accounts.policies import can_look, can_write
from c2m2a_crm.core.context_processors import address
from c2m2a_crm.core.registries import home_blocks, home_figures
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView
from members.models import Party, Person

NOON, EVENING = 12, 18
# The head and the foot of a card, in lines of its list.
LINES_OF_HEAD_AND_FOOT = 2
FEWEST_LINES = 5


@dataclass
class HomeRow:
    """Cards side by side: the wide column and the narrow one, each rendered from its room's template."""

    label: str
    main: list[SafeString] = field(default_factory=list)
    side: list[SafeString] = field(default_factory=list)


class HomeView(HouseView):
    allowed = staticmethod(can_look)

    def get(self, request: HttpRequest) -> HttpResponse:
        work, rest = HomeRow(_("Also waiting for you")), HomeRow(_("Relationships"))
        found = [(block, block.context(request.user)) for block in home_blocks]
        blocks = [(block, context) for block, context in found if context is not None]
        filled = {block.key for block, _context in blocks}
        beside = [context["rows"] for block, context in blocks if block.is_side and not block.is_work]
        room = max(FEWEST_LINES, sum(LINES_OF_HEAD_AND_FOOT + len(rows) for rows in beside)) if beside else 0
        for block, context in blocks:
            row = work if block.is_work else rest
            card = render_to_string(block.template, {**context, "room": room}, request)
            (row.side if block.is_side else row.main).append(card)
        # Only where nothing ever happened is it worth asking whether anybody is on file.
        is_known = "recent" in filled or has_own_records(request.user)
        is_new = can_write(request.user) and not is_known
        context = {
            "greeting": greeting(str(request.user)),
            "today": today(),
            "work": HomeRow("") if is_new else work,
            "rest": rest,
            "figures": [] if is_new else [figure for entry in home_figures for figure in entry.figures(request.user)],
            "first_steps": first_steps() if is_new else [],
        }
        return render(request, "dashboard/home.html", context)


def has_own_records(user: Any) -> bool:
    """Whether anybody is on file beside the governments' institutions, which come with the product."""
    own = Party.objects.visible_to(user).exclude(kind=Party.Kind.GOVERNMENT)
    return own.exists() or Person.objects.visible_to(user).exists()


def greeting(name: str) -> str:
    """Good morning, Noor: by the office's clock, with the first name."""
    hour = timezone.localtime().hour
    first_name = {"name": name.split(" ")[0]}
    if hour < NOON:
        return pgettext("before noon", "Good morning, %(name)s") % first_name
    if hour < EVENING:
        return pgettext("until six", "Good afternoon, %(name)s") % first_name
    return pgettext("after six", "Good evening, %(name)s") % first_name


def first_steps() -> list[dict[str, Any]]:
    """What to do on the first day; pages that this installation does not have are left out."""
    steps = [
        {"label": _("Import a list"), "url": address("imports:list"), "icon": "file-import"},
        {"label": _("Add an organization"), "url": address("organizations:create"), "icon": "building"},
        {"label": _("Log a contact"), "url": address("contact_log:create"), "icon": "plus", "opens": "log-contact"},
    ]
    return [step for step in steps if step["url"]]
