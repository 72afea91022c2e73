"""Files that come with a public form: chosen in two fields, for those that others gave in confidence have their own."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.functional import lazystr
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.documents.kinds import allowed_kinds
from c2m2a_crm.core.documents.receiving import Sent, limits_in_words, look_at, weigh
from c2m2a_crm.core.models import DocumentVersion

FILES: Final = _("Files")
CONFIDENTIAL: Final = "files_in_confidence"
FILE_FIELDS: Final = ("attachments", CONFIDENTIAL, "language_of_files")


class _SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """As many files as are chosen; cleaned to a list. Each is looked at, and the sentence about one names it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=_SeveralFiles(), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [file for file in data or () if file]
        try:
            for file in files:
                look_at(file)
        except DocumentRefused as refused:
            raise forms.ValidationError(refused.sentence) from None
        return files


class FilesForm(forms.Form):
    """``sent_files`` are the files of a valid form, each with whether it was given in confidence."""

    attachments = FilesField(label=_("Files for your application"))
    files_in_confidence = FilesField(
        label=_("Files that a third party gave you in confidence"),
        help_text=_("They are marked: whoever decides asks before anything of them is passed on."),
    )
    language_of_files = forms.ChoiceField(
        label=_("Language of the files"),
        choices=[("", _("The language in which you write")), *DocumentVersion.Language.choices],
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = ",".join(ending for kind in allowed_kinds() for ending in kind.endings)
        for name in ("attachments", CONFIDENTIAL):
            self.fields[name].widget.attrs["accept"] = kinds
        said = limits_in_words()
        if self.is_bound:
            said += " " + gettext("A browser does not keep chosen files: choose them once more.")
        self.fields["attachments"].help_text = lazystr(said)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        try:
            weigh([*given.get("attachments", ()), *given.get(CONFIDENTIAL, ())])
        except DocumentRefused as refused:
            self.add_error("attachments", refused.sentence)
        return given

    def sent_files(self) -> list[Sent]:
        return [
            *(Sent(file) for file in self.cleaned_data["attachments"]),
            *(Sent(file, is_confidential=True) for file in self.cleaned_data[CONFIDENTIAL]),
        ]
