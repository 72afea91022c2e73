"""What the tests of the measurement share."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command


def run(*what: str, **options: object) -> str:
    out = StringIO()
    call_command("bench", *what, rounds=1, seconds=0, stdout=out, **options)
    return out.getvalue()
