"""Why two records are not the same."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why they are not the same"),
        required=False,
        max_length=250,
        help_text=_("For whoever wonders in a year: father and son, two companies of one owner."),
    )
