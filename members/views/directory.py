"""Lists, and the answers to what somebody types: options to pick, look-alikes of what is being made."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.views import HouseView, ListView
from members.duplicates.typed import Likely, likely_parties, likely_people
from members.filters import NationFilterSet, OrganizationFilterSet, PersonFilterSet
from members.lists import (
    NATION_COLUMNS,
    NATION_WORDS,
    ORGANIZATION_COLUMNS,
    ORGANIZATION_WORDS,
    PERSON_COLUMNS,
    PERSON_WORDS,
    nation_list,
    organization_list,
    person_list,
)
from members.models import Party
from members.policies import can_edit_directory, can_see_directory
from members.rooms import NATIONS, ORGANIZATIONS, PEOPLE, Room
from members.selectors import find_parties, find_people

LONGEST_QUESTION = 250


def list_context(room: Room, user: Any) -> dict[str, Any]:
    """Rows have a box to tick for whoever may change them."""
    may_edit = can_edit_directory(user)
    ticked = {"list_bulk": "bulk", "list_bulk_template": "members/_bulk_bar.html", "bulk_url": room.url("bulk")}
    return {
        "room": room,
        "may_edit": may_edit,
        "may_export": can_export(user),
        "create_url": room.url("create"),
        "verify_url": room.url("verify"),
        # Nobody of that name: the form begins with what was searched.
        "add_found_url": f"{room.url('create')}?{'family_name' if room.is_people else 'name_en'}=" if may_edit else "",
        "first_use": "members/_first_use.html",
        **(ticked if may_edit else {}),
    }


class OrganizationListView(ListView):
    allowed = staticmethod(can_see_directory)
    list_key = ORGANIZATIONS.key
    template_name = "members/directory_list.html"
    filterset_class = OrganizationFilterSet
    columns = ORGANIZATION_COLUMNS
    words = ORGANIZATION_WORDS

    def state(self) -> ListState:
        return organization_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return list_context(ORGANIZATIONS, self.request.user)


class NationListView(ListView):
    """Three distinctions are three lists: tabs of one page."""

    allowed = staticmethod(can_see_directory)
    list_key = NATIONS.key
    template_name = "members/nation_list.html"
    filterset_class = NationFilterSet
    columns = NATION_COLUMNS
    words = NATION_WORDS

    def state(self) -> ListState:
        return nation_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        chosen = self.request.GET.getlist("distinction")
        tabs = [{"label": _("All Nations"), "url": state.url(distinction=None, page=None), "current": not chosen}]
        for value, label in Party.Distinction.choices:
            url = state.url(distinction=value, page=None)
            tabs.append({"label": label, "url": url, "current": chosen == [value]})
        return {**list_context(NATIONS, self.request.user), "tabs": tabs}


class PersonListView(ListView):
    allowed = staticmethod(can_see_directory)
    list_key = PEOPLE.key
    template_name = "members/directory_list.html"
    filterset_class = PersonFilterSet
    columns = PERSON_COLUMNS
    words = PERSON_WORDS

    def state(self) -> ListState:
        return person_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return list_context(PEOPLE, self.request.user)


class OptionsView(HouseView):
    """Options of a combobox: at most eight records, then the row that makes a new one for whoever may.

    ``q`` is what was typed, ``not`` what is picked already.
    """

    allowed = staticmethod(can_see_directory)
    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = clean_line(request.GET.get("q", ""))[:LONGEST_QUESTION]
        left_out = set(request.GET.getlist("not"))
        if self.room.is_people:
            found = find_people(request.user, typed)
        else:
            found = find_parties(request.user, typed, nations=True if self.room.is_nations else None)
        options = [
            {
                "value": each.pk,
                "label": each.title,
                "note": each.note,
                "mark_key": each.pk,
                "party": not self.room.is_people,
            }
            for each in found
            if str(each.pk) not in left_out
        ]
        create = None
        if typed and can_edit_directory(request.user) and not self.room.is_nations:
            note = "" if self.room.is_people else _("new organization")
            create = {"value": f"new:{typed}", "label": typed, "note": note}
        return render(
            request, "components/combobox_options.html", {"options": options, "create": create, "query": typed}
        )


def look_alikes(request: HttpRequest, room: Room, data: Any) -> list[Likely]:
    """Records that a form's data would double; ``data`` is the query or the body as sent."""

    def text(name: str) -> str:
        return clean_line(str(data.get(name) or ""))[:LONGEST_QUESTION]

    if room.is_people:
        picked = text("organization")
        known = Party.objects.visible_to(request.user)
        party = known.filter(pk=int(picked)).first() if picked.isdecimal() and len(picked) < 19 else None
        return likely_people(
            request.user,
            given_name=text("given_name"),
            family_name=text("family_name"),
            email=text("email"),
            phone=text("phone"),
            organization=party,
        )
    return likely_parties(
        request.user,
        names=[text("name_en"), text("name_fr"), text("autonym")],
        website=text("website"),
        email_domain=text("email").rpartition("@")[2] if "@" in text("email") else "",
        acronyms=[text("acronym_en"), text("acronym_fr")],
    )


class LikelyView(HouseView):
    """While somebody types a new record: the likeliest existing ones, as a fragment."""

    allowed = staticmethod(can_edit_directory)
    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        likely = look_alikes(request, self.room, request.GET)
        return render(request, "members/_likely.html", {"likely": likely, "room": self.room})
