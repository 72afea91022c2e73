"""What a person chooses for all rows of a file of people."""

from __future__ import annotations

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _


class PersonOptionsForm(forms.Form):
    unknown = forms.ChoiceField(
        label=_("Organizations that are not on file"),
        choices=[
            ("ask", _("Ask about each")),
            ("add", _("Add them")),
            ("without", _("Bring the people without them")),
        ],
    )
    scheme = forms.CharField(
        label=_("System whose identifiers the file carries"),
        max_length=60,
        required=False,
        validators=[validate_slug],
        help_text=_("Letters, digits and hyphens. The next file of the same system finds its records by it."),
    )
    day_order = forms.ChoiceField(
        label=_("Dates like 03/04/2026"),
        choices=[
            ("", _("As the file's other dates tell, else ask")),
            ("day", _("The day comes first")),
            ("month", _("The month comes first")),
        ],
        required=False,
    )
