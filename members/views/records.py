"""A record's page: timeline and facts, its people, its history."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, make_aware

from c2m2a_crm.accounts.policies import can_dispose, can_export
from c2m2a_crm.core.addresses import address_of
from c2m2a_crm.core.context_processors import open_address
from c2m2a_crm.core.pages.facts import fact_card
from c2m2a_crm.core.registries import actions_for, marks_of, panels_for
from c2m2a_crm.core.views import HouseView, MovedForGood, visible_or_404
from members.fact_rooms import fact_room_of
from members.models import Party, PartyName, Person
from members.policies import can_edit_directory, can_see_directory
from members.record_history import history_page
from members.records import (
    PEOPLE_IN_VIEW,
    PEOPLE_ON_A_PAGE,
    party_facts,
    people_now,
    people_of,
    person_facts,
    places_of,
    reached_by,
    timeline_page,
)
from members.rooms import ORGANIZATIONS, PEOPLE, Room
from members.selectors import party_note
from members.services.addresses import Owner


def record_or_404(room: Room, user: Any, pk: int) -> Any:
    """The record of this room with everything its head shows; 404 for one of another room.

    Whoever asks for a record that was merged into another one is led to that one (:class:`MovedForGood`).
    """
    rows = room.rows().select_related("owner")
    if not room.is_people:
        rows = rows.select_related("owner", "backup_owner", "jurisdiction", "parent")
    record = visible_or_404(rows, user, pk=pk)
    if record.merged_into_id is not None:
        survivor = visible_or_404(type(record)._default_manager.all(), user, pk=record.merged_into_id)
        raise MovedForGood(survivor.get_absolute_url())
    return record


def record_context(room: Room, record: Owner, user: Any, tab: str) -> dict[str, Any]:
    """What the head, the crumbs and the tabs of a record's pages need."""
    is_anonymous = isinstance(record, Person) and record.anonymised_on is not None
    may_edit = can_edit_directory(user) and not is_anonymous
    log_url = open_address(user, "contact_log:create")
    about = "person" if isinstance(record, Person) else "party"
    new_person = f"{PEOPLE.url('create')}?organization={record.pk}" if isinstance(record, Party) else ""
    return {
        "person_create_url": new_person,
        "room": room,
        "record": record,
        "log_contact_url": f"{log_url}?{about}={record.pk}"
        if log_url and not (record.is_archived or is_anonymous)
        else log_url,
        "is_anonymous": is_anonymous,
        "paper_url": address_of(f"contact_log:{about}_pdf", record.pk) if can_export(user) else "",
        "tab": tab,
        "may_edit": may_edit and not record.is_archived,
        "anonymise_url": room.url("anonymise", record.pk)
        if isinstance(record, Person) and can_dispose(user) and not is_anonymous
        else "",
        "card_url": room.url("card", record.pk) if room.is_people and can_export(user) and not is_anonymous else "",
        "may_restore": may_edit and record.is_archived,
        "marks": partial(marks_of, user, record),  # called by the pages that draw the head
        "head_actions": partial(actions_for, user, record),
        "people_count": partial(people_now, record) if isinstance(record, Party) else 0,
        "note": party_note(record) if isinstance(record, Party) else "",
        "name": record.name if isinstance(record, Party) else record.full_name,
        "merge_url": reverse("merging:pick", args=["people" if room.is_people else "parties", record.pk]),
        "urls": {
            page: room.url(page, record.pk)
            for page in ("detail", "history", "on_a_day", "edit", "archive", "restore", "email_create", "phone_create")
        }
        | {
            "postal": room.url("postal_create", record.pk),
            "relationship": room.url("relationship_create", record.pk),
            "list": room.url("list"),
        }
        | (
            {
                "affiliation": room.url("affiliation_create", record.pk),
                "moved_on": room.url("moved_on", record.pk),
            }
            if room.is_people
            else {
                "people": room.url("people", record.pk),
                "name": room.url("name_create", record.pk),
                "office": room.url("office_create", record.pk),
            }
        ),
    }


def moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found is None or is_aware(found) else make_aware(found)


class RecordView(HouseView):
    """Timeline, facts and everything other rooms add. ``?before=`` gives the older entries alone to htmx."""

    allowed = staticmethod(can_see_directory)
    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = record_or_404(self.room, request.user, pk)
        before = moment(request.GET.get("before", ""))
        timeline = timeline_page(request.user, record, before)
        context = {
            **record_context(self.room, record, request.user, "timeline"),
            "timeline": timeline,
            "is_older": before is not None,
        }
        if getattr(request, "htmx", False) and before is not None:
            return render(request, "members/_timeline.html", context)
        reach, reach_past = reached_by(record, lambda page, part: self.room.url(page, record.pk, part))
        context |= {"reach": reach, "reach_past": reach_past, "outside_ids": list(record.outside_ids.all())}
        context |= self.panels(request, record)
        if isinstance(record, Person):
            places, places_past = places_of(record)
            context |= {
                "facts": person_facts(record, context["urls"]["edit"] if context["may_edit"] else ""),
                "places": places,
                "places_past": places_past,
            }
            return render(request, "members/person_detail.html", context)
        names = list(PartyName.objects.filter(party=record))
        for name in names:
            name.remove_url = self.room.url("name_remove", record.pk, name.pk)  # type: ignore[attr-defined]  # for the page
        people, people_past, count, count_past = people_of(record, limit=PEOPLE_IN_VIEW)
        context |= {
            "facts": party_facts(record, context["urls"]["edit"] if context["may_edit"] else ""),
            "other_names": names,
            "people": people,
            "people_past": people_past,
            "people_count": count,
            "people_past_count": count_past,
            "people_more_url": context["urls"]["people"] if count > len(people) else "",
            "parts": list(record.parts.active().in_reading_order()[:PEOPLE_IN_VIEW]),
            "statements": fact_card(fact_room_of(record), request.user, record),
        }
        return render(request, "members/party_detail.html", context)

    def panels(self, request: HttpRequest, record: Owner) -> dict[str, list[SafeString]]:
        """The cards of other rooms, drawn, by place."""
        drawn: dict[str, list[SafeString]] = {"panels_next": [], "panels_main": [], "panels_aside": []}
        for panel, context in panels_for(request.user, record):
            drawn[f"panels_{panel.place}"].append(render_to_string(panel.template, context, request))
        return drawn


class PartyPeopleView(HouseView):
    """Everybody who works or worked for an organization or a Nation; of very many the first, all on ``?all=1``."""

    allowed = staticmethod(can_see_directory)
    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        party = record_or_404(self.room, request.user, pk)
        limit = None if "all" in request.GET else PEOPLE_ON_A_PAGE
        people, past, count, past_count = people_of(party, limit=limit)
        is_cut = len(people) + len(past) < count + past_count
        context = {
            "people": people,
            "people_past": past,
            "people_count": count,
            "people_total": count + past_count,
            "all_url": f"{request.path}?all=1" if is_cut else "",
        }
        return render(
            request,
            "members/party_people.html",
            {**record_context(self.room, party, request.user, "people"), **context},
        )


class HistoryView(HouseView):
    """Who changed what, when and why; ``?before=`` leads further back."""

    allowed = staticmethod(can_see_directory)
    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = record_or_404(self.room, request.user, pk)
        text = request.GET.get("before", "")
        before = int(text) if text.isdecimal() and len(text) < 19 else None
        context = record_context(self.room, record, request.user, "history")
        is_anonymous = isinstance(record, Person) and record.anonymised_on is not None
        is_editor = can_edit_directory(request.user) and not record.is_archived and not is_anonymous
        page = history_page(record, request.user, before=before, is_editor=is_editor)
        return render(request, "members/record_history.html", {**context, "page": page})
