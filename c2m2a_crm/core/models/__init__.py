"""Tables of the ground floor, by subject."""

from c2m2a_crm.core.models.base import Archivable, Circle, CircleAccess, CircleMembership, Sealable, Versioned
from c2m2a_crm.core.models.documents import Document, DocumentLink, DocumentVersion, SecurityMarking
from c2m2a_crm.core.models.facts import Fact
from c2m2a_crm.core.models.history import (
    AuditEvent,
    History,
    HistoryBlock,
    HistoryClock,
    HistoryDigest,
    HistoryRemoval,
    Operation,
)
from c2m2a_crm.core.models.imports import Import, ImportMapping, ImportRow
from c2m2a_crm.core.models.installation import AccessibilityFeedback, Installation, PublicText
from c2m2a_crm.core.models.links import PublicLink
from c2m2a_crm.core.models.lists import SavedView
from c2m2a_crm.core.models.search import SearchEntry
from c2m2a_crm.core.models.segments import Segment, SegmentDay, SegmentPick
from c2m2a_crm.core.models.work import Draft, Job, OutboxMessage

__all__ = [
    "AccessibilityFeedback",
    "Archivable",
    "AuditEvent",
    "Circle",
    "CircleAccess",
    "CircleMembership",
    "Document",
    "DocumentLink",
    "DocumentVersion",
    "Draft",
    "Fact",
    "History",
    "HistoryBlock",
    "HistoryClock",
    "HistoryDigest",
    "HistoryRemoval",
    "Import",
    "ImportMapping",
    "ImportRow",
    "Installation",
    "Job",
    "Operation",
    "OutboxMessage",
    "PublicLink",
    "PublicText",
    "SavedView",
    "Sealable",
    "SearchEntry",
    "SecurityMarking",
    "Segment",
    "SegmentDay",
    "SegmentPick",
    "Versioned",
]
