"""What is chosen when two records are merged, and with whom one is merged."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.forms import PartyField, TextField
from members.picking import PersonField

_OTHER = _("The other record")
_OTHER_HINT = _("Type a name, or choose one from the list.")


class ReasonForm(forms.Form):
    """Why it is done, where somebody wants to say it; kept in the history of both records."""

    reason = TextField(label=_("Reason"), rows=2, help_text=_("Kept in the history of both records."))


class OtherPersonForm(forms.Form):
    other = PersonField(label=_OTHER, help_text=_OTHER_HINT)


class OtherPartyForm(forms.Form):
    other = PartyField(label=_OTHER, help_text=_OTHER_HINT)


def other_form(is_people: bool, *args: Any, **kwargs: Any) -> forms.Form:
    return OtherPersonForm(*args, **kwargs) if is_people else OtherPartyForm(*args, **kwargs)
