"""Segments: who belongs to a stored filter, asked anew each time, within the rights of whoever reads.

A later room takes a segment as the audience of a message by :func:`members_of`.
"""

from c2m2a_crm.core.segments.lists import take_part
from c2m2a_crm.core.segments.rules import Rule, members_of, rule_of
from c2m2a_crm.core.segments.services import (
    NameTaken,
    SegmentRefused,
    archive_segment,
    can_change_segment,
    can_make_segments,
    describe_segment,
    make_segment,
    pick,
    replace_rule,
    restore_segment,
    unpick,
)
from c2m2a_crm.core.segments.why import ClauseAnswer, Why, why

__all__ = [
    "ClauseAnswer",
    "NameTaken",
    "Rule",
    "SegmentRefused",
    "Why",
    "archive_segment",
    "can_change_segment",
    "can_make_segments",
    "describe_segment",
    "make_segment",
    "members_of",
    "pick",
    "replace_rule",
    "restore_segment",
    "rule_of",
    "take_part",
    "unpick",
    "why",
]
