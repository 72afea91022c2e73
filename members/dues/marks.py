"""How pages and lists show what an invoice is."""

from __future__ import annotations

from django.utils.safestring import SafeString

from c2m2a_crm.core import ui
from members.dues.state import TONES, State


def state_tag(state: str) -> SafeString:
    return ui.tag(State(state).label, TONES[state])


def state_words(state: str) -> str:
    return str(State(state).label)
