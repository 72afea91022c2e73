"""Addresses of the reports: everybody with a role reads them, and each counts what its reader may read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.system.role_matrix import lookers, page

MAKERS: dict[str, Callable[[], dict[str, Any]]] = {}

ROWS = {
    "reports:catalogue": page(lookers()),
    "reports:contacts_by_party": page(lookers()),
    "reports:by_representative": page(lookers()),
    "reports:by_community": page(lookers()),
    "reports:people_met": page(lookers()),
    "reports:points_raised": page(lookers()),
    "reports:commitments_made": page(lookers()),
}
