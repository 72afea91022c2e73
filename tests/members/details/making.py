"""Somebody who is asked to check their details, and what they send."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import OutboxMessage
from members.details.asking import ask
from members.models import DetailsRequest, Person
from tests.core.public_links.making import BROWSER
from tests.members.reading import read, values_of_form

BASE = "https://crm.example/"


def asked(actor: User, person: Person) -> tuple[DetailsRequest, str]:
    """The question, and the path of the link in its mail."""
    [request] = ask(actor=actor, people=[person], base_url=BASE)
    message = OutboxMessage.objects.get(key=f"details.ask:{request.pk}")
    found = re.search(r"https://\S+", message.body_text)
    assert found is not None
    return request, urlsplit(found[0]).path


def visitor(language: str = "en") -> Client:
    return Client(headers={**BROWSER, "Accept-Language": f"{language}-CA"})


def fields_of(path: str, client: Client | None = None) -> dict[str, Any]:
    """What a browser would send from the page of the link, untouched."""
    return values_of_form(read((client or visitor()).get(path)))


def send(path: str, **changes: str) -> Any:
    """Corrections, or with ``act="right"`` that all is right."""
    client = visitor()
    return client.post(path, {**fields_of(path, client), **changes})
