"""What people say of documents."""

from __future__ import annotations

from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.actor import membership_circle_ids_of
from c2m2a_crm.core.documents import policies
from c2m2a_crm.core.documents.files import largest_mb
from c2m2a_crm.core.documents.kinds import allowed_in_words, allowed_kinds
from c2m2a_crm.core.documents.services import DocumentClass, Facts
from c2m2a_crm.core.models import Circle, Document, DocumentVersion, SecurityMarking
from c2m2a_crm.core.validity import validate_day

_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        widget=_DAY,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("Enter the date as year-month-day, for example 2026-11-10.")},
        validators=[validate_day],
    )


class FileForm(forms.Form):
    """A file and the language that it is in."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("This file is empty. Choose it again once there is something in it."),
        },
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the file"),
        choices=DocumentVersion.Language,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say which language the file is in.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        file = self.fields["file"]
        file.widget.attrs["accept"] = ",".join(ending for kind in allowed_kinds() for ending in kind.endings)
        said = _("%(kinds)s, up to %(size)d MB.") % {"kinds": allowed_in_words(), "size": largest_mb()}
        if self.is_bound:
            said += " " + _("A browser does not keep a chosen file: choose it once more.")
        file.help_text = lazystr(said)


class VersionForm(FileForm):
    note = forms.CharField(label=gettext_lazy("What changed"), max_length=300, required=False)


class ClassForm(forms.Form):
    """Who may read a document."""

    document_class = forms.ChoiceField(
        label=gettext_lazy("Class"),
        error_messages={
            "required": gettext_lazy("Say who may read it."),
            "invalid_choice": gettext_lazy("Choose a circle that you belong to."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Needed where others may read it from now on. It stands in the history."),
    )

    def __init__(self, actor: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._circles = own_circles(actor)
        self._classes = class_choices(actor, self._circles)
        cast(forms.ChoiceField, self.fields["document_class"]).choices = self._classes

    @property
    def class_options(self) -> list[dict[str, Any]]:
        """The choices as the page draws them, each with what it means."""
        chosen = str(self["document_class"].value() or "")
        return [
            {"value": value, "label": label, "checked": value == chosen, **_meaning(value)}
            for value, label in self._classes
        ]

    def chosen_class(self) -> DocumentClass:
        return class_of(self.cleaned_data["document_class"], self._circles)


class DocumentForm(FileForm, ClassForm):
    """A document that comes in."""

    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"lang": "en"}),
    )  # fmt: skip
    title_fr = forms.CharField(
        label=gettext_lazy("Title in French"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"lang": "fr"}),
    )  # fmt: skip
    marking = forms.TypedChoiceField(
        label=gettext_lazy("Security marking"),
        choices=SecurityMarking,
        coerce=int,
        initial=SecurityMarking.NONE,
        help_text=gettext_lazy("What stands on the document itself."),
    )
    third_party_confidential = forms.BooleanField(
        label=gettext_lazy("Third-party confidential"),
        required=False,
        help_text=gettext_lazy(
            "Given to us in confidence by somebody else. The mark goes along into every list that is exported "
            "(Access to Information Act, s. 20)."
        ),
    )
    received_from = forms.CharField(label=gettext_lazy("Received from"), max_length=200, required=False)
    received_on = day_field(gettext_lazy("Received on"))
    # A form that is sent twice adds one document.
    token = forms.UUIDField(widget=forms.HiddenInput)

    field_order = [
        "file",
        "language",
        "title_en",
        "title_fr",
        "document_class",
        "marking",
        "third_party_confidential",
        "received_from",
        "received_on",
    ]

    def __init__(self, actor: Any, *args: Any, **options: Any) -> None:
        super().__init__(actor, *args, **options)
        del self.fields["reason"]
        self.fields["document_class"].initial = Document.Audience.MEMBERS
        self.fields["token"].initial = uuid4

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        if not told.get("title_en") and not told.get("title_fr"):
            self.add_error("title_en", _("Enter a title in at least one language."))
        if told.get("third_party_confidential") and not told.get("received_from"):
            self.add_error("received_from", _("Say from whom it was received in confidence."))
        return told

    @property
    def shows_source(self) -> bool:
        """Whether the part about where it came from is open: something in it is filled or wrong."""
        names = ("third_party_confidential", "received_from", "received_on")
        return any(self[name].value() or self[name].errors for name in names)

    def facts(self) -> Facts:
        names = ("title_en", "title_fr", "marking", "third_party_confidential", "received_from", "received_on")
        return Facts(**{name: self.cleaned_data[name] for name in names})


class DocumentEditForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's form classes take no parameters when they run
    received_on = day_field(gettext_lazy("Received on"))

    class Meta:
        model = Document
        fields: ClassVar = [
            "title_en",
            "title_fr",
            "marking",
            "third_party_confidential",
            "received_from",
            "received_on",
        ]
        widgets: ClassVar = {
            "title_en": forms.TextInput(attrs={"lang": "en"}),
            "title_fr": forms.TextInput(attrs={"lang": "fr"}),
        }


class ArchiveForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        error_messages={"required": gettext_lazy("Say why, in a few words. It stands in the history.")},
    )


class RemovalForm(forms.Form):
    authority = forms.CharField(
        label=gettext_lazy("Authority"),
        max_length=300,
        help_text=gettext_lazy("The act and section, the order, or the rule of disposition that allows it."),
        error_messages={"required": gettext_lazy("Name the authority: without one nothing is removed for good.")},
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500, required=False)


def own_circles(actor: Any) -> dict[int, Circle]:
    """The circles one belongs to, by name. Those opened in an emergency are not among them."""
    rows = Circle.objects.filter(pk__in=membership_circle_ids_of(actor)).order_by("name", "pk")
    return {circle.pk: circle for circle in rows}


def class_choices(actor: Any, circles: dict[int, Circle]) -> list[tuple[str, Any]]:
    audiences = [
        (value, label)
        for value, label in Document.Audience.choices
        if value != Document.Audience.SECRETARIAT or policies.can_choose_secretariat(actor)
    ]
    closed = [
        choice
        for circle in circles.values()
        for choice in (
            (f"restricted:{circle.pk}", _("Restricted to %(circle)s") % {"circle": circle}),
            (f"sealed:{circle.pk}", _("Sealed in %(circle)s") % {"circle": circle}),
        )
    ]
    return [*audiences, *closed]


def class_value(document: Document) -> str:
    """The choice that says how it is closed now."""
    circle = document.sealed_circle_id or document.restricted_circle_id
    return f"{document.document_class}:{circle}" if circle else document.audience


def class_of(value: str, circles: dict[int, Circle]) -> DocumentClass:
    kind, _colon, number = value.partition(":")
    circle = circles.get(int(number)) if number.isdecimal() else None
    if kind == "sealed":
        return DocumentClass(sealed_circle=circle)
    if kind == "restricted":
        return DocumentClass(restricted_circle=circle)
    return DocumentClass(audience=kind)


def _meaning(value: str) -> dict[str, str]:
    match value.partition(":")[0]:
        case "public":
            return {"note": _("May be given to anybody; everyone who works here can read it."), "icon_name": ""}
        case "members":
            return {"note": _("For the office and those it works with; everyone who works here can read it."),
                    "icon_name": ""}  # fmt: skip
        case "secretariat":
            return {"note": _("The secretariat and administrators can read it. Nobody else knows of it."),
                    "icon_name": "user-check"}  # fmt: skip
        case "restricted":
            return {"note": _("The circle can read it. Others see its date, a lock and whom to ask."),
                    "icon_name": "lock"}  # fmt: skip
    return {"note": _("For everyone outside the circle it does not exist."), "icon_name": "shield-lock"}
