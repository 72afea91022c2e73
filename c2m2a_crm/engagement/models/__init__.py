"""Tables of the engagement record, by subject."""

from c2m2a_crm.engagement.models.documents import InitiativeDocument
from c2m2a_crm.engagement.models.follow_ups import FollowUp
from c2m2a_crm.engagement.models.initiatives import Initiative, InitiativeFact, Pillar
from c2m2a_crm.engagement.models.interactions import Correction, Interaction, Participant
from c2m2a_crm.engagement.models.points import Commitment, CommitmentEvent, Point
from c2m2a_crm.engagement.models.rhythms import AgreedQuiet, NoProspect, OwnRhythm, Rhythm

__all__ = [
    "AgreedQuiet",
    "Commitment",
    "CommitmentEvent",
    "Correction",
    "FollowUp",
    "Initiative",
    "InitiativeDocument",
    "InitiativeFact",
    "Interaction",
    "NoProspect",
    "OwnRhythm",
    "Participant",
    "Pillar",
    "Point",
    "Rhythm",
]
