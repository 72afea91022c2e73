"""Tables of the directory, by subject."""

from members.models.addresses import AddressUse, EmailAddress, OutsideIdentifier, PhoneNumber, PostalAddress
from members.models.affiliations import Affiliation
from members.models.applications import Application, ApplicationCheck, ApplicationConflict
from members.models.details import DetailsDifference, DetailsRequest
from members.models.documents import ApplicationDocument, PartyDocument
from members.models.dues import (
    DuesPayment,
    DuesTax,
    Invoice,
    InvoiceRelief,
    InvoiceTax,
    NumberSeries,
)
from members.models.duplicates import DuplicatePair, NotTheSame
from members.models.freshness import Cadence
from members.models.gifts import CharityRegistration, Gift, GiftReceipt, GiftRule
from members.models.memberships import (
    DuesRate,
    Membership,
    MembershipClock,
    MembershipDecision,
    MembershipReminder,
    MembershipTier,
)
from members.models.names import NameKey
from members.models.offices import Office
from members.models.parties import (
    Jurisdiction,
    JurisdictionFact,
    Nation,
    Organization,
    Party,
    PartyFact,
    PartyName,
)
from members.models.people import Person, said_name
from members.models.profile import Concept, Expertise, Listing, ProfileLine
from members.models.relationships import Relationship

__all__ = [
    "AddressUse",
    "Affiliation",
    "Application",
    "ApplicationCheck",
    "ApplicationConflict",
    "ApplicationDocument",
    "Cadence",
    "CharityRegistration",
    "Concept",
    "DetailsDifference",
    "DetailsRequest",
    "DuesPayment",
    "DuesRate",
    "DuesTax",
    "DuplicatePair",
    "EmailAddress",
    "Expertise",
    "Gift",
    "GiftReceipt",
    "GiftRule",
    "Invoice",
    "InvoiceRelief",
    "InvoiceTax",
    "Jurisdiction",
    "JurisdictionFact",
    "Listing",
    "Membership",
    "MembershipClock",
    "MembershipDecision",
    "MembershipReminder",
    "MembershipTier",
    "NameKey",
    "Nation",
    "NotTheSame",
    "NumberSeries",
    "Office",
    "Organization",
    "OutsideIdentifier",
    "Party",
    "PartyDocument",
    "PartyFact",
    "PartyName",
    "Person",
    "PhoneNumber",
    "PostalAddress",
    "ProfileLine",
    "Relationship",
    "said_name",
]
