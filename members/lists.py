"""Columns of the directory's lists, for the screen and for files. When somebody was last met is the log's to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Model, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from c2m2a_crm.core import ui
from c2m2a_crm.core.bilingual import TextPair, pair_of, reader_language
from c2m2a_crm.core.lists import Column, ListState, ListWords, Plain
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from members.filters import NationFilterSet, OrganizationFilterSet, PersonFilterSet
from members.models import AddressUse, Affiliation, Party, Person, PhoneNumber, said_name
from members.models.parties import address_of_party, name_of
from members.rooms import NATIONS, ORGANIZATIONS, PEOPLE, Room
from members.selectors import party_note

Batch = Mapping[int, Any]


def by_name() -> list[str]:
    """The order of names as this reader sees them."""
    return ["sort_fr" if reader_language() == "fr" else "sort_en"]


def _archived_mark(record: Party | Person) -> SafeString:
    return ui.tag(_("Archived"), "line", "archive") if record.is_archived else ui.NOTHING


def _party_cell(party: Party) -> SafeString:
    """Avatar, name in the reader's language, kind and place under it; the name is the link to the record."""
    name = party.name
    return ui.markup(
        '<span class=who>{}<span><a class=t href="{}">{}</a><span class=sub>{}</span>{}</span></span>',
        ui.avatar(name.text, party.pk, party=True),
        party.get_absolute_url(),
        ui.in_language(name),
        party_note(party),
        _archived_mark(party),
    )


def _own_name_cell(party: Party) -> SafeString:
    return ui.in_language(party.autonym, party.autonym_language or "und") if party.autonym else ui.NOTHING


def _website_cell(party: Party) -> SafeString:
    if not party.website:
        return ui.NOTHING
    shown = party.website.split("://", 1)[-1].rstrip("/")
    return ui.markup('<a href="{}" rel="noopener noreferrer">{}</a>', party.website, shown)


def _counts_of_people(actor: Any, model: type[Model], keys: Sequence[int]) -> Batch:
    return dict(_PEOPLE_OF_PARTIES(actor, keys))


def _people_of_parties(actor: Any, keys: Any) -> QuerySet[Affiliation, tuple[Any, ...]]:
    held = Affiliation.objects.on(today()).filter(among("party_id", keys)).order_by()
    return held.values_list("party").annotate(Count("person", distinct=True))


_PEOPLE_OF_PARTIES = Statement(_people_of_parties)


def _people_counts(actor: Any, parties: Sequence[Party]) -> Batch:
    return _counts_of_people(actor, Party, [party.pk for party in parties])


def _first_of_each(rows: Iterable[tuple[Any, ...]]) -> Batch:
    """What stands beside each key where it comes first."""
    found: dict[int, Any] = {}
    for key, value in rows:
        found.setdefault(key, value)
    return found


def _addresses(owner: str) -> Any:
    """The first e-mail address in use today of each row, by its key; work before personal."""

    def in_use(actor: Any, keys: Any) -> QuerySet[AddressUse, tuple[Any, ...]]:
        uses = AddressUse.objects.current().filter(among(f"{owner}_id", keys)).order_by("-kind", "pk")
        return uses.values_list(owner, "email__address")

    statement = Statement(in_use)
    return lambda actor, model, keys: _first_of_each(statement(actor, keys))


_ADDRESSES_OF_PARTIES = _addresses("party")
_ADDRESSES_OF_PEOPLE = _addresses("person")


def _first_addresses(lookup: Any) -> Any:
    return lambda actor, records: lookup(actor, None, [record.pk for record in records])


def _first_phones(actor: Any, people: Sequence[Person]) -> Batch:
    found: dict[int, PhoneNumber] = {}
    phones = PhoneNumber.objects.current().filter(among("person_id", [person.pk for person in people]))
    for phone in phones.order_by("pk"):
        found.setdefault(phone.person_id, phone)  # type: ignore[arg-type]  # filtered by person
    return found


def _numbers(actor: Any, model: type[Model], keys: Sequence[int]) -> Batch:
    """The first telephone number of each person, as it is dialled."""
    phones = PhoneNumber.objects.current().filter(among("person_id", keys)).order_by("pk")
    return _first_of_each(phones.values_list("person", "number"))


@dataclass(frozen=True, slots=True)
class Place:
    """What a list shows of the main affiliation that holds today: plain values, for a page has fifty of them."""

    title: TextPair
    party: TextPair
    url: str
    title_en: str
    title_fr: str


