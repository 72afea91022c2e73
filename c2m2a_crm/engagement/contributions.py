"""What the engagement record does to the rest of the house."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.documents.registrations import document_panel
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    CircleRule,
    DocumentHome,
    ExportableList,
    HoldableKind,
    HomeBlock,
    HomeFigures,
    ListColumns,
    ListFacets,
    NavItem,
    PersonalData,
    RecordMarks,
    RecordPanel,
    ReferenceData,
    RetentionUse,
    SearchKind,
    TextHolder,
    TimelineSource,
    anonymised_texts,
    circle_rules,
    departure_effects,
    departures,
    document_homes,
    exportable_lists,
    holdable_kinds,
    home_blocks,
    home_figures,
    importers,
    list_columns,
    list_facets,
    mergeable_relations,
    navigation,
    personal_data,
    record_marks,
    record_panels,
    record_tables,
    reference_data,
    retention_uses,
    search_kinds,
    text_holders,
    timeline_sources,
)
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import home, policies, rhythm_registrations
from c2m2a_crm.engagement.anonymising import (
    for_owners,
    forget_drafts,
    holdable,
    holdable_named,
    met_since,
    owing_since,
    quiet_since,
    stays,
    waiting_since,
    words_of,
)
from c2m2a_crm.engagement.briefing import registrations as briefing
from c2m2a_crm.engagement.departure_effects import DEPARTURE_EFFECTS
from c2m2a_crm.engagement.departures import DEPARTURES, RECORDS
from c2m2a_crm.engagement.filters import directory_facets, known_by_facet
from c2m2a_crm.engagement.imports import CONTACTS as CONTACT_IMPORT
from c2m2a_crm.engagement.lists import directory_columns, late_mark, nation_columns, state_dot
from c2m2a_crm.engagement.merging import RELATIONS as MERGEABLE
from c2m2a_crm.engagement.models import (
    Commitment,
    FollowUp,
    Initiative,
    InitiativeDocument,
    Interaction,
    Participant,
    Pillar,
)
from c2m2a_crm.engagement.personal_data import find, held
from c2m2a_crm.engagement.pulse import column_of, pulse_of
from c2m2a_crm.engagement.rhythm import standings
from c2m2a_crm.engagement.rhythm_shown import mark
from c2m2a_crm.engagement.search_hits import contact_hits, contact_texts, file_hits, follow_up_hits
from c2m2a_crm.engagement.timeline import entries_of_initiative, entries_with_party, entries_with_person
from members.models import Party, Person

# --- Navigation -------------------------------------------------------------------------------------------------------


def _due_follow_ups(actor: Any) -> QuerySet[Any, Any]:
    """The reader's follow-ups that are late or due today: a number means that somebody must act."""
    return FollowUp.objects.readable_by(actor).open().filter(assignee_id=actor.pk, due_on__lte=today())


navigation.register(
    NavItem(
        key="contact-log",
        label=gettext_lazy("Contact log"),
        url_name="contact_log:list",
        icon="message-2",
        order=20,
        allowed=policies.can_read_log,
        go_key="c",
    )
)
navigation.register(
    NavItem(
        key="follow-ups",
        label=gettext_lazy("Follow-ups"),
        url_name="follow_ups:list",
        icon="checklist",
        order=30,
        allowed=policies.can_read_log,
        go_key="f",
        waiting=_due_follow_ups,
    )
)
navigation.register(
    NavItem(
        key="commitments",
        label=gettext_lazy("Commitments"),
        url_name="commitments:list",
        icon="heart-handshake",
        order=40,
        allowed=policies.can_read_log,
        go_key="m",
    )
)

# --- Pages of people, organizations, Nations, initiatives -------------------------------------------------------------

timeline_sources.register(TimelineSource("contacts-of-person", 10, Person, entries_with_person))
timeline_sources.register(TimelineSource("contacts-of-party", 10, Party, entries_with_party))
timeline_sources.register(TimelineSource("contacts-of-initiative", 10, Initiative, entries_of_initiative))

PANEL_ROWS = 5
CONFIDED_ROWS = 50


def _query(record: Person | Party) -> str:
    return urlencode({column_of(type(record)): record.pk})


def _follow_up_panel(actor: Any, record: Person | Party) -> dict[str, Any]:
    """Open follow-ups about the record, everybody's; an empty card offers to add one."""
    rows = list(_STEPS_ABOUT(actor, [record.pk], column_of(type(record))))
    return {
        "rows": rows[:PANEL_ROWS],
        "has_more": len(rows) > PANEL_ROWS,
        "can_work": policies.can_log(actor),
        "all_url": f"{reverse('follow_ups:list')}?tab=everyone&{_query(record)}",
        "add_url": "" if _is_anonymous(record) else f"{reverse('follow_ups:create')}?{_query(record)}",
        "record": record,
    }


