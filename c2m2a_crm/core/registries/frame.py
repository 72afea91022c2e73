"""What stands around every page, and on the home page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from c2m2a_crm.core.registries.base import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText  # only the stubs know it


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the navigation. ``group`` is the key of a :class:`NavGroup` or empty for the top level.

    ``waiting`` gives the rows that wait for this reader; their number stands beside the label. The frame of a page
    counts those of all lines in one statement.
    """

    key: str
    label: LazyText | str
    url_name: str
    icon: str
    order: int
    allowed: Callable[[Any], bool]
    group: str = ""
    go_key: str = ""
    waiting: Callable[[Any], models.QuerySet[Any, Any]] | None = None


@dataclass(frozen=True, slots=True)
class HomeBlock:
    """A card on the home page; the function gives its context, or None for no card.

    What somebody must do stands in the first row (``is_work``), above the figures. ``is_side`` is the narrow column,
    whose cards give their lines as ``rows``. ``room`` tells a card how many lines level it with the narrow column of
    the second row; 0 where there is none.
    """

    key: str
    order: int
    template: str
    context: Callable[[Any], dict[str, Any] | None]
    is_work: bool = False
    is_side: bool = False


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """Figures of one room on the home page, read together. Each opens the list whose count it is.

    A figure has label, value and url, and may have unit, trend, trend_tone and note (``components/kpi_strip.html``).
    """

    key: str
    order: int
    figures: Callable[[Any], Sequence[dict[str, Any]]]


navigation: Registry[NavItem] = Registry("navigation")
home_blocks: Registry[HomeBlock] = Registry("home blocks")
home_figures: Registry[HomeFigures] = Registry("home figures")
