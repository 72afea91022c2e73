"""Everything that writes the engagement record."""

from c2m2a_crm.engagement.services.access import change_access, change_initiative_access
from c2m2a_crm.engagement.services.commitments import (
    keep_commitment,
    keep_commitments,
    release_commitment,
    reopen_commitment,
    set_commitment_terms,
    undo_commitment_event,
)
from c2m2a_crm.engagement.services.entries import (
    EntryClosed,
    Seen,
    correct_interaction,
    restore_interaction,
    update_interaction,
    withdraw_interaction,
)
from c2m2a_crm.engagement.services.entry import (
    Attendee,
    Colleague,
    EntriesRefused,
    Entry,
    EntryRefused,
    NewAttendee,
    NextStep,
    Promise,
    Raised,
)
from c2m2a_crm.engagement.services.follow_ups import (
    NothingToUndo,
    add_follow_up,
    finish_follow_up,
    finish_follow_ups,
    hand_over_follow_up,
    reopen_follow_up,
    snooze_follow_up,
    undo_follow_up,
)
from c2m2a_crm.engagement.services.log import (
    check_entries,
    log_attempt,
    log_interaction,
    log_interactions,
    next_try_on,
)
from c2m2a_crm.engagement.services.points import answer_point, answer_points

__all__ = [
    "Attendee",
    "Colleague",
    "EntriesRefused",
    "Entry",
    "EntryClosed",
    "EntryRefused",
    "NewAttendee",
    "NextStep",
    "NothingToUndo",
    "Promise",
    "Raised",
    "Seen",
    "add_follow_up",
    "answer_point",
    "answer_points",
    "change_access",
    "change_initiative_access",
    "check_entries",
    "correct_interaction",
    "finish_follow_up",
    "finish_follow_ups",
    "hand_over_follow_up",
    "keep_commitment",
    "keep_commitments",
    "log_attempt",
    "log_interaction",
    "log_interactions",
    "next_try_on",
    "release_commitment",
    "reopen_commitment",
    "reopen_follow_up",
    "restore_interaction",
    "set_commitment_terms",
    "snooze_follow_up",
    "undo_commitment_event",
    "undo_follow_up",
    "update_interaction",
    "withdraw_interaction",
]
