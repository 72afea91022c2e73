"""What the ground floor itself adds to the house: its pages in the navigation, its reference data, its jobs."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Backups, exports, imports and operations: every process must know how to run their jobs.
from c2m2a_crm.core import exports, rights, texts
from c2m2a_crm.core.backup import jobs as backups
from c2m2a_crm.core.documents import registrations, sharing
from c2m2a_crm.core.imports import services as imports
from c2m2a_crm.core.models import Circle, CircleMembership, SavedView, Segment, SegmentPick
from c2m2a_crm.core.operations import services as operations
from c2m2a_crm.core.operations.acting import forget_names, forget_names_of_jobs
from c2m2a_crm.core.registries import (
    NavItem,
    OperationKind,
    RecordTables,
    ReferenceData,
    TextHolder,
    departures,
    link_purposes,
    navigation,
    operation_kinds,
    record_tables,
    reference_data,
    text_holders,
)
from c2m2a_crm.core.searching import keeping
from c2m2a_crm.core.segments import services as segments
from c2m2a_crm.core.segments.leaving import SEGMENTS

registrations.register()

# What a lawful removal took from a row is gone from the search before the removal ends.
text_holders.register(TextHolder("search", 10, keeping.forget))
text_holders.register(TextHolder("operations", 20, forget_names))
text_holders.register(TextHolder("jobs", 25, forget_names_of_jobs))

navigation.register(
    NavItem(
        key="jobs",
        label=_("Jobs"),
        url_name="core:jobs",
        icon="circle-dashed",
        order=20,
        allowed=rights.can_look,
        group="account",
    )
)
navigation.register(
    NavItem(
        key="segments",
        label=_("Segments"),
        url_name="segments:list",
        icon="filter",
        order=60,
        allowed=rights.can_look,
        group="directory",
    )
)
navigation.register(
    NavItem(
        key="imports",
        label=_("Imports"),
        url_name="imports:list",
        icon="file-import",
        order=90,
        allowed=rights.can_write,
        group="directory",
    )
)
navigation.register(
    NavItem(
        key="operations",
        label=_("Operations"),
        url_name="operations:list",
        icon="arrow-back-up",
        order=30,
        allowed=rights.can_write,
        group="account",
    )
)
navigation.register(
    NavItem(
        key="public-links",
        label=_("Public links"),
        url_name="public_links:list",
        icon="link",
        order=40,
        allowed=rights.can_write,
        group="outreach",
    )
)
navigation.register(
    NavItem(
        key="settings",
        label=_("Settings"),
        url_name="core:settings",
        icon="settings",
        order=920,
        allowed=rights.can_administer,
        group="admin",
    )
)
navigation.register(
    NavItem(
        key="outbox",
        label=_("Outbox"),
        url_name="core:outbox",
        icon="send",
        order=930,
        allowed=rights.can_administer,
        group="admin",
    )
)
navigation.register(
    NavItem(
        key="backups",
        label=_("Backups"),
        url_name="core:backups",
        icon="archive",
        order=950,
        allowed=rights.can_administer,
        group="admin",
    )
)
navigation.register(
    NavItem(
        key="audit",
        label=_("Audit"),
        url_name="core:audit",
        icon="history",
        order=940,
        allowed=rights.can_read_audit,
        group="admin",
    )
)

link_purposes.register(sharing.PURPOSE)

reference_data.register(ReferenceData("core.installation", 10, texts.load_installation))
reference_data.register(ReferenceData("core.public_texts", 20, texts.load_public_texts))

operation_kinds.register(
    OperationKind(operations.UNDO_KIND, 900, pgettext_lazy("kind of operation", "Undo"), rights.can_write)
)
record_tables.register(
    RecordTables("core.circle", 40, Circle, rights.can_administer, parts={CircleMembership: "circle_id"})
)
record_tables.register(RecordTables("core.savedview", 50, SavedView, rights.can_write))
record_tables.register(
    RecordTables("core.segment", 55, Segment, segments.can_make_segments, parts={SegmentPick: "segment_id"})
)
departures.register(SEGMENTS)
operation_kinds.register(OperationKind(segments.KIND, 40, _("Segment"), segments.can_make_segments))

__all__ = ["backups", "exports", "imports", "operations"]
