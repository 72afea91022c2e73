"""What narrows the list of documents."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.documents.kinds import BY_KEY, KINDS
from c2m2a_crm.core.lists import TabbedFilterSet, one_of, said, several_of
from c2m2a_crm.core.models import Document, DocumentVersion, SecurityMarking
from c2m2a_crm.core.searching.service import answering

CLASSES = (
    *Document.Audience.choices,
    ("restricted", pgettext_lazy("class of a document", "Restricted")),
    ("sealed", pgettext_lazy("class of a document", "Sealed")),
)
_SIDES = (
    ("en-missing", _("English is missing")),
    ("fr-missing", _("French is missing")),
    ("stale", _("One side is stale")),
    ("draft", _("One side is a draft")),
    ("approved", _("Both sides are approved")),
)
_SIDE_ROWS = {
    "en-missing": Q(state_en="missing"),
    "fr-missing": Q(state_fr="missing"),
    "stale": Q(state_en="stale") | Q(state_fr="stale"),
    "draft": Q(state_en="draft") | Q(state_fr="draft"),
    "approved": Q(state_en="approved", state_fr="approved"),
}


def of_class(value: str) -> Q:
    """Rows of a class (:attr:`Document.document_class`)."""
    if value == "sealed":
        return Q(sealed_circle__isnull=False)
    if value == "restricted":
        return Q(restricted_circle__isnull=False)
    return Q(audience=value, sealed_circle__isnull=True, restricted_circle__isnull=True)


class DocumentFilterSet(TabbedFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Title, file or text"))
    document_class = said(
        several_of(_("Class"), CLASSES, method="filter_class"),
        _("of the class: %(value)s"),
    )
    marking = said(several_of(_("Security marking"), SecurityMarking.choices), _("marked: %(value)s"))
    sides = said(one_of(_("Languages"), _SIDES, "filter_sides"), _("where: %(value)s"))
    confidential = said(
        one_of(_("Third-party confidential"), [("yes", _("Yes")), ("no", _("No"))], "filter_confidential"),
        _("third-party confidential: %(value)s"),
    )
    kind = said(
        one_of(_("Kind of file"), [(kind.key, kind.label) for kind in KINDS], "filter_kind"),
        _("with a file of the kind: %(value)s"),
    )

    class Meta:
        model = Document
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        actor = self.request.user
        found = answering(actor, "document", value) | answering(actor, "secretariatpaper", value)
        return rows.filter(found)

    def filter_class(self, rows: QuerySet[Document], name: str, value: list[str]) -> QuerySet[Document]:
        if not value:
            return rows
        wanted = Q()
        for each in value:
            wanted |= of_class(each)
        return rows.filter(wanted)

    def filter_sides(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        return rows.filter(_SIDE_ROWS[value])

    def filter_confidential(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        return rows.filter(third_party_confidential=value == "yes")

    def filter_kind(self, rows: QuerySet[Document], name: str, value: Any) -> QuerySet[Document]:
        files = DocumentVersion.objects.filter(document=OuterRef("pk"), content_type=BY_KEY[value].content_type)
        return rows.filter(Exists(files))
