"""Tables of privacy and access to information, by subject."""

from c2m2a_crm.privacy.models.access import (
    AccessItem,
    AccessPerson,
    AccessRequest,
    OwnerAsk,
    UnresolvedChallenge,
)
from c2m2a_crm.privacy.models.holds import DispositionAuthority, HeldSubject, LegalHold
from c2m2a_crm.privacy.models.incidents import Incident, IncidentNotice, NoticeDuty
from c2m2a_crm.privacy.models.notices import NoticedRecord, ThirdPartyNotice
from c2m2a_crm.privacy.models.periods import LegalPeriod
from c2m2a_crm.privacy.models.retention import RetentionPeriod, RetentionRow, RetentionRun

__all__ = [
    "AccessItem",
    "AccessPerson",
    "AccessRequest",
    "DispositionAuthority",
    "HeldSubject",
    "Incident",
    "IncidentNotice",
    "LegalHold",
    "LegalPeriod",
    "NoticeDuty",
    "NoticedRecord",
    "OwnerAsk",
    "RetentionPeriod",
    "RetentionRow",
    "RetentionRun",
    "ThirdPartyNotice",
    "UnresolvedChallenge",
]
