"""One declaration of columns gives the screen, the sorting and the files."""

from c2m2a_crm.core.lists.columns import (
    COUNT_EXACTLY_TO,
    PLAIN_WORDS,
    Cell,
    Column,
    Heading,
    ListWords,
    Plain,
    Row,
    draw_rows,
    list_sentence,
)
from c2m2a_crm.core.lists.facets import TabbedFilterSet, day_of, one_of, says, several_of
from c2m2a_crm.core.lists.filters import Chip, ChoiceFacet, HouseFilterSet, Removal, said
from c2m2a_crm.core.lists.state import ALL_FILTERS, CARRY_AWAY, CHOOSE_COLUMNS, PAGE_SIZES, VIEW, ListState

__all__ = [
    "ALL_FILTERS",
    "CARRY_AWAY",
    "CHOOSE_COLUMNS",
    "COUNT_EXACTLY_TO",
    "PAGE_SIZES",
    "PLAIN_WORDS",
    "VIEW",
    "Cell",
    "Chip",
    "ChoiceFacet",
    "Column",
    "Heading",
    "HouseFilterSet",
    "ListState",
    "ListWords",
    "Plain",
    "Removal",
    "Row",
    "TabbedFilterSet",
    "day_of",
    "draw_rows",
    "list_sentence",
    "one_of",
    "said",
    "says",
    "several_of",
]
