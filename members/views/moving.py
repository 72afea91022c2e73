"""Moved on: one form from a person's page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.pages.versioned import take_errors
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.registries import Move
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import see_other
from members import services
from members.forms import NewParty
from members.models import Affiliation, Office, Party, Person
from members.office_forms import MovedOnForm
from members.rooms import PEOPLE, Room
from members.views.parts import PartView
from members.views.records import record_context


class MovedOnView(PartView):
    """Where somebody leaves, where they go, and what becomes of what hung on the old place.

    ``?place=`` names the affiliation that ends, ``?office=`` the office they go to. Without a place that holds today
    there is nothing to leave.
    """

    room: Room = PEOPLE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        place = self.place(person, request.GET.get("place", ""))
        office = self.office(request.GET.get("office", ""))
        initial = {"place": place.pk, "last": today(), "office": office, "party": office.party if office else None}
        form = self.make_form(person, place, office.party_id if office else None, initial=initial)
        stays = office is not None and office.party_id == place.party_id
        self.ask_about(form, place, place.party if stays else None)
        return self.ask(request, person, place, form, stays=stays)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        place = self.place(person, request.POST.get("place", "") or request.GET.get("place", ""))
        party = request.POST.get("party", "")
        form = self.make_form(
            person, place, int(party) if party.isdecimal() and len(party) < 19 else None, request.POST
        )
        stays = "stays" in request.POST
        self.ask_about(form, place, place.party if stays else None)
        if form.is_valid() and not stays and form.cleaned_data.get("party") == place.party:
            return self.ask_again(request, person, place)
        if form.is_valid():
            try:
                with transaction.atomic():
                    operation = self.move(form, form.cleaned_data.get("place") or place)
            except ActRefused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            except ValidationError as refused:
                if hasattr(refused, "error_dict"):
                    take_errors(form, refused)
                else:
                    form.add_error("email", refused)
            else:
                undo = reverse("operations:undo", args=[operation.pk])
                ui.toast(request, _("%(name)s has moved on.") % {"name": person}, undo_url=undo)
                return see_other(request, person.get_absolute_url())
        return self.ask(request, person, place, form, status=422, stays=stays)

    def ask_again(self, request: HttpRequest, person: Person, place: Affiliation) -> HttpResponse:
        """Somebody takes another post of the same party: what was proposed for a departure must not end by itself."""
        move = Move(person, place.party, today(), place.party, _("whoever follows"))
        data = request.POST.copy()
        for each in services.what_is_asked(self.actor(), move):
            data[each.key] = each.row.default
        form = self.make_form(person, place, place.party_id, data)
        self.ask_about(form, place, place.party)
        words = {"name": person, "party": place.party}
        form.add_error("party", _("%(name)s stays with %(party)s. Look at what is proposed below, and save.") % words)
        return self.ask(request, person, place, form, status=422, stays=True)

    def move(self, form: MovedOnForm, place: Affiliation) -> Any:
        data = form.cleaned_data
        party, to = data.get("party"), None
        if isinstance(party, NewParty):
            party = services.create_named_party(actor=self.actor(), name=party.name, language=reader_language())
        if party is not None:
            names = ("first", "title_en", "title_fr", "email")
            to = services.NewPlace(party=party, office=data.get("office"), **{name: data[name] for name in names})
        return services.moved_on(
            actor=self.actor(),
            affiliation=place,
            last=data["last"],
            to=to,
            successor=data.get("successor"),
            choices=form.choices_made(),
        )

    def places(self, person: Person) -> list[Affiliation]:
        """What holds today or later, the main one first."""
        now = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=today())
        rows = Affiliation.objects.visible_to(self.request.user).filter(now, person=person)
        rows = rows.select_related("party", "office", "person")
        return list(rows.order_by("-is_primary", "pk"))

    def place(self, person: Person, key: str) -> Affiliation:
        places = self.places(person)
        if not places:
            raise Http404
        return next((each for each in places if str(each.pk) == key), places[0])

    def office(self, key: str) -> Office | None:
        if not (key.isdecimal() and len(key) < 19):
            return None
        return Office.objects.visible_to(self.actor()).active().select_related("party").filter(pk=int(key)).first()

    def make_form(
        self, person: Person, place: Affiliation, party: int | None, *data: Any, **options: Any
    ) -> MovedOnForm:
        return MovedOnForm(*data, places=self.places(person), offices=self.offices(place, party), **options)

    def offices(self, place: Affiliation, party: int | None) -> QuerySet[Any, Any]:
        """Of the party that is left and of the one that is chosen, but for the office that is left."""
        parties = {place.party_id, party} - {None}
        rows = Office.objects.active().filter(party__in=parties).select_related("party").in_reading_order()
        return rows.exclude(pk=place.office_id) if place.office_id is not None else rows

    def ask_about(self, form: MovedOnForm, place: Affiliation, to: Party | None = None) -> None:
        """With words for a successor who is not named yet. Where they go changes what is proposed, not what may be."""
        move = Move(place.person, place.party, today(), to, _("whoever follows"))
        form.ask(services.what_is_asked(self.actor(), move))

    def ask(
        self,
        request: HttpRequest,
        person: Person,
        place: Affiliation,
        form: MovedOnForm,
        *,
        status: int = 200,
        stays: bool = False,
    ) -> HttpResponse:
        context = record_context(self.room, person, request.user, "part")
        context |= {"form": form, "place": place, "stays": stays, "page_errors": bool(form.errors)}
        return render(request, "members/moved_on.html", context, status=status)
