"""Files: every list in every format, and asked in every way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import RequestFactory
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import exports
from c2m2a_crm.core.exports import stream_csv
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.registries import exportable_lists
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction, Participant
from tests.system.leaks.planting import ADDED_ONLY, ASKED, CIRCLE, MARK, Vault, plant
from tests.system.leaks.reading import outsider, secrets_in, words_of

FORMATS = ("csv", "xlsx", "pdf")


def test_every_format_in_which_lists_leave_is_read_here() -> None:
    assert set(exports.FORMATS) <= set(FORMATS)


def test_no_file_of_any_format_carries_a_confided_word(client_of: Any, vault: Vault, secretariat: User) -> None:
    client, leaks, read = client_of(secretariat), [], set()
    for entry in exportable_lists:
        if not entry.allowed(secretariat):
            continue
        for file_format in exports.FORMATS:
            for query in ("", f"q={ASKED}") if file_format == "csv" else ("",):
                answer = client.post(
                    reverse("core:export", args=[entry.key, file_format]), {"purpose": "A meeting", "query": query}
                )
                assert answer.status_code == 200, (entry.key, file_format)
                said = words_of(b"".join(answer.streaming_content))
                leaks += [(entry.key, file_format, query) for word in secrets_in(said, CIRCLE)]
                read |= {file_format} if "Open words" in said else set()
    assert not leaks
    assert read == set(exports.FORMATS), "A format was not read down to its words."


def test_no_briefing_carries_a_confided_word_and_a_member_has_it(
    client_of: Any, vault: Vault, secretariat: User, staff: User
) -> None:
    """In both languages, of each subject that the reader may open."""
    read = {"en": 0, "fr": 0}
    for reader, is_member in ((secretariat, False), (staff, True)):
        client = client_of(reader)
        for each in vault.arguments["briefings"]:
            for language in read:
                answer = client.post(
                    reverse("briefings:pdf", kwargs=each), {"purpose": "A meeting", "language": language}
                )
                if not is_member and each["about"] in ("follow-up", "meeting"):
                    assert answer.status_code in (403, 404), each
                    continue
                assert answer.status_code == 200, each
                said = words_of(answer.content)
                if is_member:
                    assert MARK in said, each
                else:
                    assert not secrets_in(said, CIRCLE), each
                    read[language] += "Open words" in said
    assert all(read.values()), "A briefing was not read down to its words."


def test_the_same_files_say_the_word_to_a_member(client_of: Any, vault: Vault, staff: User) -> None:
    client = client_of(staff)
    for file_format in exports.FORMATS:
        answer = client.post(reverse("core:export", args=["contact-log", file_format]), {"purpose": "A meeting"})
        assert MARK in words_of(b"".join(answer.streaming_content)), file_format


def asks_of_lists(reader: User, exhaustive: bool) -> Iterator[tuple[Any, str]]:
    """Every list that can be carried away, sorted by each column and filtered by each field.

    Both ways, and by six of the choices of a field, with ``--exhaustive``; else one way and by two.
    """
    ways, at_most = (("", "-"), 6) if exhaustive else (("",), 2)
    for entry in exportable_lists:
        if not entry.allowed(reader):
            continue
        request = RequestFactory().get("/")
        request.user = reader
        state = entry.state(request)
        yield entry, ""
        for column in state.all_columns:
            if column.order is not None:
                yield from ((entry, f"sort={way}{column.key}") for way in ways)
        for name, field in state.filterset.form.fields.items():
            choices = [str(value) for value, _label in getattr(field, "choices", ()) if value][:at_most]
            yield from ((entry, urlencode({name: value})) for value in (choices or [ASKED, "2026-01-01", "true"]))


def files_of(reader: User, exhaustive: bool) -> dict[tuple[str, str], list[str]]:
    """The rows of each file for each question, without the lines that say when it was written."""
    files = {}
    for entry, query in asks_of_lists(reader, exhaustive):
        request = RequestFactory().get(f"/?{query}")
        request.user = User.objects.get(pk=reader.pk)
        text = b"".join(stream_csv(entry, entry.state(request), request.user)).decode()
        files[entry.key, query] = [line for line in text.splitlines() if not line.startswith(('"# ', "# ", "\ufeff"))]
    return files


def test_another_secret_gives_every_list_the_same_rows(
    request: pytest.FixtureRequest, vault: Vault, exhaustive: bool
) -> None:
    """No filter and no order depends on what the reader may not know: the secret changes and the answers do not.

    As two readers with ``--exhaustive``, else as one.
    """
    readers = [outsider(part, request) for part in (("secretariat", "compliance") if exhaustive else ("secretariat",))]
    before = [files_of(reader, exhaustive) for reader in readers]
    assert all(len(files) > 100 for files in before)
    assert not [key for files in before for key, lines in files.items() if MARK in "\n".join(lines)]
    changes = {
        "kind": "letter",
        "direction": "incoming",
        "duration_minutes": 3,
        "initiated_by": "other",
        "arranged": "no",
    }
    with recorded(None, system="tests"):
        for row in vault.rows:
            if not isinstance(row, ADDED_ONLY):
                plant(row, "Zirconium")
        entries = [row.pk for row in vault.rows if isinstance(row, Interaction)]
        Interaction.objects.filter(pk__in=entries).update(**changes, occurred_on=date(2011, 1, 1))
        Participant.objects.filter(interaction__in=entries).update(holds_public_office=True, role="copied")
        FollowUp.objects.filter(interaction__in=entries).update(due_on=date(2001, 1, 1), assignee=readers[0])
        Commitment.objects.filter(interaction__in=entries).update(due_on=date(2001, 1, 1), by_user=readers[-1])
    after = [files_of(reader, exhaustive) for reader in readers]
    for was, is_now in zip(before, after, strict=True):
        assert {key for key in was if was[key] != is_now[key]} == set()