def _steps_about(actor: Any, keys: Any, column: str) -> QuerySet[FollowUp]:
    about = FollowUp.objects.readable_by(actor).open().filter(among(f"{column}_id", keys))
    return about.by_due_date().for_list()[: PANEL_ROWS + 1]


_STEPS_ABOUT = Statement(_steps_about)


def _is_anonymous(record: Person | Party) -> bool:
    """There is nobody left to be in touch with."""
    return isinstance(record, Person) and record.anonymised_on is not None


def _commitment_panel(actor: Any, record: Person | Party) -> dict[str, Any] | None:
    """The promises between the record and us, open ones first; no card where there are none."""
    rows: list[Any] = list(_PROMISES_ABOUT(actor, [record.pk], column_of(type(record))))
    if not rows:
        return None
    return {
        "rows": [(row, state_dot(row.state, row.due_on)) for row in rows],
        "all_url": f"{reverse('commitments:list')}?{_query(record)}",
        "record": record,
    }


def _promises_about(actor: Any, keys: Any, column: str) -> QuerySet[Commitment]:
    about = among("by_party_id", keys) | among("to_party_id", keys)
    if column == "person":
        heard = Participant.objects.filter(among("person_id", keys), interaction=OuterRef("interaction"))
        about = among("by_person_id", keys) | Exists(heard)
    open_first = Case(When(state=Commitment.State.OPEN, then=0), default=1)
    rows = Commitment.objects.readable_by(actor).of_live_contacts().for_list().filter(about)
    return rows.order_by(open_first, F("due_on").asc(nulls_last=True), "-pk")[:PANEL_ROWS]


_PROMISES_ABOUT = Statement(_promises_about)


def _pulse_panel(actor: Any, record: Person | Party) -> dict[str, Any] | None:
    """How often we were in touch. A Nation has none: its pace is its own."""
    if isinstance(record, Party) and record.is_nation:
        return None
    standing = standings(actor, type(record), [record.pk]).get(record.pk)
    return {
        "pulse": pulse_of(actor, record),
        "mark": mark(standing),
        "rhythm_url": reverse(f"pulse:{column_of(type(record))}", args=[record.pk]) if standing else "",
        "record": record,
        "record_name": "person" if isinstance(record, Person) else "party",
        "can_log": policies.can_log(actor) and not record.is_archived and not _is_anonymous(record),
        "token": uuid4(),  # a tap that is sent twice is one attempt
    }


def _attempt_panel(actor: Any, record: Party) -> dict[str, Any] | None:
    """The tap of the pulse for a Nation, whose page has none: every attempt belongs in a record of engagement."""
    if not record.is_nation or record.is_archived or not policies.can_log(actor):
        return None
    return {"record": record, "record_name": "party", "token": uuid4()}


record_panels.register(
    RecordPanel("attempt-party", 25, Party, "engagement/_attempt_panel.html", _attempt_panel, "next")
)
for _model, _name in ((Person, "person"), (Party, "party")):
    record_panels.register(
        RecordPanel(f"pulse-{_name}", 10, _model, "engagement/_pulse_panel.html", _pulse_panel, "main")
    )
    record_panels.register(
        RecordPanel(f"follow-ups-{_name}", 20, _model, "engagement/_follow_up_panel.html", _follow_up_panel, "next")
    )
    record_panels.register(
        RecordPanel(f"commitments-{_name}", 30, _model, "engagement/_commitment_panel.html", _commitment_panel)
    )


def _late_marks(actor: Any, record: Person | Party) -> list[str]:
    return [late_mark(actor, record)]


for _model, _name in ((Person, "person"), (Party, "party")):
    record_marks.register(RecordMarks(f"late-follow-ups-{_name}", 20, _model, _late_marks))


def _filed_follow_up_panel(actor: Any, record: Initiative) -> dict[str, Any] | None:
    """Open follow-ups of contacts that are filed under the initiative; whoever logs is told where they come from."""
    rows = FollowUp.objects.readable_by(actor).open().filter(interaction__initiative=record)
    found = list(rows.by_due_date().for_list()[:PANEL_ROWS])
    log_url = f"{reverse('contact_log:create')}?initiative={record.pk}" if policies.can_log(actor) else ""
    return {"rows": found, "log_url": log_url} if found or log_url else None


