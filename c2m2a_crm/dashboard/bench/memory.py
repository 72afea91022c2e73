"""How much memory this process took at most."""

from __future__ import annotations

import resource
import sys


def peak() -> int:
    """The highest resident size so far, in bytes."""
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if sys.platform == "darwin" else found * 1024


def too_much(grown: int, budget: int) -> list[str]:
    return [f"{grown // 2**20} MB of memory, budget {budget // 2**20}"] if grown > budget else []
