"""What can go wrong when the directory is written, as sentences that a page or an import report can show.

The shape of a value (too long, no name, not an address) is Django's ``ValidationError``, which names the field.
"""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database


class DirectoryError(ActRefused):
    """The act is refused; ``str()`` says why, in the reader's language."""


class RecordIsArchived(DirectoryError):
    sentence = _("This record is archived. Restore it before you change it.")


class RecordIsNotArchived(DirectoryError):
    sentence = _("This record is not archived.")


class RecordIsMerged(DirectoryError):
    sentence = _("This record was merged into another one. Undo the merge to bring it back.")


class PersonIsAnonymised(DirectoryError):
    sentence = _("This person was made anonymous. Nothing can be added or changed.")


class MainAffiliationHeld(DirectoryError):
    """Two main affiliations would hold on one day."""

    sentence = _("This person already has a main affiliation in those dates.")


class DatesReversed(DirectoryError):
    sentence = _("The last day must not lie before the first.")


class AddressListed(DirectoryError):
    """The owner already uses this e-mail address, telephone or name today."""

    sentence = _("This address is already listed.")


class NameListed(DirectoryError):
    sentence = _("This name is already listed.")


class OutsideIdTaken(DirectoryError):
    """Another record carries this identifier."""

    sentence = _("Another record already has this identifier.")


class ListedAlready(DirectoryError):
    """A mineral would stand twice on one list on one day."""

    sentence = _("It already stands on this list in those dates.")


class CannotBeReplaced(DirectoryError):
    """A word is replaced once, by another word of its vocabulary that is offered."""

    sentence = _("Choose another word of this vocabulary that is still offered.")


class OfficeHeld(DirectoryError):
    """Two people would hold one office on one day, or two would be acting in it."""

    sentence = _("Somebody else holds this office in those dates.")
    field = "first"


class OfficeIsArchived(DirectoryError):
    sentence = _("This office is archived. Restore it before anybody holds it.")


class OfficeOfAnotherParty(DirectoryError):
    sentence = _("This office belongs to another organization or Nation.")
    field = "office"


class ActingInNoOffice(DirectoryError):
    sentence = _("Somebody is acting in an office. Choose which.")
    field = "is_acting"


class PlaceIsOver(DirectoryError):
    """Whoever should move on left on that day or before."""

    sentence = _("This affiliation ended already.")
    field = "last_day"


class RelatedToItself(DirectoryError):
    sentence = _("Choose somebody other than the record itself.")
    field = "other"


class RelationListed(DirectoryError):
    """The same relation between the same two holds on one of these days already."""

    sentence = _("This relation is on file for those dates.")


class RelationDoesNotFit(DirectoryError):
    sentence = _("This relation does not hold between these two.")
    field = "kind"


class MandateOfNobody(DirectoryError):
    sentence = _("Scope and mandate belong to a relation of kind “speaks for”.")
    field = "scope"


class BackupIsTheOwner(DirectoryError):
    sentence = _("Choose a backup other than the owner.")
    field = "backup_owner"


_BY_CONSTRAINT: dict[str, type[DirectoryError]] = {
    "one_main_affiliation_at_a_time": MainAffiliationHeld,
    "affiliation_lasts_a_day": DatesReversed,
    "one_open_use_per_person": AddressListed,
    "one_open_use_per_party": AddressListed,
    "one_open_use_per_office": AddressListed,
    "one_holder_of_an_office_at_a_time": OfficeHeld,
    "one_acting_in_an_office_at_a_time": OfficeHeld,
    "acting_is_in_an_office": ActingInNoOffice,
    "person_is_not_related_to_itself": RelatedToItself,
    "party_is_not_related_to_itself": RelatedToItself,
    "relationship_once_at_a_time": RelationListed,
    "mutual_relationship_once_at_a_time": RelationListed,
    "relationship_ends_fit_its_kind": RelationDoesNotFit,
    "mandate_is_of_who_speaks_for": MandateOfNobody,
    "relationship_lasts_a_day": DatesReversed,
    "backup_is_somebody_else": BackupIsTheOwner,
    "party_name_once": NameListed,
    "outside_id_once": OutsideIdTaken,
}

refusals = partial(refusals_of_the_database, _BY_CONSTRAINT)
