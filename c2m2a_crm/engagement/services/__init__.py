"""Everything that writes the engagement record."""

from c2m2a_crm.engagement.services.commitments import keep_commitment, release_commitment, reopen_commitment
from c2m2a_crm.engagement.services.entries import (
    Attendee,
    Colleague,
    Entry,
    EntryClosed,
    EntryRefused,
    NewAttendee,
    NextStep,
    Promise,
    Raised,
    correct_interaction,
    log_interaction,
    restore_interaction,
    update_interaction,
    withdraw_interaction,
)
from c2m2a_crm.engagement.services.follow_ups import (
    add_follow_up,
    finish_follow_up,
    hand_over_follow_up,
    reopen_follow_up,
    snooze_follow_up,
)

__all__ = [
    "Attendee",
    "Colleague",
    "Entry",
    "EntryClosed",
    "EntryRefused",
    "NewAttendee",
    "NextStep",
    "Promise",
    "Raised",
    "add_follow_up",
    "correct_interaction",
    "finish_follow_up",
    "hand_over_follow_up",
    "keep_commitment",
    "log_interaction",
    "release_commitment",
    "reopen_commitment",
    "reopen_follow_up",
    "restore_interaction",
    "snooze_follow_up",
    "update_interaction",
    "withdraw_interaction",
]