def _filed_commitment_panel(actor: Any, record: Initiative) -> dict[str, Any] | None:
    """Promises of contacts that are filed under the initiative, open ones first; no card where there are none."""
    promises = (
        Commitment.objects.readable_by(actor).of_live_contacts().for_list().filter(interaction__initiative=record)
    )
    open_first = Case(When(state=Commitment.State.OPEN, then=0), default=1)
    rows: list[Any] = list(promises.order_by(open_first, F("due_on").asc(nulls_last=True), "-pk")[:PANEL_ROWS])
    return {"rows": [(row, state_dot(row.state, row.due_on)) for row in rows]} if rows else None


for _key, _order, _template, _context in (
    ("follow-ups", 20, "engagement/_filed_follow_up_panel.html", _filed_follow_up_panel),
    ("commitments", 30, "engagement/_commitment_panel.html", _filed_commitment_panel),
):
    record_panels.register(RecordPanel(f"{_key}-initiative", _order, Initiative, _template, _context))

# --- Documents --------------------------------------------------------------------------------------------------------


def _may_file(actor: Any, initiative: Initiative) -> bool:
    return policies.can_log(actor) and initiative.is_workable_by(actor) and not initiative.is_archived


def _circles_of(initiative: Initiative) -> tuple[int | None, int | None]:
    return initiative.sealed_circle_id, initiative.restricted_circle_id


def _document_panel(actor: Any, record: Initiative) -> dict[str, Any] | None:
    """Beside those that the reader may read, of restricted ones date, lock and whom to ask."""
    return document_panel(actor, record, tells_of_restricted=True)


document_homes.register(
    DocumentHome(
        "initiatives",
        20,
        Initiative,
        InitiativeDocument,
        "initiative",
        "initiative",
        gettext_lazy("Initiative"),
        _may_file,
        _circles_of,
    )
)
record_panels.register(
    RecordPanel("documents-initiative", 60, Initiative, "core/_document_panel.html", _document_panel)
)

# --- Circles ----------------------------------------------------------------------------------------------------------


def _law_counts(circle: Circle) -> bool:
    """Whether contacts with public office holders are sealed in it."""
    return Participant.objects.filter(interaction__sealed_circle=circle, holds_public_office=True).exists()


def _work_left(circle: Circle, user: Any) -> str:
    """Open follow-ups that would be left with somebody who cannot see them."""
    inside = Q(sealed_circle=circle) | Q(restricted_circle=circle)
    left = FollowUp.objects.open().filter(inside, assignee=user).count()
    if not left:
        return ""
    return ngettext(
        "%(name)s has %(count)d open follow-up in this circle. Hand it over first.",
        "%(name)s has %(count)d open follow-ups in this circle. Hand them over first.",
        left,
    ) % {"name": user.name, "count": left}


circle_rules.register(CircleRule("engagement", 10, _law_counts, _work_left))


def _confided_panel(actor: Any, circle: Circle) -> dict[str, Any]:
    """What belongs to the circle, newest first."""
    ours = Q(sealed_circle=circle) | Q(restricted_circle=circle)
    contacts = Interaction.objects.readable_by(actor).active().filter(ours).newest_first()
    initiatives = Initiative.objects.readable_by(actor).active().filter(ours).order_by("name_en", "pk")
    return {"contacts": contacts[:CONFIDED_ROWS], "total": contacts.count(), "initiatives": initiatives}


record_panels.register(RecordPanel("confided", 10, Circle, "engagement/_confided_panel.html", _confided_panel, "main"))

# --- Lists ------------------------------------------------------------------------------------------------------------

list_columns.register(ListColumns("engagement-organizations", 10, "organizations", directory_columns))
list_columns.register(ListColumns("engagement-people", 10, "people", directory_columns))
list_columns.register(ListColumns("engagement-nations", 10, "nations", nation_columns))
list_facets.register(ListFacets("engagement-organizations", 10, "organizations", directory_facets))
list_facets.register(ListFacets("engagement-people", 10, "people", directory_facets))
list_facets.register(ListFacets("engagement-nations", 10, "nations", known_by_facet))


def _log_state(request: Any) -> Any:
    from c2m2a_crm.engagement.views.log import exported_log  # views are read once addresses are

    return exported_log(request)


def _follow_ups_state(request: Any) -> Any:
    from c2m2a_crm.engagement.views.follow_ups import exported_follow_ups  # as above

    return exported_follow_ups(request)


