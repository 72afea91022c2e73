"""The address of home."""

from __future__ import annotations

from tests.system.role_matrix import lookers, page

MAKERS: dict[str, object] = {}
ROWS = {"dashboard:home": page(lookers())}
