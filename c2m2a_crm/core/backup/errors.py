"""The one error of this package."""

from __future__ import annotations


class BackupError(Exception):
    """Why a backup cannot be made or brought back: a whole sentence that says what to do."""
