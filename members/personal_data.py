"""What the directory holds about a person, for requests for access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates
from c2m2a_crm.core.dates import days_of
from c2m2a_crm.core.held import lines, nobody_told
from c2m2a_crm.core.registries import HeldRecord, Sought
from c2m2a_crm.core.searching.service import answering
from members.details.words import in_words
from members.models import (
    AddressUse,
    Affiliation,
    DetailsRequest,
    Expertise,
    OutsideIdentifier,
    Party,
    Person,
    PhoneNumber,
    PostalAddress,
    Relationship,
)


def _uses() -> str:
    return _("To know who works where, and to reach people in their work.")


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    """The record of the person and its parts. None of it is ever sealed."""
    if circle is not None or not Person.objects.readable_by(actor).filter(pk=person.pk).exists():
        return
    together = [person, *_merged_into(actor, [person])]
    for each in together:
        yield _record(each)
        yield from _parts(actor, each)
    uses = AddressUse.objects.readable_by(actor).filter(person__in=together)
    addresses = uses.order_by().values_list("email__address", flat=True)
    for user in User.objects.filter(email__in=addresses):
        text = lines((_("Name"), user.name), (_("E-mail address"), user.email), (_("Handle"), user.handle))
        yield HeldRecord(
            user,
            _("Account of this product"),
            text,
            on=timezone.localdate(user.created_at),
            source=_("Invitation by an administrator."),
            uses=_("To sign in, and to say who wrote what."),
            recipients=nobody_told(),
        )


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """People and parties whose own records answer. They bear no day, so that a search between days leaves them out."""
    if circle is not None or sought.since or sought.until:
        return
    people = Person.objects.readable_by(actor).order_by("pk")
    if sought.people:
        keys = [person.pk for person in sought.people]
        people = people.filter(Q(pk__in=keys) | Q(merged_into__in=keys))
    if sought.words:
        people = people.filter(answering(actor, "person", sought.words))
    for person in people:
        yield _record(person)
        yield from _parts(actor, person)
    if sought.people or not sought.words:
        return
    parties = Party.objects.readable_by(actor).order_by("pk")
    for kind in ("organization", "nation"):
        for party in parties.filter(answering(actor, kind, sought.words)):
            text = lines(
                (_("English name"), party.name_en), (_("French name"), party.name_fr), (_("About"), party.about)
            )
            yield HeldRecord(
                party, str(party), text, source=_("Entered by the office."), uses=_uses(), recipients=nobody_told()
            )


def _merged_into(actor: Any, people: Iterable[Person]) -> QuerySet[Person, Person]:
    """What was entered of them a second time, and what of it stayed with the record that was put aside."""
    return Person.objects.readable_by(actor).filter(merged_into__in=people).order_by("pk")


def _record(person: Person) -> HeldRecord:
    text = lines(
        (_("Honorific"), person.honorific),
        (_("Given name"), person.given_name),
        (_("Family name"), person.family_name),
        (_("Preferred name"), person.preferred_name),
        (_("Post-nominals"), person.post_nominals),
        (_("Pronunciation"), person.pronunciation),
        (_("Official language"), person.get_language_display()),
        (_("Relationship owner"), person.owner),
        (_("Put aside"), person.archived_reason),
    )
    return HeldRecord(
        person,
        (_("Record merged into this one: %(name)s") if person.merged_into_id else _("Name: %(name)s"))
        % {"name": person.full_name},
        text,
        on=timezone.localdate(person.created_at),
        source=_("Entered by the office."),
        uses=_uses(),
        recipients=nobody_told(),
    )


def _parts(actor: Any, person: Person) -> Iterator[HeldRecord]:
    for place in (
        Affiliation.objects.readable_by(actor).filter(person=person).select_related("party", "office").order_by("pk")
    ):
        text = lines(
            (_("Organization"), place.party),
            (_("English title"), place.title_en),
            (_("French title"), place.title_fr),
            (_("Branch or unit"), place.unit),
            (pgettext("post", "Office"), place.office),
            (_("Valid"), days_of(place)),
        )
        yield _part(place, _("Employment: %(party)s") % {"party": place.party}, text, place.source)
    for relation in Relationship.objects.readable_by(actor).of(person).for_list().order_by("pk"):
        other = relation.end if relation.beginning == person else relation.beginning
        text = lines(
            (_("Relation"), relation),
            (_("Scope"), relation.scope),
            (_("Reference of the mandate"), relation.mandate_reference),
            (_("Valid"), days_of(relation)),
        )
        yield _part(relation, _("Relation with %(name)s") % {"name": other}, text, relation.source)
    for use in AddressUse.objects.readable_by(actor).filter(person=person).select_related("email").order_by("pk"):
        text = lines((_("E-mail address"), use.email), (_("Kind"), use.get_kind_display()), (_("Valid"), days_of(use)))
        yield _part(use, _("E-mail address"), text, use.source)
    for phone in PhoneNumber.objects.readable_by(actor).filter(person=person).order_by("pk"):
        text = lines((_("Telephone"), phone), (_("Extension"), phone.extension), (_("Kind"), phone.get_kind_display()))
        yield _part(phone, _("Telephone"), text)
    for address in PostalAddress.objects.readable_by(actor).filter(person=person).order_by("pk"):
        yield _part(address, _("Postal address"), lines((_("Address"), address), (_("Country"), address.country.name)))
    for known in Expertise.objects.readable_by(actor).filter(person=person).select_related("field").order_by("pk"):
        yield _part(known, _("Field of expertise"), str(known.field), known.source)
    for asked in DetailsRequest.objects.readable_by(actor).filter(person=person).for_list().order_by("pk"):
        yield _asked(asked)
    for number in OutsideIdentifier.objects.filter(person=person).order_by("pk"):
        yield _part(number, _("Number in another system"), lines((number.scheme, number.value)))


def _asked(asked: DetailsRequest) -> HeldRecord:
    """That somebody was asked to check what is on file, and what they answered."""
    answered = timezone.localdate(asked.answered_at) if asked.answered_at else None
    said = []
    for each in asked.differences.all():
        change = f"{in_words(each, each.old)} → {in_words(each, each.new)}"
        said.append((each.get_field_display(), f"{change} ({each.get_state_display()})"))
    text = lines(
        (_("Sent to"), asked.email),
        (_("Asked by"), asked.asked_by),
        (_("Answered on"), dates.long_date(answered) if answered else ""),
        (_("All is right"), _("Yes") if asked.is_all_right else ""),
        *said,
    )
    return HeldRecord(
        asked,
        _("Check of their own details"),
        text,
        on=timezone.localdate(asked.asked_at),
        source=_("Answered by the person themself.") if answered else _("Entered by the office."),
        uses=_("To keep right what is on file."),
        recipients=nobody_told(),
    )


def _part(row: Any, title: str, text: str, source: str = "") -> HeldRecord:
    return HeldRecord(
        row,
        title,
        text,
        on=row.valid.lower if hasattr(row, "valid") else None,
        source=source or _("Entered by the office."),
        uses=_uses(),
        recipients=nobody_told(),
    )
