"""Who was there, one by one: for rooms that call a roll and keep the contact log as they go."""

from __future__ import annotations

from django.db.models import Max

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Interaction, Participant
from c2m2a_crm.engagement.selectors import PostsHeld
from c2m2a_crm.engagement.services.entries import EntryClosed, restore_interaction, withdraw_interaction
from c2m2a_crm.engagement.services.entry import Attendee
from c2m2a_crm.engagement.services.entry_rows import participants_of, require_compliance_officer, require_names
from c2m2a_crm.engagement.services.last_contact import note_new_contacts, refresh_last_contact
from members.models import Affiliation, Party, Person


def note_presence(
    *, actor: User, interaction: Interaction, person: Person, party: Party | None = None
) -> Participant | None:
    """Write that somebody took part, with title and organization as on that day. None where it is written already.

    ``party`` is whom they spoke for there, where that is known; else it is the place of their main post. An entry that
    was taken back because nobody was left in it comes back. Raises :class:`EntryClosed` or ``EntryRefused``.
    """
    with recorded(actor):
        current = _editable(actor, interaction)
        if current.participants.filter(person=person).exists():
            return None
        require_names([Attendee(person)])
        (row,) = participants_of(current, [Attendee(person)], [], PostsHeld({person.pk}))
        speak_for(row, party)
        require_compliance_officer(current.sealed_circle, met_public_office=row.holds_public_office)
        last = current.participants.aggregate(last=Max("position"))["last"]
        row.position = 0 if last is None else last + 1
        row.save(force_insert=True)
        _count(current)
        note_new_contacts([(current, row)])
    return row


def take_presence_back(*, actor: User, interaction: Interaction, person: Person) -> bool:
    """They were not there after all. An entry in which nobody is left is taken back with its open follow-ups.

    Whether they stood in the entry. Raises :class:`EntryClosed`.
    """
    with recorded(actor):
        current = _editable(actor, interaction)
        gone = list(current.participants.filter(person=person))
        for row in gone:
            row.delete()
        if gone:
            _count(current)
            refresh_last_contact(gone)
            if not current.participants.filter(user__isnull=True).exists():
                withdraw_interaction(actor=actor, interaction=current)
    return bool(gone)


def speak_for(row: Participant, party: Party | None) -> None:
    """Put the party for which they were there, and the title they have with it that day, onto a row not yet written."""
    if party is None or row.party_id == party.pk:
        return
    posts = Affiliation.objects.on(row.interaction.occurred_on).filter(person=row.person_id, party=party)
    post = posts.order_by("-is_primary", "-pk").first()
    row.title_en, row.title_fr = (post.title_en, post.title_fr) if post else ("", "")
    row.party = party
    row.party_name_en = party.name_en or party.name_fr or party.autonym
    row.party_name_fr = party.name_fr or party.name_en or party.autonym
    row.holds_public_office = party.holds_public_office


def _editable(actor: User, interaction: Interaction) -> Interaction:
    current = lock(interaction)
    if current.is_closed:
        raise EntryClosed
    if current.is_archived:
        current = restore_interaction(actor=actor, interaction=current)
    require(policies.can_edit_entry(actor, current))
    return current


def _count(interaction: Interaction) -> None:
    interaction.version += 1
    interaction.save(update_fields=["version"])
