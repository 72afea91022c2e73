"""``manage.py first_administrator BASE_URL``: the one-time link with which an installation begins."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import URLValidator

from c2m2a_crm.accounts.services import first_administrator_link


class Command(BaseCommand):
    help = "Print a one-time link that makes the first administrator. A new one ends the one before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("base_url", help="the address of the product, for example https://crm.example.org/")

    def handle(self, *args: Any, **options: Any) -> None:
        base_url: str = options["base_url"]
        try:
            URLValidator(schemes=["http", "https"])(base_url)
        except ValidationError as error:
            if not base_url.startswith(("http://localhost", "https://localhost")):
                raise CommandError(f"{base_url} is not an address. Write it with https://.") from error
        link = first_administrator_link(base_url)
        if link is None:
            raise CommandError("There is an administrator already. They invite others on the page Users.")
        self.stdout.write(link)
