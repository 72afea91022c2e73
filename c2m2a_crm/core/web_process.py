"""How a process that answers requests uses its memory."""

from __future__ import annotations

import gc
from typing import Final

# Containers made before the youngest are looked through for circles. A page makes some ten thousand, nearly all of
# which go with their last reference: looking through them at Python's usual 700 took a fifth of a page's time.
_YOUNG: Final = 50_000


def settle() -> None:
    """Call once, when the program is loaded: what it is made of stays and is not looked through."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 50)
