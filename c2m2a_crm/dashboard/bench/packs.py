"""The pack of a meeting with many pages: how long it takes, and what it costs in memory.

Pages are pictures, as of papers that were scanned: what is held while files are joined. Memory is that by which the
process that makes the pack grew, together with the most that any process took that it asked to set or join. Everything
is made in one transaction that is taken back: nothing stays, neither rows nor files.
"""

from __future__ import annotations

import io
import random
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import django
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import DocumentVersion
from c2m2a_crm.dashboard.bench import budgets, memory
from c2m2a_crm.dashboard.bench.pages import BenchError
from c2m2a_crm.dashboard.bench.report import Finding, Report
from forums.meetings.policies import can_run_meetings
from forums.meetings.services.agenda import add_item
from forums.meetings.services.planning import create_meeting
from forums.models import Forum, Meeting
from forums.papers.pack.building import build_pack
from forums.papers.services import add_paper
from forums.services import create_forum

PAPERS: Final = 20
PAGES_OF_EACH: Final = 5
# A page of noise at this size is about 150 kB as a JPEG, as a page scanned in grey is.
_SIZE: Final = (425, 550)


def measure(user: User, *, papers: int = PAPERS, pages: int = PAGES_OF_EACH) -> Report:
    """In a process of its own, whose peak nothing else has raised; inside a transaction here."""
    if not can_run_meetings(user):
        raise BenchError(f"{user} does not run meetings. See --user, for example secretariat@demo.example.")
    report = Report(f"Pack of {papers} papers of {pages} pages")
    if connection.in_atomic_block:
        report.findings.append(measure_pack(user.pk, papers, pages))
    else:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=django.setup) as apart:
            report.findings.append(apart.submit(measure_pack, user.pk, papers, pages).result())
    return report


def measure_pack(actor_id: int, papers: int, pages: int) -> Finding:
    actor = User.objects.get(pk=actor_id)
    names: list[str] = []
    try:
        with transaction.atomic(), recorded(None, system="bench"), TemporaryDirectory() as folder:
            meeting = _meeting(actor, papers, pages, names)
            target = Path(folder) / "pack.pdf"
            before = memory.peak()
            began = time.perf_counter()
            pack = build_pack(actor, meeting, "en", Path(folder), target)
            took = time.perf_counter() - began
            grown, beside = memory.peak() - before, _peak_of_children()
            size = target.stat().st_size
            transaction.set_rollback(True)
    finally:
        for name in names:
            with suppress(FileNotFoundError):
                default_storage.delete(name)
    figures = {
        "pages": pack.pages,
        "MB": size / 2**20,
        "seconds": took,
        "MB grown": grown / 2**20,
        "MB beside": beside / 2**20,
        "budget": budgets.PACK_MEMORY / 2**20,
    }
    over = memory.too_much(grown + beside, budgets.PACK_MEMORY)
    if pack.pages <= papers * pages:
        over.append(f"only {pack.pages} pages of {papers * pages} and the agenda")
    return Finding("pack", figures, tuple(over))


def _meeting(actor: User, papers: int, pages: int, names: list[str]) -> Meeting:
    forum = create_forum(actor=actor, kind=Forum.Kind.INDUSTRY, name_en="Bench forum")
    starts = timezone.now() + timedelta(days=30)
    meeting = create_meeting(
        actor=actor, forum=forum, starts_at=starts, ends_at=starts + timedelta(hours=2), title_en="Bench meeting"
    )
    for number in range(papers):
        item = add_item(actor=actor, meeting=meeting, title_en=f"Item {number + 1}")
        file = ContentFile(_scan(pages, number), name=f"paper-{number + 1}.pdf")
        paper = add_paper(
            actor=actor, meeting=meeting, file=file, language="en", title_en=f"Paper {number + 1}", item=item
        )
        names += DocumentVersion.objects.filter(document=paper.document_id).values_list("file", flat=True)
    return meeting


def _scan(pages: int, seed: int) -> bytes:
    noise = random.Random(seed)  # noqa: S311  pictures of nothing, the same in each run
    pictures = [Image.frombytes("L", _SIZE, noise.randbytes(_SIZE[0] * _SIZE[1])) for _page in range(pages)]
    made = io.BytesIO()
    pictures[0].save(made, "PDF", save_all=True, append_images=pictures[1:], quality=60)
    return made.getvalue()


def _peak_of_children() -> int:
    """The most that any process took that this one started and waited for, in bytes."""
    found = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return found if sys.platform == "darwin" else found * 1024