def _held_today(actor: Any, people: Any) -> QuerySet[Affiliation, tuple[Any, ...]]:
    held = Affiliation.objects.on(today()).filter(among("person_id", people)).order_by("-is_primary", "-pk")
    names = ("name_en", "name_fr", "autonym", "autonym_language")
    return held.values_list(
        *("person", "title_en", "title_fr", "party", "party__kind"), *(f"party__{name}" for name in names)
    )


_HELD_TODAY = Statement(_held_today)


def _places(actor: Any, people: Sequence[Person]) -> Batch:
    language = reader_language()
    found: dict[int, Place] = {}
    for person, title_en, title_fr, party, kind, *names in _HELD_TODAY(actor, [person.pk for person in people]):
        if person not in found:
            name, title = name_of(language, *names), pair_of(title_en, title_fr, language)
            found[person] = Place(title, name, address_of_party(kind, party), title_en, title_fr)
    return found


def _plain_places(actor: Any, model: type[Model], keys: Sequence[int]) -> Batch:
    """Of the main affiliation that holds today: the party's name as this reader sees it, and the titles."""
    held = Affiliation.objects.on(today()).filter(among("person_id", keys)).order_by("-is_primary", "-pk")
    names = [f"party__{name}" for name in _names_in_order()]
    found: dict[int, tuple[str, str, str]] = {}
    for key, first, second, own, title_en, title_fr in held.values_list("person", *names, "title_en", "title_fr"):
        if key not in found:
            found[key] = (first or second or own, title_en, title_fr)
    return found


def _names_in_order() -> tuple[str, str, str]:
    """The fields of a party's names, in the order in which :attr:`members.models.Party.name` takes them."""
    return ("name_fr", "name_en", "autonym") if reader_language() == "fr" else ("name_en", "name_fr", "autonym")


def _of_place(number: int) -> Plain:
    return Plain(lookup=_plain_places, made=lambda place: place[number] if place else "")


def _in_words(model: type[Model], name: str) -> Plain:
    """A choice as ``get_…_display`` says it."""
    words = dict(model._meta.get_field(name).flatchoices)  # type: ignore[union-attr]  # a column, no relation
    return Plain((name,), made=lambda value: str(words.get(value, value)))


def _if_any(value: Any) -> Any:
    return value or ""


def _mail_cell(record: Any, address: str | None) -> SafeString:
    return ui.markup('<a href="mailto:{0}">{0}</a>', address) if address else ui.NOTHING


def _person_cell(person: Person, place: Place | None) -> SafeString:
    title = ui.in_language(place.title) if place and place.title.text else ui.NOTHING
    return ui.markup(
        '<span class=who>{}<span><a class=t href="{}">{}</a><span class=sub>{}</span>{}</span></span>',
        ui.avatar(person.full_name, person.pk),
        person.get_absolute_url(),
        person.full_name,
        title,
        _archived_mark(person),
    )


def _place_cell(person: Person, place: Place | None) -> SafeString:
    if place is None:
        return ui.NOTHING
    return ui.markup('<a class=t href="{}">{}</a>', place.url, ui.in_language(place.party))


def _for_file(key: str, label: Any, **options: Any) -> Column:
    """A column that only files carry: the record's own value of that name."""
    return Column(
        key,
        label,
        lambda record, *batch: getattr(record, key),
        plain=Plain((key,)),
        export_only=True,
        is_default=False,
        **options,
    )


_OWNER_NAME = Plain(("owner__name",), made=_if_any)
_PARTY_NAME = Plain(
    ("name_en", "name_fr", "autonym"),
    made=lambda english, french, own: (french or english if reader_language() == "fr" else english or french) or own,
)
_ACRONYM = Plain(
    ("acronym_en", "acronym_fr"),
    made=lambda english, french: french or english if reader_language() == "fr" else english or french,
)
_OWNER = Column(
    "owner",
    _("Owner"),
    lambda record: record.owner.name if record.owner else "",
    plain=_OWNER_NAME,
    order=lambda: [F("owner__name").asc(nulls_last=True)],
    is_low=True,
)


def _backup_names(actor: Any, model: type[Model], keys: Sequence[int]) -> Batch:
    kept = Party.objects.filter(among("id", keys), backup_owner__isnull=False)
    return dict(kept.order_by().values_list("pk", "backup_owner__name"))


