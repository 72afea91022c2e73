"""What a person may change of an import before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.forms.boundfield import BoundField
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.imports.mapping import ImportSettings
from c2m2a_crm.core.imports.services import importer_of, settings_of
from c2m2a_crm.core.imports.tables import DELIMITERS, ENCODINGS
from c2m2a_crm.core.models import Import
from c2m2a_crm.core.registries import Importer, importers

_READ_AS = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}


def allowed_importers(actor: Any) -> list[Importer]:
    return [importer for importer in importers if importer.allowed(actor)]


class UploadForm(forms.Form):
    kind = forms.ChoiceField(label=_("What stands in the file"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods,.vcf"}),
    )

    def __init__(self, actor: Any, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        kinds = [(importer.key, f"{importer.label} · {importer.lede}") for importer in allowed_importers(actor)]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a ChoiceField has them
        self.fields["kind"].initial = kinds[0][0] if kinds else None
        said = _("CSV of any common encoding, an Excel workbook or vCards, up to %(size)d MB. Nothing is written yet.")
        self.fields["file"].help_text = lazystr(said % {"size": django_settings.UPLOAD_MAX_MB})

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > django_settings.UPLOAD_MAX_MB * 1024**2:
            raise forms.ValidationError(
                _("The file is larger than %(size)d MB. Split it."), params={"size": django_settings.UPLOAD_MAX_MB}
            )
        return file


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("People, one in a line"),
        help_text=_("A name and address, then title and organization; or what stands after “To:” in Outlook."),
        max_length=200_000,
        widget=forms.Textarea(
            attrs={"rows": 5, "placeholder": _("Ada Vance <ada@alder.example>, Director, Alder Copper")}
        ),
    )


class ColumnsForm(forms.Form):
    """One choice for each column of the file, and how it is read and imported."""

    all_or_nothing = forms.ChoiceField(
        label=_("Rows that cannot be used"),
        choices=[
            ("", _("Leave them out; they can be downloaded and corrected")),
            ("1", _("Write nothing at all if there is one")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    encoding = forms.ChoiceField(label=_("Encoding"), choices=[(name, name) for name in ENCODINGS], required=False)
    delimiter = forms.ChoiceField(label=_("Separator"), choices=list(DELIMITERS.items()), required=False)

    def __init__(self, imported: Import, data: Any = None) -> None:
        settings = settings_of(imported)
        super().__init__(
            data,
            initial={
                "all_or_nothing": "1" if settings.all_or_nothing else "",
                "encoding": _READ_AS.get(settings.encoding, settings.encoding),
                "delimiter": settings.delimiter,
            },
        )
        self.imported = imported
        self.settings = settings
        self.importer = importer_of(imported)
        self.options = self.importer.options(data, initial=dict(settings.options))
        fills = {place: key for key, place in settings.mapping.items()}
        choices = [("", _("Leave out")), *((target.key, target.label) for target in self.importer.targets)]
        for place, heading in enumerate(imported.headings):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or _("Column %(number)d") % {"number": place + 1},
                choices=choices,
                initial=fills.get(place, ""),
                required=False,
            )
        if imported.file_format != "csv":
            del self.fields["encoding"], self.fields["delimiter"]

    def columns(self) -> Iterator[tuple[BoundField, list[str]]]:
        """The choice for each column with some of its values."""
        for place, _heading in enumerate(self.imported.headings):
            yield self[f"column_{place}"], self.imported.samples[place] if place < len(self.imported.samples) else []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        mapping: dict[str, int] = {}
        for place, _heading in enumerate(self.imported.headings):
            key = cleaned.get(f"column_{place}")
            if not key:
                continue
            if key in mapping:
                self.add_error(f"column_{place}", _("Another column fills this field already. Choose one of the two."))
            mapping[key] = place
        cleaned["mapping"] = mapping
        return cleaned

    def is_valid(self) -> bool:
        """With the options of the importer, and what it asks of the columns."""
        own, theirs = super().is_valid(), self.options.is_valid()
        if not self.is_bound:
            return False
        for name, sentence in self.importer.problems(self.chosen()):
            if name:
                self.options.add_error(name, sentence)
            else:
                self.add_error(None, sentence)
        for name, found in self.options.errors.items():  # the summary at the top of the page tells of both
            for said in found:
                label = self.options.fields[name].label
                self.add_error(None, _("%(label)s: %(value)s") % {"label": label, "value": said})
        return own and theirs and not self.errors and not self.options.errors

    @property
    def is_read_anew(self) -> bool:
        """Whether encoding or separator changed, so that the columns must be looked at again."""
        return self.imported.file_format == "csv" and any(
            name in self.changed_data for name in ("encoding", "delimiter")
        )

    def chosen(self) -> ImportSettings:
        """What was chosen. Decisions are asked for anew: that is how one is taken back."""
        return replace(
            self.settings,
            decisions={},
            mapping=self.cleaned_data.get("mapping", {}),
            all_or_nothing=self.cleaned_data.get("all_or_nothing") == "1",
            options={**self.settings.options, **getattr(self.options, "cleaned_data", {})},
        )
