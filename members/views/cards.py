"""Somebody as a vCard, from their page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.exports import CARD_VERSIONS, CONTENT_TYPES, FORMAT_WORDS
from c2m2a_crm.core.models import AuditEvent
from c2m2a_crm.core.purposes import purpose_from, remember_purpose
from c2m2a_crm.core.views import HouseView
from members.cards import person_cards
from members.models import Person
from members.rooms import PEOPLE
from members.views.records import record_or_404


class PersonCardView(HouseView):
    """GET asks what the card is for, POST gives it, told to the audit before."""

    allowed = staticmethod(can_export)
    http_method_names = ("get", "post", "options")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(self._person(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self._person(pk)
        purpose = purpose_from(request.POST)
        if not purpose:
            return self._ask(person, is_missing=True, status=422)
        remember_purpose(request, purpose)
        version = request.POST.get("version", "")
        file_format = version if version in CARD_VERSIONS else next(iter(CARD_VERSIONS))
        user: Any = request.user
        data = "".join(person_cards(user, [person], file_format))
        AuditEvent.objects.create(
            actor_id=user.pk,
            verb="person.exported",
            subject_table=Person._meta.db_table,
            subject_id=person.pk,
            details={"format": file_format, "purpose": purpose, "rows": 1},
        )
        response = HttpResponse(data.encode("utf-8", "replace"), content_type=CONTENT_TYPES[file_format])
        response["Content-Disposition"] = f'attachment; filename="person-{person.pk}.vcf"'
        response["Cache-Control"] = "no-store"
        return response

    def _person(self, pk: int) -> Person:
        person: Person = record_or_404(PEOPLE, self.request.user, pk)
        if person.anonymised_on is not None:
            raise Http404
        return person

    def _ask(self, person: Person, *, is_missing: bool = False, status: int = 200) -> HttpResponse:
        context = {
            "person": person,
            "ways": [FORMAT_WORDS[file_format] for file_format in CARD_VERSIONS],
            "is_missing": is_missing,
            "page_errors": is_missing,
        }
        return render(self.request, "members/person_card.html", context, status=status)
