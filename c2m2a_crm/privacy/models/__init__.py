"""Tables of privacy and access to information, by subject."""

from c2m2a_crm.privacy.models.access import (
    AccessItem,
    AccessPerson,
    AccessRequest,
    OwnerAsk,
    UnresolvedChallenge,
)
from c2m2a_crm.privacy.models.periods import LegalPeriod

__all__ = [
    "AccessItem",
    "AccessPerson",
    "AccessRequest",
    "LegalPeriod",
    "OwnerAsk",
    "UnresolvedChallenge",
]
