"""What came by the public forms of the fictional office's own table: applications for a seat, and questions."""

from __future__ import annotations

import uuid
from typing import Any, Final

from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from forums.joining import services
from forums.models import Forum, SeatApplication
from members.memberships.services import Ruling

_BASE: Final = "https://crm.example/"
_QUESTIONS: Final = (
    ("en", "Perpetua Lindqvist", "Lindqvist Assay", "How much time does a seat take in a year?"),
    ("fr", "Anatole Brisebois", "", "Faut-il représenter une organisation pour siéger?"),
)


def receive(office: Office, forum: Forum) -> None:
    """One just came, one was declined and appealed against, one came in French; two people ask before they apply."""
    keeper = office.colleagues["omar"]
    category = forum.categories.order_by("position").first()
    just_came = {
        "organization_name": "Kettle Valley Refining",
        "party_kind": "business",
        "given_name": "Isolde",
        "family_name": "Fairweather",
        "email": "isolde@kettle-valley.example",
        "statement": "We refine nickel intermediates and want to speak for small refiners.",
    }
    _apply(forum, "en", just_came, category=category, contribution="Nickel, cobalt; intermediate processing.")
    in_french = {
        "organization_name": "Centre de formation du Nord",
        "party_kind": "academic",
        "given_name": "Blandine",
        "family_name": "Courtemanche",
        "email": "blandine@formation-nord.example",
        "statement": "Nous formons des opératrices et des opérateurs d’usine.",
        "conflicts": "Une entreprise membre finance deux de nos ateliers.",
    }
    _apply(forum, "fr", in_french, contribution="Formation et relève.", confidential=["conflicts"])
    refused = {
        "organization_name": "Granite Peak Promotions",
        "party_kind": "business",
        "given_name": "Leopold",
        "family_name": "Vance",
        "email": "leopold@granite-peak.example",
        "statement": "We organize trade fairs.",
    }
    asked = _apply(forum, "en", refused)
    ruling = Ruling("Secretariat", today(), "Trade fairs are no part of the value chain.")
    services.decline(actor=keeper, asked=asked, ruling=ruling, base_url=_BASE)
    services.appeal(asked=asked, text="We also assay ore for our exhibitors.", base_url=_BASE)
    for language, name, organization, question in _QUESTIONS:
        services.ask(
            forum=forum,
            form_token=uuid.uuid4(),
            language=language,
            name=name,
            organization_name=organization,
            email=f"{name.split()[0].lower()}@ask.example",
            question=question,
        )


def _apply(forum: Forum, language: str, fields: dict[str, Any], **own: Any) -> SeatApplication:
    application = services.apply_for_seat(
        forum=forum, form_token=uuid.uuid4(), language=language, base_url=_BASE, fields=fields, **own
    )
    asked: SeatApplication = SeatApplication.objects.select_related("application").get(pk=application.pk)
    return asked
