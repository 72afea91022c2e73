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


_BY_CONSTRAINT: dict[str, type[DirectoryError]] = {
    "one_main_affiliation_at_a_time": MainAffiliationHeld,
    "affiliation_lasts_a_day": DatesReversed,
    "one_open_use_per_person": AddressListed,
    "one_open_use_per_party": AddressListed,
    "party_name_once": NameListed,
    "outside_id_once": OutsideIdTaken,
}

refusals = partial(refusals_of_the_database, _BY_CONSTRAINT)
