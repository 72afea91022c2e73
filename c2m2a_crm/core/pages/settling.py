"""What the reader chose where somebody else had saved first (``components/conflict.html``).

For pages whose service takes ``mine`` and ``theirs``; forms over one row have ``core.pages.versioned``. Both send
``version``, ``seen_version`` and ``keep_FIELD``.
"""

from __future__ import annotations

from django.http import HttpRequest

from c2m2a_crm.core.editing import EditConflict


def settled(request: HttpRequest, version: int) -> tuple[list[str], list[str]]:
    """``mine`` and ``theirs`` for a service. They hold for the version they were shown against: else ask again."""
    chosen = request.POST if request.POST.get("seen_version") == str(version) else {}
    kept = {name.removeprefix("keep_"): chosen[name] for name in chosen if name.startswith("keep_")}
    return (
        [name for name, whose in kept.items() if whose == "mine"],
        [name for name, whose in kept.items() if whose == "theirs"],
    )


def shown_version(conflict: EditConflict | None) -> int | None:
    return conflict.current_version if conflict else None
