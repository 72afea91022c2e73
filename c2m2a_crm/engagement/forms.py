"""Forms of the engagement record. They shape input; what may be written is the services' business."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import WRITERS
from c2m2a_crm.core.actor import membership_circle_ids_of
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.models import Circle, Sealable
from c2m2a_crm.core.validity import validate_day
from c2m2a_crm.engagement.models import Initiative, Interaction

LONGEST_LINE = 5_000


class EntryForm(forms.Form):
    """The plain fields of the log form; people, picks and next steps are read by ``entry_form.EntryState``.

    ``line_read`` is the typed line as it was last read. A field that differs from what that line gave was changed by
    hand and is left alone when a new line is read; no script is needed to know it.
    """

    token = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    line_read = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    # "Yesterday" in a line typed off line, or left as a draft, is the day before it was typed.
    typed_on = forms.DateField(
        widget=forms.HiddenInput, required=False, input_formats=["%Y-%m-%d"], validators=[validate_day]
    )
    line = forms.CharField(
        label=_("Say what happened"),
        required=False,
        strip=False,
        max_length=LONGEST_LINE,
        widget=forms.Textarea(attrs={"rows": 2, "class": "say-in", "data-autofocus": "", "autocomplete": "off"}),
        help_text=_("Who, how, what, when, follow-up. We fill in the fields below; you check them."),
    )
    kind = forms.ChoiceField(
        label=_("How"),
        choices=Interaction.Kind,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the kinds of contact.")},
    )
    subject = forms.CharField(label=_("What about"), required=False, max_length=300)
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        strip=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line that begins with ! is a point raised, with ? a question, with > a commitment."),
    )
    initiated_by = forms.ChoiceField(
        label=_("Who started it?"),
        choices=[choice for choice in Interaction.InitiatedBy.choices if choice[0]],
        required=False,
        widget=forms.RadioSelect,
    )
    arranged = forms.ChoiceField(
        label=_("Arranged in advance?"),
        choices=[choice for choice in Interaction.Arranged.choices if choice[0]],
        required=False,
        widget=forms.RadioSelect,
    )
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=[choice for choice in Interaction.Direction.choices if choice[0]],
        required=False,
        widget=forms.RadioSelect,
    )
    occurred_on = forms.DateField(
        label=_("Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Enter the date as year-month-day, for example 2026-11-10.")},
        validators=[validate_day],
    )
    occurred_time = forms.TimeField(
        label=_("Time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _("Enter the time as hours and minutes, for example 13:30.")},
    )
    duration_minutes = forms.IntegerField(
        label=_("Minutes"),
        required=False,
        min_value=0,
        max_value=1440,
        localize=False,
        error_messages={
            "invalid": _("Enter the minutes as a whole number."),
            "min_value": _("Enter the minutes as a whole number."),
            "max_value": _("A contact lasts a day at most: enter 1440 minutes or fewer."),
        },
    )
    place = forms.CharField(label=_("Place"), required=False, max_length=200)
    initiative = forms.ModelChoiceField(
        label=_("Filed under"),
        queryset=Initiative.objects.none(),
        required=False,
        empty_label=_("Nothing in particular"),
    )
    access = forms.ChoiceField(
        label=_("Who may see it"),
        required=False,
        error_messages={"invalid_choice": _("Choose a circle that you belong to.")},
    )

    def __init__(
        self, actor: User, data: Mapping[str, Any] | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial, auto_id="entry-%s")
        initiatives = Initiative.objects.readable_by(actor).active()
        initiatives = initiatives.order_by("name_fr" if reader_language() == "fr" else "name_en", "pk")
        self._has_initiatives = initiatives.exists()
        self.fields["initiative"].queryset = initiatives  # type: ignore[attr-defined]  # a ModelChoiceField
        self._circles = own_circles(actor)
        self.fields["access"].choices = access_choices(self._circles.values())  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def sealed_initiatives(self) -> str:
        """Keys of the initiatives whose entries no device may keep a draft of."""
        sealed = self.fields["initiative"].queryset.filter(sealed_circle__isnull=False)  # type: ignore[attr-defined]  # as above
        return " ".join(str(pk) for pk in sealed.values_list("pk", flat=True))

    @property
    def access_options(self) -> list[dict[str, Any]]:
        """Open, and each circle of the author's in its two ways, with what it means for the others."""
        return access_options(self.fields["access"].choices, str(self["access"].value() or ""))  # type: ignore[attr-defined]  # as above

    @property
    def access_chosen(self) -> str:
        """What the folded block says is chosen."""
        return str(next((option["label"] for option in self.access_options if option["checked"]), _("Open")))

    @property
    def offers_circles(self) -> bool:
        return bool(self._circles)

    @property
    def filed_under(self) -> str:
        """The name of what is chosen to file the entry under."""
        chosen = str(self["initiative"].value() or "")
        if not chosen.isdecimal():
            return ""
        return str(self.fields["initiative"].queryset.filter(pk=chosen).first() or "")  # type: ignore[attr-defined]  # as above

    @property
    def offers_initiatives(self) -> bool:
        return self._has_initiatives

    def circle(self, which: str) -> Circle | None:
        """The circle chosen as ``sealed`` or ``restricted``, of those the author belongs to."""
        return chosen_circle(self._circles, str(self.cleaned_data.get("access", "")), which)

    def clean_line(self) -> str:
        return one_kind_of_line_end(self.cleaned_data["line"])

    def clean_line_read(self) -> str:
        return one_kind_of_line_end(self.cleaned_data["line_read"])

    def clean_notes(self) -> str:
        return one_kind_of_line_end(self.cleaned_data["notes"])


