"""The form of a version of terms of reference, and that of a table made from a pattern."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forums.models import TermsOfReference
from forums.terms_of_reference.patterns import PATTERNS
from members.forms import DayField, LineField, RecordForm, TextField
from members.models import Party

_MOST = 1000


def _choice(name: str) -> forms.ChoiceField:
    field: Any = TermsOfReference._meta.get_field(name)
    open_choice = [("", _("Not settled"))] if field.blank else []
    choices = [*open_choice, *field.choices]
    return forms.ChoiceField(label=capfirst(field.verbose_name), choices=choices, required=not field.blank)


def _number(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=_MOST)


class TermsOfReferenceForm(RecordForm):
    """Seven inputs in view: the days in force, who may sit, quorum, notice, attribution; the rest is folded."""

    visible = ["first", "last", "is_non_governmental_only", "kinds", "quorum_rule", "notice_days", "attribution"]
    folds = [
        (_("Purpose"), ["mandate_en", "mandate_fr", "authority"]),
        (
            _("Seats and terms"),
            ["max_seats", "selection", "term_length_months", "renewals_allowed", "alternate_policy", "observer_policy"],
        ),
        (_("How it meets"), ["chair_model", "decision_rule", "meetings_per_year", "papers_days", "languages"]),
        (
            _("What is kept and told"),
            ["minutes_days", "minutes_style", "publication", "confidentiality", "correspondence_copy"],
        ),
        (_("Members"), ["remuneration", "declaration_of_interests"]),
        (_("Upkeep"), ["review_on", "source"]),
    ]

    first = DayField(label=_("In force from"))
    last = DayField(label=_("Until"), help_text=_("The sunset, where there is one. Empty: until the next version."))
    is_non_governmental_only = forms.BooleanField(
        label=_("Non-governmental members only"),
        required=False,
        help_text=_("Governments may chair, observe or sit ex officio, but hold no seat."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Open to"),
        choices=Party.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every kind."),
    )
    quorum_rule = _choice("quorum_rule")
    notice_days = _number(_("Days of notice"))
    attribution = _choice("attribution")
    mandate_en = TextField(label=_("Mandate in English"))
    mandate_fr = TextField(label=_("Mandate in French"))
    authority = _choice("authority")
    max_seats = _number(_("Most seats"))
    selection = _choice("selection")
    term_length_months = _number(_("Length of a term in months"))
    renewals_allowed = _number(_("Renewals allowed"))
    alternate_policy = _choice("alternate_policy")
    observer_policy = _choice("observer_policy")
    chair_model = _choice("chair_model")
    decision_rule = _choice("decision_rule")
    meetings_per_year = _number(_("Meetings a year"))
    papers_days = _number(_("Days that papers go before"))
    languages = _choice("languages")
    minutes_days = _number(_("Days until draft minutes"))
    minutes_style = _choice("minutes_style")
    publication = _choice("publication")
    confidentiality = _choice("confidentiality")
    correspondence_copy = forms.BooleanField(label=_("Letters are copied to the secretariat"), required=False)
    remuneration = _choice("remuneration")
    declaration_of_interests = forms.BooleanField(label=_("Members declare their interests"), required=False)
    review_on = DayField(label=_("To be reviewed on"))
    source = LineField(label=_("Source"), max_length=300, help_text=_("A decision, a document, a web page."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].required = True
        self.fields["first"].error_messages["required"] = _("Enter the first day.")
        self.fields["mandate_fr"].widget.attrs["lang"] = "fr"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", _("The last day must not lie before the first."))
        return data


RULE_FIELDS = tuple(name for name in TermsOfReferenceForm.base_fields if name not in ("first", "last"))


class FromPatternForm(forms.Form):
    """A table made whole: its categories, its seats where the pattern has them, and its first terms of reference."""

    pattern = forms.ChoiceField(
        label=_("Pattern"),
        choices=[(key, pattern.name) for key, pattern in PATTERNS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a pattern.")},
    )
    name_en = LineField(label=_("Name in English"), max_length=200)
    name_fr = LineField(label=_("Name in French"), max_length=200, widget=forms.TextInput(attrs={"lang": "fr"}))
    code = LineField(label=_("Acronym"), max_length=30)
    is_run_by_us = forms.BooleanField(label=_("We run this forum"), required=False, initial=True)
    first = DayField(label=_("Terms of reference in force from"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].required = True
        self.fields["first"].error_messages["required"] = _("Enter the first day.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("name_en") or data.get("name_fr")) and not self.errors:
            self.add_error("name_en", _("Enter a name in at least one language."))
        return data
