"""What a person chooses for all rows of a file of organizations."""

from __future__ import annotations

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from members.models import Party


class OrganizationOptionsForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind, where the file does not say"),
        choices=[choice for choice in Party.Kind.choices if choice[0] != Party.Kind.NATION],
    )
    government_level = forms.ChoiceField(
        label=_("Level of government, where the file does not say"),
        choices=[("", _("None")), *Party.GovernmentLevel.choices],
        required=False,
    )
    scheme = forms.CharField(
        label=_("System whose identifiers the file carries"),
        max_length=60,
        required=False,
        validators=[validate_slug],
        help_text=_("Letters, digits and hyphens. The next file of the same system finds its records by it."),
    )
    split_names = forms.BooleanField(
        label=_("Several organizations may stand in one cell, joined with “ / ”"), required=False
    )