_BACKUP = Column(
    "backup",
    pgettext_lazy("colleague", "Backup"),
    lambda party, name: name or "",
    batch=lambda actor, parties: _backup_names(actor, Party, [party.pk for party in parties]),
    plain=Plain(("backup_owner__name",), made=_if_any),
    order=lambda: [F("backup_owner__name").asc(nulls_last=True)],
    is_default=False,
    is_low=True,
)
_PLACE_OF_PARTY = Column(
    "jurisdiction",
    _("Province or territory"),
    lambda party: str(party.jurisdiction) if party.jurisdiction else "",
    plain=Plain(
        ("jurisdiction__name_en", "jurisdiction__name_fr"),
        made=lambda english, french: (french if reader_language() == "fr" else english) or "",
    ),
    order=lambda: [F("jurisdiction__code").asc(nulls_last=True)],
    is_default=False,
)
_WEBSITE = Column(
    "website",
    _("Website"),
    lambda party: party.website,
    plain=Plain(("website",)),
    cell=_website_cell,
    is_default=False,
)
_PARTY_MAIL = Column(
    "email",
    _("E-mail"),
    lambda party, address: address or "",
    cell=_mail_cell,
    batch=_first_addresses(_ADDRESSES_OF_PARTIES),
    plain=Plain(lookup=_ADDRESSES_OF_PARTIES, made=_if_any),
    is_default=False,
    is_low=True,
)
_PARTY_PEOPLE = Column(
    "people",
    _("People"),
    lambda party, count: count or 0,
    cell=lambda party, count: str(count) if count else "",
    batch=_people_counts,
    plain=Plain(lookup=_counts_of_people, made=lambda count: count or 0),
    is_numeric=True,
    is_low=True,
)
_ARCHIVED = Column(
    "archived",
    _("Archived at"),
    lambda record: record.archived_at,
    plain=Plain(("archived_at",)),
    export_only=True,
    is_default=False,
)
_PARTY_FILE = (
    Column("id", _("Record"), lambda party: party.pk, plain=Plain(("pk",)), export_only=True, is_default=False),
    _for_file("name_en", _("Name in English")),
    _for_file("name_fr", _("Name in French")),
    _for_file("legal_name", _("Legal name")),
    _for_file("acronym_en", _("Acronym in English")),
    _for_file("acronym_fr", _("Acronym in French")),
    Column(
        "country",
        _("Country"),
        lambda party: str(party.country.code or ""),
        plain=Plain(("country",), made=_if_any),
        export_only=True,
        is_default=False,
    ),
    _ARCHIVED,
)

ORGANIZATION_COLUMNS = (
    Column("name", _("Organization"), str, plain=_PARTY_NAME, cell=_party_cell, order=by_name, is_row_header=True),
    Column(
        "kind",
        _("Kind"),
        lambda party: party.get_kind_display(),
        plain=_in_words(Party, "kind"),
        order=lambda: ["kind"],
        is_default=False,
    ),
    _PLACE_OF_PARTY,
    _PARTY_PEOPLE,
    replace(_OWNER, is_whole=True),
    _BACKUP,
    Column("acronym", _("Acronym"), lambda party: party.acronym, plain=_ACRONYM, is_default=False),
    _PARTY_MAIL,
    _WEBSITE,
    *_PARTY_FILE,
    Column(
        "government_level",
        _("Level of government"),
        lambda party: party.get_government_level_display(),
        plain=_in_words(Party, "government_level"),
        export_only=True,
        is_default=False,
    ),
)

NATION_COLUMNS = (
    Column("name", _("Nation"), str, plain=_PARTY_NAME, cell=_party_cell, order=by_name, is_row_header=True),
    Column("autonym", _("Own name"), lambda party: party.autonym, plain=Plain(("autonym",)), cell=_own_name_cell),
    Column(
        "distinction",
        _("Distinction"),
        lambda party: party.get_distinction_display(),
        plain=_in_words(Party, "distinction"),
        order=lambda: ["distinction"],
        is_default=False,
    ),
    _PLACE_OF_PARTY,
    _PARTY_PEOPLE,
    Column(
        "owner",
        _("Relationship holder"),
        lambda record: record.owner.name if record.owner else "",
        plain=_OWNER_NAME,
        order=lambda: [F("owner__name").asc(nulls_last=True)],
        is_whole=True,
    ),
    _BACKUP,
    _WEBSITE,
    *_PARTY_FILE,
)

