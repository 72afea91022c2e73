"""The nightly comparison finds what a trigger missed, puts it right and tells the audit."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent, SearchEntry
from c2m2a_crm.core.searching import keeping
from c2m2a_crm.core.searching.service import search
from members.models import Party
from members.services import create_party


def test_a_difference_is_found_repaired_and_told(staff: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Alder Copper Works")
    assert search(staff, "alder").count == 1
    assert keeping.compare() == {}
    assert not AuditEvent.objects.filter(verb="search.repaired").exists()
    SearchEntry.objects.filter(kind="organization", object_id=party.pk).update(vector="")
    SearchEntry.objects.create(kind="forum", object_id=987654, vector="'=forum' 'ghost'", sort_on="2026-01-01")
    assert search(staff, "alder").count == 0
    assert keeping.compare() == {"organization": 1, "forum": 1}
    assert search(staff, "alder").count == 1
    assert not SearchEntry.objects.filter(object_id=987654).exists()
    told = AuditEvent.objects.get(verb="search.repaired")
    assert "first" not in told.details  # the audit names no record: its reader may not know of it
    assert keeping.compare() == {}


def test_the_command_checks_without_changing(staff: User) -> None:
    create_party(actor=staff, kind="business", name_en="Alder Copper Works")
    search(staff, "alder")
    SearchEntry.objects.filter(kind="organization").update(vector="")
    with pytest.raises(CommandError):
        call_command("search_rebuild", "--check", stdout=StringIO())
    assert search(staff, "alder").count == 0
    said = StringIO()
    call_command("search_rebuild", "--kind", "organization", stdout=said)
    assert "organization: 1 rows differed" in said.getvalue()
    assert search(staff, "alder").count == 1
    call_command("search_rebuild", "--check", stdout=StringIO())


def test_a_transaction_of_more_than_a_thousand_records_is_indexed_whole(staff: User) -> None:
    with recorded(staff):
        Party.objects.bulk_create(Party(kind="business", name_en=f"Alder {number}") for number in range(1_001))
    assert search(staff, "alder").count == 1_001
    with recorded(staff):
        Party.objects.update(name_en="Birch")
    assert (search(staff, "alder").count, SearchEntry.objects.filter(title_key="birch").count()) == (0, 1_001)