class AccessForm(forms.Form):
    """Who may read a contact or an initiative from now on."""

    access = forms.ChoiceField(
        label=_("Who may see it"),
        required=False,
        error_messages={"invalid_choice": _("Choose a circle that you belong to.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        help_text=_("Needed where others may read it from now on. It stands in the history."),
    )

    def __init__(self, actor: User, row: Sealable, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"access": access_of(row)})
        self._circles = own_circles(actor)
        self.fields["access"].choices = access_choices(self._circles.values())  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def access_options(self) -> list[dict[str, Any]]:
        return access_options(self.fields["access"].choices, str(self["access"].value() or ""))  # type: ignore[attr-defined]  # as above

    @property
    def offers_circles(self) -> bool:
        return bool(self._circles)

    def chosen(self) -> dict[str, Any]:
        """What the services are told."""
        access = str(self.cleaned_data["access"])
        return {
            "sealed_circle": chosen_circle(self._circles, access, "sealed"),
            "restricted_circle": chosen_circle(self._circles, access, "restricted"),
            "reason": self.cleaned_data["reason"],
        }


def own_circles(actor: User) -> dict[int, Circle]:
    """The circles one belongs to, by name. Those opened in an emergency are not among them."""
    rows = Circle.objects.filter(pk__in=membership_circle_ids_of(actor)).order_by("name", "pk")
    return {circle.pk: circle for circle in rows}


def access_choices(circles: Iterable[Circle]) -> list[tuple[str, Any]]:
    choices: list[tuple[str, Any]] = [("", _("Open"))]
    for circle in circles:
        choices.append((f"restricted:{circle.pk}", _("Restricted to %(circle)s") % {"circle": circle}))
        choices.append((f"sealed:{circle.pk}", _("Sealed in %(circle)s") % {"circle": circle}))
    return choices


def access_options(choices: Iterable[tuple[str, Any]], chosen: str) -> list[dict[str, Any]]:
    """The choices as the page draws them, each with what it means for the others."""
    means = {
        "": (_("Everyone who works here can read it."), ""),
        "restricted": (_("The circle can read it. Others see its date, a lock and whom to ask."), "lock"),
        "sealed": (
            _("For everyone outside the circle it does not exist. No draft of it stays on this device."),
            "shield-lock",
        ),
    }
    return [
        {
            "value": value,
            "label": label,
            "note": means[value.partition(":")[0]][0],
            "icon_name": means[value.partition(":")[0]][1],
            "checked": value == chosen,
        }
        for value, label in choices
    ]


def access_of(row: Sealable) -> str:
    """The choice that says how the row is closed now."""
    if row.sealed_circle_id:
        return f"sealed:{row.sealed_circle_id}"
    return f"restricted:{row.restricted_circle_id}" if row.restricted_circle_id else ""


def chosen_circle(circles: Mapping[int, Circle], access: str, which: str) -> Circle | None:
    kind, _colon, number = access.partition(":")
    return circles.get(int(number)) if kind == which and number.isdecimal() else None


def one_kind_of_line_end(text: str) -> str:
    """Browsers send CR LF for every line end of a text area, whatever was typed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def new_token() -> uuid.UUID:
    return uuid.uuid4()


def assignable_users() -> list[User]:
    """Colleagues who may be given work, by name: everybody active whose role lets them write."""
    return list(User.objects.filter(is_active=True).with_any_role(WRITERS).order_by("name", "pk"))
