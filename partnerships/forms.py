"""Forms of the partnerships. They shape input; what may be written is the services' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries import countries

from c2m2a_crm.engagement.models import Pillar
from members.forms import DayField, LineField, OwnerChoiceField, RecordForm
from partnerships.models import Partnership

BINDING = [("", pgettext_lazy("whether it binds", "Not known")), ("yes", _("Yes")), ("no", _("No"))]


class BindingField(forms.ChoiceField):
    """Yes, no, or not known: three answers, kept as true, false and none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=BINDING, required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)

    def clean(self, value: Any) -> bool | None:
        return {"yes": True, "no": False}.get(super().clean(value))


class PartnershipForm(RecordForm):
    """Seven inputs in view; the instrument and its date, and what is seldom needed, are folded."""

    visible = ["name_en", "name_fr", "kind", "counterpart_en", "counterpart_fr", "status", "lead"]
    folds = [
        (_("Instrument and date"), ["instrument", "signed_on", "precision", "is_binding"]),
        (_("More"), ["counterpart_country", "successor", "pillar", "code"]),
    ]

    name_en = LineField(label=_("Name in English"), max_length=200)
    name_fr = LineField(label=_("Name in French"), max_length=200, widget=forms.TextInput(attrs={"lang": "fr"}))
    kind = forms.ChoiceField(label=_("Kind"), choices=Partnership.Kind.choices)
    counterpart_en = LineField(label=_("Counterpart in English"), help_text=_("A country, a group or an organization."))
    counterpart_fr = LineField(label=_("Counterpart in French"), widget=forms.TextInput(attrs={"lang": "fr"}))
    status = forms.ChoiceField(label=_("Status"), choices=Partnership.Status.choices)
    lead = OwnerChoiceField(label=_("Lead"))
    instrument = forms.ChoiceField(
        label=_("Instrument"), choices=[("", _("Not known")), *Partnership.Instrument.choices], required=False
    )
    signed_on = DayField(
        label=_("Signed or announced"),
        help_text=_("Of a month or a year, any day of it: the precision is said beside."),
    )
    precision = forms.ChoiceField(
        label=_("Precision of the date"), choices=Partnership.Precision.choices, initial=Partnership.Precision.UNKNOWN
    )
    is_binding = BindingField(label=_("Binding"))
    counterpart_country = forms.ChoiceField(
        label=_("Counterpart country"), choices=lambda: [("", "—"), *countries], required=False
    )
    successor = forms.ModelChoiceField(
        label=_("Succeeded by"), queryset=Partnership.objects.none(), required=False, empty_label=_("Nothing yet")
    )
    pillar = forms.ModelChoiceField(
        label=_("Pillar"), queryset=Pillar.objects.all(), required=False, empty_label=_("Not known")
    )
    code = LineField(label=_("Code"), max_length=30)

    def __init__(self, *args: Any, user: Any, partnership: Partnership | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        others = Partnership.objects.readable_by(user).active().select_related("initiative").in_reading_order()
        if partnership is not None:
            self.keep_present(partnership.initiative)
            others = others.exclude(pk=partnership.pk)
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]  # a choice of records
        hidden = (
            partnership is not None
            and partnership.successor_id
            and not others.filter(pk=partnership.successor_id).exists()
        )
        if hidden:  # what the editor may not know of is neither shown nor taken away
            del self.fields["successor"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("name_en") or data.get("name_fr")) and not self.errors:
            self.add_error("name_en", _("Enter a name in at least one language."))
        if data.get("signed_on") and data.get("precision") == Partnership.Precision.UNKNOWN:
            data["precision"] = Partnership.Precision.DAY
        elif not data.get("signed_on") and data.get("precision") and "signed_on" not in self.errors:
            data["precision"] = Partnership.Precision.UNKNOWN
        return data
