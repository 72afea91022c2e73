"""Forms of rhythms, of agreed quiet, and of who is no prospect."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms import DayField, LineField, TextField

_MOST_DAYS = 3_650


class TierRhythmForm(forms.Form):
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=_MOST_DAYS)
    first = DayField(label=_("From"))
    source = LineField(
        label=_("Source"), max_length=300, help_text=_("The law, the policy or the meeting that set it.")
    )
    is_confirmed = forms.BooleanField(
        label=_("Confirmed"), required=False, help_text=_("Somebody here has checked it against its source.")
    )


class OwnRhythmForm(forms.Form):
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=_MOST_DAYS)
    reason = LineField(
        label=_("Reason"),
        max_length=300,
        required=True,
        help_text=_("Everybody who may see the record can read it."),
    )


class QuietForm(forms.Form):
    until = DayField(label=_("Quiet until"), help_text=_("The last day on which nobody expects to hear from us."))
    agreed_by = LineField(
        label=_("Who agreed"), max_length=200, required=True, help_text=_("On their side, by name or by office.")
    )
    reason = TextField(label=_("Why"), required=True, help_text=_("Everybody who may see the record can read it."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they come
        self.fields["until"].required = True


class RuleOutForm(forms.Form):
    reason = TextField(
        label=_("Not a prospect because"),
        required=True,
        help_text=_("Everybody who may see the record can read it."),
    )
