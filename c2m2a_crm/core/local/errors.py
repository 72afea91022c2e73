"""The one error of this package."""

from __future__ import annotations


class LocalError(Exception):
    """Something stands in the way on this machine. The text is a whole sentence for the person at the terminal:
    what is wrong, and what to do. ``manage.py`` prints it and exits with 1."""
