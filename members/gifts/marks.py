"""How pages and lists show what a gift and a receipt are."""

from __future__ import annotations

from django.utils.safestring import SafeString

from c2m2a_crm.core import ui
from members.gifts.state import TONES, ReceiptState, State


def state_tag(state: str) -> SafeString:
    return ui.tag(State(state).label, TONES[state])


def state_words(state: str) -> str:
    return str(State(state).label)


def receipt_tag(state: str) -> SafeString:
    return ui.tag(ReceiptState(state).label, TONES[state])
