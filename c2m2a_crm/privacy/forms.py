"""Forms of requests for access. They shape input; what may be written is the services' business."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.models import Document
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import AccessItem, AccessRequest, ThirdPartyNotice
from members.forms import DayField, LineField, TextField
from members.picking import PeopleField, PersonField

LANGUAGES = (("en", _("English")), ("fr", _("French")))


class _RequestForm(forms.Form):
    requester = LineField(label=_("Who asks"), required=True)
    received_on = DayField(label=_("Received on"))
    language = forms.ChoiceField(label=_("Language of the answer"), choices=LANGUAGES, widget=forms.RadioSelect)
    words = TextField(label=_("The request in their words"), rows=4)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].required = True
        if not self.is_bound:
            self.initial = {"received_on": today(), "language": "en", "token": uuid4(), **self.initial}


class PersonRequestForm(_RequestForm):
    person = PersonField(label=_("About whom"))
    identity_checked = LineField(
        label=_("How we know that it is them"), help_text=_("For example: called back at the number on file.")
    )
    field_order = ["person", "requester", "identity_checked", "received_on", "language", "words"]


class InformationRequestForm(_RequestForm):
    subject_words = LineField(
        label=_("Words to look for"),
        help_text=_("A record has all of them. Put a semicolon between words of which any will do."),
    )
    people = PeopleField(label=_("People who took part"), required=False)
    since = DayField(label=_("From"))
    until = DayField(label=_("To"))
    field_order = ["requester", "received_on", "language", "words", "subject_words", "people", "since", "until"]


class ExtensionForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days more"), min_value=1, max_value=3650, widget=forms.NumberInput(attrs={"min": 1})
    )
    reason = TextField(
        label=_("Why"), required=True, rows=3, help_text=_("The requester is told, with the right to complain.")
    )


class ClosingForm(forms.Form):
    note = TextField(
        label=_("How it ended"),
        required=True,
        rows=3,
        help_text=_("For example: answer sent by registered mail on May 4."),
    )


class ReopeningForm(forms.Form):
    reason = LineField(
        label=_("Why it is reopened"), required=True, help_text=_("For example: the requester complained.")
    )


class PackageForm(forms.Form):
    file_format = forms.ChoiceField(
        label=_("Format"), choices=(("pdf", "PDF"), ("csv", "CSV")), initial="pdf", widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=pgettext_lazy("of a file", "Language"), choices=LANGUAGES)
    purpose = LineField(label=_("What it is for"), required=True)


class ReviewForm(forms.Form):
    """The mark is the button that sends it."""

    mark = forms.ChoiceField(choices=AccessItem.Mark.choices, required=False)
    section = LineField(label=_("Act and section"), max_length=200)
    passages = TextField(
        label=_("Passages to leave out"),
        rows=3,
        help_text=_("One on each line, copied from the record. The section stands in their place."),
    )
    note = LineField(label=_("Note for ourselves"), max_length=250)


class ChallengeForm(forms.Form):
    challenge = TextField(label=_("What the person says is wrong"), required=True, rows=4)
    answer = TextField(label=_("Why it was not changed"), required=True, rows=3)
    token = forms.UUIDField(widget=forms.HiddenInput)


class _RecordsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # takes no parameters when it runs
    def label_from_instance(self, item: AccessItem) -> str:
        return f"{item.number} · {item.title}"


class NoticeLetterForm(forms.Form):
    """Which records, to whom, and what they hold of theirs: the letter says nothing else of the request."""

    items = _RecordsField(AccessItem.objects.none(), label=_("Records"), widget=forms.CheckboxSelectMultiple)
    recipient = LineField(label=_("Third party"), required=True)
    to_address = forms.EmailField(label=_("E-mail address"))
    language = forms.ChoiceField(label=_("Language of the letter"), choices=LANGUAGES, widget=forms.RadioSelect)
    contents = TextField(
        label=_("What the records hold of theirs"),
        required=True,
        rows=4,
        help_text=_("It stands in the letter as you write it, in the language of the letter."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, items: QuerySet[AccessItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(_RecordsField, self.fields["items"]).queryset = items
        self.fields["items"].initial = items
        sources = {item.source for item in items if item.table == Document._meta.db_table}
        if len(sources) == 1:  # whoever gave us the documents in confidence
            self.fields["recipient"].initial = sources.pop()
        self.fields["language"].initial = "en"


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(label=_("Answer"), choices=ThirdPartyNotice.Answer.choices, widget=forms.RadioSelect)
    answered_on = DayField(label=_("Answered on"))
    note = TextField(label=_("In their words"), rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answered_on"].required = True
        self.fields["answered_on"].initial = today


FORMS: dict[str, type[_RequestForm]] = {
    AccessRequest.Kind.PERSON: PersonRequestForm,
    AccessRequest.Kind.INFORMATION: InformationRequestForm,
}
