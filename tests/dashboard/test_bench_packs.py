"""The pack of a meeting is measured, leaves nothing, and a broken budget is told."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Document
from c2m2a_crm.dashboard.bench import budgets, packs
from c2m2a_crm.dashboard.bench.pages import BenchError
from forums.models import Meeting

pytestmark = pytest.mark.django_db


def test_a_pack_is_measured_for_memory_and_leaves_nothing(
    secretariat: User, viewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    delete = default_storage.delete

    def deleted(name: str) -> None:
        kept.append(name)
        delete(name)

    monkeypatch.setattr(default_storage, "delete", deleted)
    monkeypatch.setattr(budgets, "PACK_MEMORY", 2**20)
    report = packs.measure(secretariat, papers=1, pages=2)
    figures = report.findings[0].figures
    assert figures["pages"] == 6
    assert figures["MB beside"] > 10
    assert len(report.over) == 1
    assert "budget 1" in report.over[0]
    assert len(kept) == 1
    assert not default_storage.exists(kept[0])
    assert not Document.objects.exists()
    assert not Meeting.objects.exists()
    with pytest.raises(BenchError, match="does not run meetings"):
        packs.measure(viewer)
