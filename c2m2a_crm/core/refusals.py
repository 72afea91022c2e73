"""What the database refuses, as sentences that a page can show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class ActRefused(Exception):
    """The act is refused; ``str()`` says why, in the reader's language. ``field`` is what a form would mark."""

    sentence: Text = _("This cannot be saved.")
    field: str = ""

    def __init__(self, sentence: Text | None = None, *, field: str = "") -> None:
        self.message = sentence or self.sentence
        self.field = field or type(self).field
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


def broken_constraint(error: IntegrityError) -> str:
    """The name of the constraint that a row would break; empty where the database names none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""


@contextmanager
def refusals_of_the_database(by_constraint: Mapping[str, Callable[[], Exception]]) -> Iterator[None]:
    """Turn what a constraint refuses (also in a race that no earlier question could see) into its domain error.

    A constraint that is not in the table stays an ``IntegrityError``.
    """
    try:
        yield
    except IntegrityError as refused:
        error = by_constraint.get(broken_constraint(refused))
        if error is None:
            raise
        raise error() from refused