PERSON_COLUMNS = (
    Column(
        "name",
        _("Person"),
        lambda person, place: person.full_name,
        plain=Plain(("preferred_name", "given_name", "family_name"), made=said_name),
        cell=_person_cell,
        batch=_places,
        order=lambda: ["sort_key"],
        is_row_header=True,
    ),
    Column(
        "party",
        _("Organization or Nation"),
        lambda person, place: place.party.text if place else "",
        plain=_of_place(0),
        cell=_place_cell,
        batch=_places,
    ),
    Column(
        "email",
        _("E-mail"),
        lambda person, address: address or "",
        cell=_mail_cell,
        batch=_first_addresses(_ADDRESSES_OF_PEOPLE),
        plain=Plain(lookup=_ADDRESSES_OF_PEOPLE, made=_if_any),
        is_low=True,
    ),
    Column(
        "phone",
        _("Telephone"),
        lambda person, phone: phone.number.as_e164 if phone else "",
        cell=lambda person, phone: str(phone) if phone else "",
        batch=_first_phones,
        plain=Plain(lookup=_numbers, made=lambda number: number.as_e164 if number else ""),
        is_default=False,
        is_low=True,
    ),
    Column(
        "language",
        _("Language"),
        lambda person: person.get_language_display() if person.language else "",
        plain=Plain(("language",), made=lambda language: str(Person.Language(language).label) if language else ""),
        is_default=False,
    ),
    _OWNER,
    Column("id", _("Record"), lambda person: person.pk, plain=Plain(("pk",)), export_only=True, is_default=False),
    _for_file("honorific", _("Honorific")),
    _for_file("given_name", _("Given name")),
    _for_file("family_name", _("Family name")),
    _for_file("preferred_name", _("Preferred name")),
    _for_file("post_nominals", _("Post-nominals")),
    Column(
        "title_en",
        _("Title in English"),
        lambda person, place: place.title_en if place else "",
        plain=_of_place(1),
        batch=_places,
        export_only=True,
        is_default=False,
    ),
    Column(
        "title_fr",
        _("Title in French"),
        lambda person, place: place.title_fr if place else "",
        plain=_of_place(2),
        batch=_places,
        export_only=True,
        is_default=False,
    ),
    _ARCHIVED,
)

ORGANIZATION_WORDS = ListWords(
    label=_("Organizations"),
    counted=lambda total: ngettext("%(count)s organization", "%(count)s organizations", total),
    no_match=_("No organization matches these filters"),
    empty_title=_("No organizations yet"),
    empty_text=_("Companies, associations, institutions and governments that you deal with stand here. Add the first."),
)
NATION_WORDS = ListWords(
    label=_("Nations"),
    counted=lambda total: ngettext("%(count)s Nation", "%(count)s Nations", total),
    no_match=_("No Nation matches these filters"),
    empty_title=_("No Nations yet"),
    empty_text=_("Rights-holding First Nations, Inuit and Métis governments stand here, each by the name it uses."),
)
PERSON_WORDS = ListWords(
    label=_("People"),
    counted=lambda total: ngettext("%(count)s person", "%(count)s people", total),
    no_match=_("Nobody matches these filters"),
    empty_title=_("Nobody here yet"),
    empty_text=_("The people you meet stand here, with their titles and organizations over time. Add the first."),
)


def _state(request: HttpRequest, room: Room, filterset: Any, columns: Sequence[Column], order: list[str]) -> ListState:
    user = request.user
    rows: QuerySet[Any, Any] = room.rows().visible_to(user)  # type: ignore[attr-defined]  # HouseQuerySet
    return ListState(
        list_key=room.key,
        request=request,
        base=rows,
        filterset_class=filterset,
        columns=columns,
        default_order=order,
        order_words=_("by name"),
        search_label=_("Filter by name"),
    )


def organization_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    return _state(request, ORGANIZATIONS, OrganizationFilterSet, ORGANIZATION_COLUMNS, by_name())


def nation_list(request: HttpRequest) -> ListState:
    return _state(request, NATIONS, NationFilterSet, NATION_COLUMNS, by_name())


def person_list(request: HttpRequest) -> ListState:
    return _state(request, PEOPLE, PersonFilterSet, PERSON_COLUMNS, ["sort_key"])