def _commitments_state(request: Any) -> Any:
    from c2m2a_crm.engagement.views.commitments import exported_commitments  # as above

    return exported_commitments(request)


for _list in (
    ExportableList("contact-log", 20, gettext_lazy("Contact log"), can_export, _log_state),
    ExportableList("follow-ups", 30, gettext_lazy("Follow-ups"), can_export, _follow_ups_state),
    ExportableList("commitments", 40, gettext_lazy("Commitments"), can_export, _commitments_state),
):
    exportable_lists.register(_list)

# --- Search -----------------------------------------------------------------------------------------------------------

search_kinds.register(
    SearchKind(
        key="contact",
        order=40,
        label=gettext_lazy("Contacts"),
        icon="message-2",
        model=Interaction,
        allowed=policies.can_read_log,
        hits=contact_hits,
        texts=contact_texts,
        words=("contact", "contacts"),
        archived=gettext_lazy("Taken back"),
    )
)
search_kinds.register(
    SearchKind(
        key="followup",
        order=70,
        label=gettext_lazy("Follow-ups"),
        icon="checklist",
        model=FollowUp,
        allowed=policies.can_read_log,
        hits=follow_up_hits,
        archived=gettext_lazy("Taken back"),
    )
)
search_kinds.register(
    SearchKind(
        key="initiative",
        order=65,
        label=gettext_lazy("Files and projects"),
        icon="clipboard-text",
        model=Initiative,
        allowed=policies.can_read_log,
        hits=file_hits,
        words=("file", "files", "dossier", "dossiers", "project", "projects", "projet", "projets"),
    )
)

# --- Home -------------------------------------------------------------------------------------------------------------

for _block in (
    HomeBlock("attention", 10, "engagement/_home_attention.html", home.attention, is_work=True),
    HomeBlock("promises", 20, "engagement/_home_promises.html", home.overdue_promises, is_work=True, is_side=True),
    HomeBlock("drafts", 30, "engagement/_home_drafts.html", home.waiting_drafts, is_side=True),
    HomeBlock("recent", 40, "engagement/_home_recent.html", home.recent_contacts),
    HomeBlock("quiet", 50, "engagement/_home_quiet.html", home.gone_quiet, is_side=True),
):
    home_blocks.register(_block)
home_figures.register(HomeFigures("engagement", 10, home.figures))

# --- Reference data ---------------------------------------------------------------------------------------------------

# The third and the fourth are inferred: their headings are blank in the strategy's text. An office changes them.
PILLARS = (
    ("public-advocacy", "Public Advocacy", "Défense publique des intérêts"),
    ("build-and-foster", "Build & Foster", "Bâtir et favoriser"),
    ("innovate-and-advance", "Innovate & Advance", "Innover et progresser"),
    ("educate-and-inform", "Educate & Inform", "Éduquer et informer"),
)


def load_pillars() -> str:
    """The four pillars of the strategy, where they are not there yet; names that somebody edited stay."""
    with recorded(None, system="reference data"):
        made = [
            Pillar.objects.get_or_create(
                key=key, defaults={"name_en": name_en, "name_fr": name_fr, "position": position}
            )[1]
            for position, (key, name_en, name_fr) in enumerate(PILLARS, start=1)
        ]
    return f"pillars: {sum(made)} added"


reference_data.register(ReferenceData("pillars", 30, load_pillars))

importers.register(CONTACT_IMPORT)

# --- Departures and undo ----------------------------------------------------------------------------------------------

for _departure in DEPARTURES:
    departures.register(_departure)
for _effect in DEPARTURE_EFFECTS:
    departure_effects.register(_effect)
for _tables in RECORDS:
    record_tables.register(_tables)
rhythm_registrations.register()
briefing.register()

personal_data.register(PersonalData("contact-log", 30, gettext_lazy("Contact log"), held, find))

anonymised_texts.register(AnonymisedTexts("engagement", 40, words_of, for_owners, stays))
retention_uses.register(RetentionUse("engagement.contacts", 40, Person, met_since))
retention_uses.register(RetentionUse("engagement.commitments", 41, Person, owing_since))
retention_uses.register(RetentionUse("engagement.follow-ups", 42, Person, waiting_since))
retention_uses.register(RetentionUse("engagement.rhythms", 43, Person, quiet_since))
holdable_kinds.register(
    HoldableKind("initiatives", 10, gettext_lazy("Initiative"), Initiative, holdable, holdable_named)
)
text_holders.register(TextHolder("engagement.drafts", 50, forget_drafts))

for mergeable in MERGEABLE:
    mergeable_relations.register(mergeable)
