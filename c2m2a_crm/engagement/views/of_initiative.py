"""The page that edits a forum or a partnership together with its initiative."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from c2m2a_crm.core.editing import EditConflict, changed_since
from c2m2a_crm.core.pages.versioned import VersionedEditView, whole_number
from c2m2a_crm.engagement.services.of_initiative import InitiativeConflict, divided
from members.forms import values_of


class InitiativeEditView(VersionedEditView):
    """The initiative's version travels beside the row's own (``engagement/_version_fields.html``)."""

    def values(self, row: Any, names: Iterable[str]) -> dict[str, Any]:
        """The values of both rows, for the form as it opens."""
        own, shared = divided(dict.fromkeys(names))
        return values_of(row, list(own)) | values_of(row.initiative, list(shared))

    def changed(self, row: Any, values: Mapping[str, Any], version: int) -> dict[str, Any]:
        began = whole_number(self.request.POST.get("initiative_version"), row.initiative.version)
        own, shared = divided(values)
        return changed_since(row, own, version=version) | changed_since(row.initiative, shared, version=began)

    def initiative_version(self, row: Any) -> int:
        """The one that the editor saw last."""
        sent = self.request.POST.get("seen_initiative_version") or self.request.POST.get("initiative_version")
        return whole_number(sent, row.initiative.version)

    def beside(self, row: Any, conflict: EditConflict | None = None) -> dict[str, Any]:
        seen = conflict.initiative_version if isinstance(conflict, InitiativeConflict) else ""
        return {
            "initiative_version": self.request.POST.get("initiative_version", row.initiative.version),
            "seen_initiative_version": seen or self.request.POST.get("seen_initiative_version", ""),
        }
