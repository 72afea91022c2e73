"""The page on which somebody checks what is on file of them, and what differs in their answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.validity import today
from members.details.shown import OF_PLACE, OWN, POSTAL, Field, Snapshot, same_phone
from members.forms import DayField, LineField
from members.models import Jurisdiction, Person
from members.services.addresses import normalise_email, normalise_phone


@dataclass(frozen=True, slots=True)
class Difference:
    """A field to be looked at; see ``members.models.DetailsDifference``."""

    field: str
    target: int | None
    old: dict[str, str]
    new: dict[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of the page under one heading; ``note`` says what to do with them."""

    title: str
    fields: Sequence[Any]
    note: str = ""


@dataclass(slots=True)
class _Parts:
    """Names of the fields of the page, by part."""

    places: list[tuple[dict[str, Any], list[str]]] = field(default_factory=list)
    postal: list[tuple[dict[str, Any], list[str]]] = field(default_factory=list)


def _line(label: Any, longest: int = 250, **attributes: str) -> LineField:
    made = LineField(label=label, max_length=longest)
    made.widget.attrs |= attributes
    return made


class DetailsForm(forms.Form):
    """The fields of ``shown``, filled, with an empty one more for what is to be added. Empty takes something away."""

    # That each may be empty is said once for the page, not beside each field.
    is_all_optional = True

    honorific = _line(gettext_lazy("Honorific"), autocomplete="honorific-prefix")
    given_name = _line(gettext_lazy("Given name"), autocomplete="given-name")
    family_name = _line(gettext_lazy("Family name"), autocomplete="family-name")
    preferred_name = _line(gettext_lazy("Preferred name"), autocomplete="nickname")
    post_nominals = _line(gettext_lazy("Post-nominals"), autocomplete="honorific-suffix")
    pronunciation = _line(gettext_lazy("Pronunciation"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language in which you want to hear from us"),
        choices=Person.Language.choices,
        required=False,
    )
    organization = _line(gettext_lazy("Another organization that you work for"), autocomplete="organization")
    organization_title = _line(gettext_lazy("Your title there"))

    def __init__(self, *args: Any, shown: Snapshot, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shown = shown
        self.parts = _Parts()
        self.initial = {**shown["person"], **self.initial}
        for at, place in enumerate(shown["places"]):
            self._add_place(at, place)
        for at, email in enumerate([*shown["emails"], {}]):
            label = gettext_lazy("E-mail address") if email or not at else gettext_lazy("Another e-mail address")
            self._add(f"email_{at}", _line(label, 254, autocomplete="email", inputmode="email"))
            self.initial[f"email_{at}"] = email.get("address", "")
        for at, phone in enumerate([*shown["phones"], {}]):
            label = gettext_lazy("Telephone") if phone or not at else gettext_lazy("Another telephone")
            self._add(f"phone_{at}", _line(label, 40, autocomplete="tel", inputmode="tel"))
            self.initial[f"phone_{at}"] = phone.get("number", "")
        for at, address in enumerate(shown["postal"] or [{}]):
            self._add_postal(at, address)

    def _add(self, name: str, made: forms.Field) -> str:
        self.fields[name] = made
        return name

    def _add_place(self, at: int, place: dict[str, Any]) -> None:
        labels = (gettext_lazy("Title in English"), gettext_lazy("Title in French"), gettext_lazy("Branch or unit"))
        names = [self._add(f"{column}_{at}", _line(label)) for column, label in zip(OF_PLACE, labels, strict=True)]
        self.initial.update({f"{column}_{at}": place[column] for column in OF_PLACE})
        left = forms.BooleanField(label=gettext_lazy("I have left this organization"), required=False)
        day = DayField(label=gettext_lazy("Last day there"), help_text=gettext_lazy("If you know it."))
        names += [self._add(f"left_{at}", left), self._add(f"last_{at}", day)]
        self.parts.places.append((place, names))

    def _add_postal(self, at: int, address: dict[str, Any]) -> None:
        provinces = [("", "—"), *((each.code, str(each)) for each in Jurisdiction.objects.in_reading_order())]
        lines = LineField(label=gettext_lazy("Street and number"), max_length=250)
        lines.widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "street-address"})
        names = [
            self._add(f"lines_{at}", lines),
            self._add(f"city_{at}", _line(gettext_lazy("City"), autocomplete="address-level2")),
            self._add(
                f"jurisdiction_{at}",
                forms.ChoiceField(label=gettext_lazy("Province or territory"), choices=provinces, required=False),
            ),
            self._add(f"postal_code_{at}", _line(gettext_lazy("Postal code"), 20, autocomplete="postal-code")),
        ]
        self.initial.update({f"{column}_{at}": address.get(column, "") for column in POSTAL})
        self.parts.postal.append((address, names))

    def groups(self) -> list[Group]:
        """The page from top to bottom."""
        own = ("honorific", "given_name", "family_name", "preferred_name", "post_nominals", "pronunciation", "language")
        empty = _("Empty a line that is no longer yours.")
        emails = [self[f"email_{at}"] for at in range(len(self.shown["emails"]) + 1)]
        phones = [self[f"phone_{at}"] for at in range(len(self.shown["phones"]) + 1)]
        return [
            Group(_("Your name and language"), [self[name] for name in own]),
            *(Group(party_name(place), [self[name] for name in names]) for place, names in self.parts.places),
            Group(
                _("Elsewhere"),
                [self["organization"], self["organization_title"]],
                _("If you have moved on, or work for somebody else as well."),
            ),
            Group(_("Your e-mail addresses"), emails, empty),
            Group(_("Your telephones"), phones, empty),
            *(Group(_("Your postal address"), [self[name] for name in names]) for _row, names in self.parts.postal),
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "given_name" in given and "family_name" in given and not (given["given_name"] or given["family_name"]):
            self.add_error("family_name", _("Enter a given name or a family name."))
        if given.get("organization_title") and not given.get("organization"):
            self.add_error("organization", _("Name the organization, too."))
        for name, check in (("email", normalise_email), ("phone", normalise_phone)):
            for at, row in enumerate([*self.shown[f"{name}s"], {}]):
                text = given.get(f"{name}_{at}")
                if text and text not in row.values():
                    try:
                        check(text)
                    except ValidationError as refused:
                        self.add_error(f"{name}_{at}", refused)
        for at, _place in enumerate(self.shown["places"]):
            last = given.get(f"last_{at}")
            if last and not given.get(f"left_{at}"):
                self.add_error(f"left_{at}", _("Tick this, too, if you have left."))
            if last and last > today():
                self.add_error(f"last_{at}", _("Enter a day that has passed, or today."))
        return given

    def differences(self) -> list[Difference]:
        """What differs from what was shown; nothing where all of it was left as it stood."""
        return [*self._of_the_person(), *self._of_places(), *self._of_lines(), *self._of_postal()]

    def _of_the_person(self) -> Iterator[Difference]:
        before = self.shown["person"]
        for name, columns in OWN.items():
            old = {column: before[column] for column in columns}
            new = {column: self.cleaned_data[column] for column in columns}
            if new != old:
                yield Difference(name, None, old, new)

    def _of_places(self) -> Iterator[Difference]:
        for at, place in enumerate(self.shown["places"]):
            for column in OF_PLACE:
                old, new = place[column], self.cleaned_data[f"{column}_{at}"]
                if new != old:
                    yield Difference(column, place["pk"], {column: old}, {column: new})
            if self.cleaned_data[f"left_{at}"]:
                last = self.cleaned_data[f"last_{at}"]
                name = party_name(place)
                said = {"party": name, "last": last.isoformat() if last else ""}
                yield Difference(Field.LEFT, place["pk"], {"party": name}, said)
        if name := self.cleaned_data["organization"]:
            yield Difference(
                Field.ORGANIZATION, None, {}, {"name": name, "title": self.cleaned_data["organization_title"]}
            )

    def _of_lines(self) -> Iterator[Difference]:
        for at, row in enumerate([*self.shown["emails"], {}]):
            old, new = row.get("address", ""), self.cleaned_data[f"email_{at}"]
            new = new if new == old else normalise_email(new) if new else ""
            if new != old:
                yield _line_difference(Field.EMAIL, "address", row, old, new)
        for at, row in enumerate([*self.shown["phones"], {}]):
            old, new = row.get("number", ""), self.cleaned_data[f"phone_{at}"]
            if not same_phone(old, new):
                yield _line_difference(Field.PHONE, "number", row, old, new)

    def _of_postal(self) -> Iterator[Difference]:
        for at, (address, _names) in enumerate(self.parts.postal):
            old = {column: address.get(column, "") for column in POSTAL}
            new = {column: self.cleaned_data[f"{column}_{at}"] for column in POSTAL}
            if new != old:
                yield Difference(Field.POSTAL, address.get("pk"), old if address else {}, new)


def _line_difference(name: str, column: str, row: dict[str, Any], old: str, new: str) -> Difference:
    return Difference(name, row.get("pk"), {column: old} if row else {}, {column: new})


def party_name(place: dict[str, Any]) -> str:
    first, second = ("fr", "en") if reader_language() == "fr" else ("en", "fr")
    return str(place[first] or place[second] or place["own"])
