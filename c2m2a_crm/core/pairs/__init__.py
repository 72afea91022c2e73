"""A text in both languages that goes out as one Word file, English and French side by side, and comes back.

A room gives its text as a :class:`Pair` (``pair_of`` makes one of Markdown) and hands out ``pair_file``. What comes
back is read by ``read_pair``, which refuses whatever is not the same table with other words; ``changed_rows`` are shown
to whoever brings it, and the room's own edit service saves it under the version that went out.
"""

from c2m2a_crm.core.pairs.files import PairRefused, pair_file, read_pair
from c2m2a_crm.core.pairs.texts import ChangedRow, Pair, blocks_of, changed_rows, joined, pair_of

__all__ = [
    "ChangedRow",
    "Pair",
    "PairRefused",
    "blocks_of",
    "changed_rows",
    "joined",
    "pair_file",
    "pair_of",
    "read_pair",
]
