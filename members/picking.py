"""Picking people who are on file, in forms of any room: from the combobox, or named exactly."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.text import clean_line
from members.forms import PartyField
from members.models import NameKey, Person
from members.selectors import person_note, with_place

MOST_PEOPLE = 50


def person_named(typed: str) -> Person:
    """The one person of that name. Raises ``ValidationError`` where there is none, or several."""
    key = name_key(typed)
    owners = NameKey.objects.filter(key=key, person__isnull=False, person__archived_at__isnull=True)
    people = list(Person.objects.filter(pk__in=owners.values("person"))[:2]) if key else []
    if len(people) == 1:
        return people[0]
    if people:
        raise ValidationError(_("Several are called “%(name)s”. Choose one from the list."), params={"name": typed})
    raise ValidationError(
        _("We know nobody called “%(name)s”. Add them first, or choose somebody from the list."),
        params={"name": typed},
    )


def _is_key(value: str) -> bool:
    return value.isdecimal() and len(value) < 19


def _token(person: Person) -> dict[str, Any]:
    return {
        "value": person.pk,
        "label": person.full_name,
        "note": person_note(person),
        "mark_key": person.pk,
    }


class _PersonBoundField(BoundField):
    """What the combobox is drawn from: the token of who is picked, else the text that was typed."""

    @property
    def is_optional(self) -> bool:
        return not self.field.required

    @property
    def tokens(self) -> list[dict[str, Any]]:
        person = self._person()
        if person is None:
            return []
        return [_token(person)]

    @property
    def text(self) -> str:
        value = self.value()
        if not isinstance(value, tuple) or self.tokens:
            return ""
        return str(value[1] or value[0].removeprefix("new:"))

    def _person(self) -> Person | None:
        value = self.value()
        picked = str(value.pk) if isinstance(value, Person) else value[0] if isinstance(value, tuple) else ""
        if not _is_key(picked):
            return None
        return with_place(Person.objects.filter(pk=int(picked))).first()


class PersonField(forms.Field):
    """Somebody on file, picked from the combobox or named exactly."""

    widget = PartyField.widget
    url = reverse_lazy("people:options")

    def __init__(self, **options: Any) -> None:
        super().__init__(template_name="members/_party_field.html", **options)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return _PersonBoundField(form, self, field_name)

    def clean(self, value: Any) -> Person | None:
        picked, typed = value if isinstance(value, tuple) else ("", "")
        if _is_key(picked):
            person = Person.objects.filter(pk=int(picked), anonymised_on__isnull=True).first()
            if person is None:
                raise ValidationError(_("This person is no longer there. Choose another."))
            return person
        typed = clean_line(typed or picked.removeprefix("new:"))
        if typed:
            return person_named(typed)
        if self.required:
            raise ValidationError(_("Choose a person."))
        return None


class _PeopleWidget(forms.Widget):
    """Reads what the combobox sends for several: identifiers, and the typed names between semicolons."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[list[str], str]:
        picked = data.getlist(name) if hasattr(data, "getlist") else list(data.get(name) or [])
        return [clean_line(str(each)) for each in picked], clean_line(str(data.get(f"{name}_text") or ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_text" not in data


class _PeopleBoundField(BoundField):
    @property
    def is_optional(self) -> bool:
        return not self.field.required

    @property
    def tokens(self) -> list[dict[str, Any]]:
        value = self.value()
        keys = [int(each) for each in value[0] if _is_key(each)] if isinstance(value, tuple) else []
        return [_token(person) for person in with_place(Person.objects.filter(pk__in=keys)).order_by("pk")]

    @property
    def text(self) -> str:
        value = self.value()
        return str(value[1]) if isinstance(value, tuple) else ""


class PeopleField(forms.Field):
    """Several people on file, each once."""

    widget = _PeopleWidget
    url = reverse_lazy("people:options")

    def __init__(self, **options: Any) -> None:
        super().__init__(template_name="members/_people_field.html", **options)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return _PeopleBoundField(form, self, field_name)

    def clean(self, value: Any) -> list[Person]:
        picked, typed = value if isinstance(value, tuple) else ([], "")
        keys = {int(each) for each in picked if _is_key(each)}
        rows = Person.objects.filter(pk__in=keys, anonymised_on__isnull=True).order_by("pk")
        people = {person.pk: person for person in rows}
        if len(people) < len(keys):
            raise ValidationError(_("This person is no longer there. Choose another."))
        names = [each.removeprefix("new:") for each in picked if not _is_key(each)] + typed.split(";")
        for name in filter(None, map(clean_line, names)):
            person = person_named(name)
            people[person.pk] = person
        if len(people) > MOST_PEOPLE:
            raise ValidationError(_("Choose at most %(count)d people."), params={"count": MOST_PEOPLE})
        if self.required and not people:
            raise ValidationError(_("Choose a person."))
        return list(people.values())
