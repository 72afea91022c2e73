"""What a person may change of an import before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.imports import DELIMITERS, ENCODINGS, MAX_BYTES, Table
from members.imports.columns import TARGETS, ImportSettings
from members.models import Party

_READ_AS = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV of any common encoding, or an Excel workbook, up to 20 MB. Nothing is written yet."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. Split it."))
        return file


class ColumnsForm(forms.Form):
    """One choice for each column of the file, and what holds for all rows."""

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
        help_text=_("Letters, digits and hyphens. The next file of the same system finds its organizations by it."),
    )
    split_names = forms.BooleanField(
        label=_("Several organizations may stand in one cell, joined with “ / ”"), required=False
    )
    all_or_nothing = forms.BooleanField(
        label=_("Write nothing if one row cannot be used"),
        required=False,
        help_text=_("Otherwise such rows are left out, and you can download them."),
    )
    encoding = forms.ChoiceField(label=_("Encoding"), choices=[(name, name) for name in ENCODINGS], required=False)
    delimiter = forms.ChoiceField(label=_("Separator"), choices=list(DELIMITERS.items()), required=False)

    def __init__(self, table: Table, settings: ImportSettings, data: Any = None) -> None:
        super().__init__(
            data,
            initial={
                "kind": settings.kind,
                "government_level": settings.government_level,
                "scheme": settings.scheme,
                "split_names": settings.split_names,
                "all_or_nothing": settings.all_or_nothing,
                "encoding": _READ_AS.get(settings.encoding, settings.encoding),
                "delimiter": settings.delimiter,
            },
        )
        self.table = table
        self.settings = settings
        fills = {place: key for key, place in settings.mapping.items()}
        choices = [("", _("Leave out")), *((target.key, target.label) for target in TARGETS)]
        for place, heading in enumerate(table.headers):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading or _("Column %(number)d") % {"number": place + 1},
                choices=choices,
                initial=fills.get(place, ""),
                required=False,
            )
        if table.file_format != "csv":
            del self.fields["encoding"], self.fields["delimiter"]

    def columns(self) -> Iterator[tuple[BoundField, list[str]]]:
        """The choice for each column with some of its values."""
        for place, _heading in enumerate(self.table.headers):
            yield self[f"column_{place}"], self.table.samples(place)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        mapping: dict[str, int] = {}
        for place, _heading in enumerate(self.table.headers):
            key = cleaned.get(f"column_{place}")
            if not key:
                continue
            if key in mapping:
                self.add_error(f"column_{place}", _("Another column fills this field already. Choose one of the two."))
            mapping[key] = place
        if not {"name_en", "name_fr"} & set(mapping):
            self.add_error(None, _("Choose the column that holds the name."))
        if {"outside_id", "site_id"} & set(mapping) and not cleaned.get("scheme"):
            self.add_error("scheme", _("Name the system whose identifiers these are."))
        cleaned["mapping"] = mapping
        return cleaned

    @property
    def is_read_anew(self) -> bool:
        """Whether encoding or separator changed, so that the columns must be looked at again."""
        return self.table.file_format == "csv" and any(name in self.changed_data for name in ("encoding", "delimiter"))

    def chosen(self) -> ImportSettings:
        kept = ("mapping", "kind", "government_level", "scheme", "split_names", "all_or_nothing")
        return replace(self.settings, **{name: self.cleaned_data[name] for name in kept})
