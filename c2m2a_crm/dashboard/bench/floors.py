"""The floors: for each measured page a Django view of at most twenty lines. Their SQL stands here and is printed.

They ask who is signed in, as every page must, and nothing else. They are served by the benchmark alone: no address of
the product leads here.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.template import Context, Engine
from django.urls import path

View = Callable[[HttpRequest], HttpResponse]

PAGE = 50
PREFIX = "/floor/"

_SHELL = "<!doctype html><html lang=en><head><title>Floor</title></head><body><main>{body}</main></body></html>"
_TABLE = Engine().from_string(
    _SHELL.format(
        body="<p>{{ total }} rows</p><table>{% for row in rows %}<tr>"
        "<td><a href='{{ row.0 }}/'>{{ row.1 }}</a></td>{% for cell in row.2 %}<td>{{ cell|default_if_none:'' }}</td>"
        "{% endfor %}</tr>{% endfor %}</table>"
    )
)
_SECTIONS = Engine().from_string(
    _SHELL.format(
        body="{% for name, rows in sections %}<h2>{{ name }}</h2><table>{% for row in rows %}<tr>{% for cell in row %}"
        "<td>{{ cell|default_if_none:'' }}</td>{% endfor %}</tr>{% endfor %}</table>{% endfor %}"
    )
)

SQL = {
    "user": "SELECT * FROM accounts_user WHERE id = %s",
    # Organizations and people: names of the page in their order, then what the columns show of these fifty.
    "organizations.count": "SELECT count(*) FROM (SELECT 1 FROM members_party WHERE kind <> 'nation'"
    " AND archived_at IS NULL {where} LIMIT 10001) AS found",
    "organizations.ids": "SELECT id FROM members_party WHERE kind <> 'nation' AND archived_at IS NULL {where}"
    " ORDER BY sort_en, id LIMIT 51 OFFSET %s",
    "organizations.rows": "SELECT p.id, coalesce(nullif(p.name_en, ''), nullif(p.name_fr, ''), p.autonym), p.kind,"
    " j.name_en, u.name, p.last_open_contact_on, (SELECT count(DISTINCT person_id) FROM members_affiliation a"
    " WHERE a.party_id = p.id AND a.valid @> current_date) FROM members_party p"
    " LEFT JOIN members_jurisdiction j ON j.id = p.jurisdiction_id LEFT JOIN accounts_user u ON u.id = p.owner_id"
    " WHERE p.id = ANY(%s) ORDER BY p.sort_en, p.id",
    "people.count": "SELECT count(*) FROM (SELECT 1 FROM members_person WHERE archived_at IS NULL {where}"
    " LIMIT 10001) AS found",
    "people.ids": "SELECT id FROM members_person WHERE archived_at IS NULL {where} ORDER BY sort_key, id"
    " LIMIT 51 OFFSET %s",
    "people.rows": "SELECT p.id, p.given_name || ' ' || p.family_name, a.title_en, o.name_en, e.address, u.name,"
    " p.last_open_contact_on FROM members_person p LEFT JOIN LATERAL (SELECT title_en, party_id"
    " FROM members_affiliation WHERE person_id = p.id AND valid @> current_date ORDER BY is_primary DESC, id DESC"
    " LIMIT 1) a ON true LEFT JOIN members_party o ON o.id = a.party_id LEFT JOIN LATERAL (SELECT m.address"
    " FROM members_addressuse s JOIN members_emailaddress m ON m.id = s.email_id WHERE s.person_id = p.id"
    " AND s.valid @> current_date ORDER BY s.kind DESC, s.id LIMIT 1) e ON true LEFT JOIN accounts_user u"
    " ON u.id = p.owner_id WHERE p.id = ANY(%s) ORDER BY p.sort_key, p.id",
    "months": "SELECT t.{column}, date_trunc('month', i.occurred_on), count(DISTINCT t.interaction_id)"
    " FROM engagement_participant t JOIN engagement_interaction i ON i.id = t.interaction_id"
    " WHERE t.{column} = ANY(%s) AND t.user_id IS NULL AND t.role = 'present' AND i.archived_at IS NULL"
    " AND i.kind <> 'attempt' AND i.occurred_on >= current_date - {days} GROUP BY 1, 2",
    "steps": "SELECT DISTINCT ON ({column}) {column}, text, due_on FROM engagement_followup WHERE {column} = ANY(%s)"
    " AND done_at IS NULL AND withdrawn_at IS NULL ORDER BY {column}, due_on, id",
    # The contact log.
    "log.count": "SELECT count(*) FROM (SELECT 1 FROM engagement_interaction i WHERE archived_at IS NULL {where}"
    " LIMIT 10001) AS found",
    "log.ids": "SELECT id FROM engagement_interaction i WHERE archived_at IS NULL {where}"
    " ORDER BY occurred_on DESC, id DESC LIMIT 51 OFFSET %s",
    "log.rows": "SELECT i.id, i.subject, i.occurred_on, i.kind, u.name FROM engagement_interaction i"
    " JOIN accounts_user u ON u.id = i.recorded_by_id WHERE i.id = ANY(%s) ORDER BY i.occurred_on DESC, i.id DESC",
    "log.people": "SELECT interaction_id, string_agg(name, ', ' ORDER BY position) FILTER (WHERE user_id IS NULL),"
    " string_agg(party_name_en, ', ' ORDER BY position) FILTER (WHERE user_id IS NULL),"
    " string_agg(name, ', ' ORDER BY position) FILTER (WHERE user_id IS NOT NULL) FROM engagement_participant"
    " WHERE interaction_id = ANY(%s) GROUP BY 1",
    "log.steps": "SELECT DISTINCT ON (interaction_id) interaction_id, due_on FROM engagement_followup"
    " WHERE interaction_id = ANY(%s) AND done_at IS NULL AND withdrawn_at IS NULL ORDER BY 1, due_on, id",
    # One organization: facts, addresses, eight people, twenty contacts.
    "organization": "SELECT p.*, u.name, j.name_en FROM members_party p LEFT JOIN accounts_user u ON u.id = p.owner_id"
    " LEFT JOIN members_jurisdiction j ON j.id = p.jurisdiction_id WHERE p.id = %s",
    "organization.reach": "SELECT m.address, s.kind FROM members_addressuse s JOIN members_emailaddress m"
    " ON m.id = s.email_id WHERE s.party_id = %s UNION ALL SELECT number, kind FROM members_phonenumber"
    " WHERE party_id = %s",
    "organization.people": "SELECT e.given_name, e.family_name, a.title_en, count(*) OVER () FROM members_affiliation a"
    " JOIN members_person e ON e.id = a.person_id WHERE a.party_id = %s AND (upper_inf(a.valid)"
    " OR upper(a.valid) > current_date) ORDER BY a.is_primary DESC, e.sort_key, a.id LIMIT 8",
    "organization.contacts": "SELECT i.id, i.occurred_on, i.kind, i.subject, i.notes, u.name"
    " FROM engagement_interaction i JOIN accounts_user u ON u.id = i.recorded_by_id WHERE i.archived_at IS NULL AND"
    " i.id IN (SELECT interaction_id FROM engagement_participant WHERE party_id = %s)"
    " ORDER BY i.occurred_on DESC, i.id DESC LIMIT 21",
    "organization.promises": "SELECT text, due_on FROM engagement_commitment c WHERE (by_party_id = %s"
    " OR to_party_id = %s) AND NOT EXISTS (SELECT 1 FROM engagement_commitmentevent e WHERE e.commitment_id = c.id)"
    " LIMIT 5",
    "organization.past": "SELECT count(*) FROM members_affiliation WHERE party_id = %s"
    " AND upper(valid) <= current_date",
    "organization.beside": "SELECT text, kind FROM members_partyname WHERE party_id = %s UNION ALL SELECT value, scheme"
    " FROM members_outsideidentifier WHERE party_id = %s UNION ALL SELECT name_en, kind FROM members_party"
    " WHERE parent_id = %s AND archived_at IS NULL UNION ALL SELECT label_en, text_en FROM members_partyfact"
    " WHERE party_id = %s",
    "organization.seats": "SELECT e.given_name, e.family_name, n.name_en, t.role, t.valid FROM forums_seatterm t"
    " JOIN forums_seat s ON s.id = t.seat_id JOIN members_person e ON e.id = t.person_id JOIN engagement_initiative n"
    " ON n.id = s.forum_id WHERE t.party_id = %s ORDER BY t.valid DESC, t.id LIMIT 20",
    "organization.steps": "SELECT f.text, f.due_on, u.name FROM engagement_followup f JOIN accounts_user u"
    " ON u.id = f.assignee_id WHERE f.party_id = %s AND f.done_at IS NULL AND f.withdrawn_at IS NULL"
    " ORDER BY f.due_on NULLS LAST, f.id LIMIT 6",
    "organization.heard": "SELECT c.interaction_id, c.text, (SELECT e.kind FROM engagement_commitmentevent e"
    " WHERE e.commitment_id = c.id ORDER BY e.id DESC LIMIT 1) FROM engagement_commitment c"
    " WHERE c.interaction_id = ANY(%s)",
    # Home: five figures, what is due, who fell silent, what was logged last.
    "home.figures": "SELECT (SELECT count(*) FROM engagement_interaction WHERE archived_at IS NULL"
    " AND kind <> 'attempt' AND occurred_on >= date_trunc('month', current_date)),"
    " (SELECT count(*) FROM engagement_interaction WHERE archived_at IS NULL AND kind <> 'attempt' AND occurred_on"
    " BETWEEN date_trunc('month', current_date) - interval '1 month' AND current_date - interval '1 month'),"
    " (SELECT count(DISTINCT i.id) FROM engagement_interaction i JOIN engagement_participant t"
    " ON t.interaction_id = i.id WHERE i.archived_at IS NULL AND t.holds_public_office"
    " AND i.occurred_on >= date_trunc('month', current_date)),"
    " (SELECT count(*) FROM members_person WHERE archived_at IS NULL AND last_open_contact_on >= current_date - 30),"
    " (SELECT count(*) FROM engagement_followup WHERE done_at IS NULL AND withdrawn_at IS NULL AND assignee_id = %s),"
    " (SELECT count(*) FROM engagement_commitment c WHERE NOT EXISTS"
    " (SELECT 1 FROM engagement_commitmentevent e WHERE e.commitment_id = c.id))",
    "home.steps": "SELECT text, due_on FROM engagement_followup WHERE done_at IS NULL AND withdrawn_at IS NULL"
    " AND assignee_id = %s ORDER BY due_on NULLS LAST, id LIMIT 8",
    "home.promises": "SELECT c.text, c.due_on FROM engagement_commitment c JOIN engagement_interaction i"
    " ON i.id = c.interaction_id WHERE (c.by_user_id = %s OR i.recorded_by_id = %s) AND c.due_on < current_date"
    " AND NOT EXISTS (SELECT 1 FROM engagement_commitmentevent e WHERE e.commitment_id = c.id)"
    " ORDER BY c.due_on, c.id LIMIT 5",
    "home.quiet": "SELECT p.id, p.name_en, p.last_open_contact_on FROM members_party p WHERE p.owner_id = %s"
    " AND p.archived_at IS NULL AND p.kind <> 'nation' AND p.last_open_contact_on < current_date - 90"
    " ORDER BY p.last_open_contact_on, p.id LIMIT 20",
    "home.rooms": "SELECT (SELECT count(*) FROM forums_seat s JOIN forums_forum f ON f.initiative_id = s.forum_id"
    " WHERE f.is_run_by_us AND s.valid @> current_date), (SELECT count(*) FROM forums_seat s JOIN forums_forum f"
    " ON f.initiative_id = s.forum_id WHERE f.is_run_by_us AND s.valid @> current_date AND NOT EXISTS"
    " (SELECT 1 FROM forums_seatterm t WHERE t.seat_id = s.id AND t.role = 'holder' AND t.valid @> current_date)),"
    " (SELECT count(*) FROM forums_seatterm WHERE role = 'holder' AND upper(valid) BETWEEN current_date"
    " AND current_date + 90), (SELECT count(*) FROM partnerships_partnership WHERE status = 'active')",
    "home.drafts": "SELECT token, updated_at FROM core_draft WHERE user_id = %s ORDER BY updated_at DESC LIMIT 5",
    "home.recent": "SELECT i.occurred_on, i.subject, i.kind, (SELECT string_agg(name, ', ')"
    " FROM engagement_participant t WHERE t.interaction_id = i.id AND t.user_id IS NULL) FROM engagement_interaction i"
    " WHERE i.archived_at IS NULL ORDER BY i.occurred_on DESC, i.id DESC LIMIT 6",
    # A table of sixty seats: who sits there with which title, meetings, contacts, promises, what is known of it.
    "table": "SELECT n.*, f.*, u.name FROM forums_forum f JOIN engagement_initiative n ON n.id = f.initiative_id"
    " LEFT JOIN accounts_user u ON u.id = n.lead_id WHERE f.initiative_id = %s",
    "table.seats": "SELECT s.id, s.number, c.name_en, t.role, t.valid, p.given_name, p.family_name, o.name_en,"
    " a.title_en FROM forums_seat s LEFT JOIN forums_seatcategory c ON c.id = s.category_id LEFT JOIN forums_seatterm t"
    " ON t.seat_id = s.id AND t.valid @> current_date LEFT JOIN members_person p ON p.id = t.person_id"
    " LEFT JOIN members_party o ON o.id = t.party_id LEFT JOIN LATERAL (SELECT title_en FROM members_affiliation"
    " WHERE person_id = t.person_id AND valid @> current_date ORDER BY is_primary DESC, id DESC LIMIT 1) a ON true"
    " WHERE s.forum_id = %s AND s.valid @> current_date ORDER BY c.position, s.number, s.id",
    "table.meetings": "SELECT title_en, starts_at FROM forums_meeting WHERE forum_id = %s AND cancelled_at IS NULL"
    " ORDER BY starts_at DESC, id DESC LIMIT 10",
    "table.contacts": "SELECT i.id, i.occurred_on, i.kind, i.subject, i.notes, u.name FROM engagement_interaction i"
    " JOIN accounts_user u ON u.id = i.recorded_by_id WHERE i.archived_at IS NULL AND i.initiative_id = %s"
    " ORDER BY i.occurred_on DESC, i.id DESC LIMIT 9",
    "table.promises": "SELECT c.text, c.due_on FROM engagement_commitment c JOIN engagement_interaction i"
    " ON i.id = c.interaction_id WHERE i.initiative_id = %s AND NOT EXISTS (SELECT 1 FROM engagement_commitmentevent e"
    " WHERE e.commitment_id = c.id) UNION ALL SELECT f.text, f.due_on FROM engagement_followup f"
    " JOIN engagement_interaction i ON i.id = f.interaction_id WHERE i.initiative_id = %s AND f.done_at IS NULL"
    " AND f.withdrawn_at IS NULL LIMIT 12",
    "table.beside": "SELECT label_en, text_en FROM engagement_initiativefact WHERE initiative_id = %s UNION ALL"
    " SELECT quorum_rule, mandate_en FROM forums_termsofreference WHERE forum_id = %s AND valid @> current_date"
    " UNION ALL SELECT d.title_en, d.audience FROM core_document d JOIN engagement_initiativedocument l"
    " ON l.document_id = d.id WHERE l.initiative_id = %s",
    # Its matrix: words, seats, presences, who could sit.
    "coverage.words": "SELECT id, label_en, vocabulary FROM members_concept WHERE vocabulary IN ('mineral', 'stage')"
    " ORDER BY label_en, id",
    "coverage.seats": "SELECT l.mineral_id, l.stage_id, count(DISTINCT t.seat_id) FROM forums_seatterm t"
    " JOIN forums_seat s ON s.id = t.seat_id JOIN members_profileline l ON l.party_id = t.party_id"
    " WHERE s.forum_id = %s AND t.role = 'holder' AND t.valid @> current_date AND l.mineral_id IS NOT NULL"
    " GROUP BY 1, 2",
    "coverage.present": "SELECT l.mineral_id, l.stage_id, count(DISTINCT p.id) FROM engagement_participant p"
    " JOIN engagement_interaction i ON i.id = p.interaction_id JOIN members_profileline l ON l.party_id = p.party_id"
    " WHERE i.initiative_id = %s AND i.archived_at IS NULL AND i.kind <> 'attempt' AND p.role = 'present'"
    " AND i.occurred_on > current_date - 365 AND l.mineral_id IS NOT NULL GROUP BY 1, 2",
    "coverage.could": "SELECT l.mineral_id, l.stage_id, count(DISTINCT l.party_id) FROM members_profileline l"
    " JOIN members_party p ON p.id = l.party_id WHERE p.archived_at IS NULL AND p.kind <> 'nation'"
    " AND l.mineral_id IS NOT NULL AND l.stage_id IS NOT NULL GROUP BY 1, 2",
    # A mark of the roll, bare.
    "mark": "UPDATE forums_attendance SET mark = %s, marked_by_id = %s, marked_at = now() WHERE meeting_id = %s"
    " AND person_id = %s",
    # A contact, bare: the row, one person, one colleague.
    "log_contact": "INSERT INTO engagement_interaction (token, kind, direction, subject, notes, occurred_on, place,"
    " initiated_by, arranged, recorded_by_id, recorded_at, version, archived_reason)"
    " VALUES (%s, 'call', 'outgoing', %s, '', current_date, '', '', '', %s, now(), 1, '') RETURNING id",
    "log_contact.people": "INSERT INTO engagement_participant (interaction_id, person_id, user_id, role, position,"
    " name, title_en, title_fr, party_name_en, party_name_fr, holds_public_office) VALUES"
    " (%s, %s, NULL, 'present', 0, %s, '', '', '', '', false), (%s, NULL, %s, 'present', 1, %s, '', '', '', '', false)",
    # Everybody, for a file: the columns that the product's own file has.
    "people.export": "SELECT p.given_name || ' ' || p.family_name, o.name_en, e.address, u.name,"
    " p.last_open_contact_on, coalesce(m.contacts, 0), s.text, p.id, p.honorific, p.given_name, p.family_name,"
    " p.preferred_name, p.post_nominals, a.title_en, a.title_fr, p.archived_at FROM members_person p"
    " LEFT JOIN LATERAL (SELECT title_en, title_fr, party_id FROM members_affiliation WHERE person_id = p.id"
    " AND valid @> current_date ORDER BY is_primary DESC, id DESC LIMIT 1) a ON true"
    " LEFT JOIN members_party o ON o.id = a.party_id"
    " LEFT JOIN LATERAL (SELECT d.address FROM members_addressuse w JOIN members_emailaddress d ON d.id = w.email_id"
    " WHERE w.person_id = p.id AND w.valid @> current_date ORDER BY w.kind DESC, w.id LIMIT 1) e ON true"
    " LEFT JOIN accounts_user u ON u.id = p.owner_id"
    " LEFT JOIN (SELECT t.person_id, count(DISTINCT t.interaction_id) AS contacts FROM engagement_participant t"
    " JOIN engagement_interaction i ON i.id = t.interaction_id WHERE t.person_id IS NOT NULL AND t.role = 'present'"
    " AND i.archived_at IS NULL AND i.kind <> 'attempt' AND i.occurred_on >= current_date - 365 GROUP BY 1) m"
    " ON m.person_id = p.id"
    " LEFT JOIN (SELECT DISTINCT ON (person_id) person_id, text FROM engagement_followup WHERE done_at IS NULL"
    " AND withdrawn_at IS NULL ORDER BY person_id, due_on, id) s ON s.person_id = p.id"
    " WHERE p.archived_at IS NULL ORDER BY p.sort_key, p.id",
}

WHERE = {
    "organizations": "AND owner_id = %s",
    "people": "AND owner_id = %s",
    "log": "AND kind = %s",
}


def asked(name: str, *values: Any, **words: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(SQL[name].format(**{"where": "", **words}), values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _page(request: HttpRequest, name: str) -> tuple[int, list[int]]:
    """The count as the product counts, and the keys of one page: with the same filter and at the same depth."""
    wanted = request.GET.get("filter")
    words, values = ({"where": WHERE[name]}, [wanted]) if wanted else ({}, [])
    total = asked(f"{name}.count", *values, **words)[0][0]
    start = (int(request.GET.get("page", "1")) - 1) * PAGE
    return total, [pk for (pk,) in asked(f"{name}.ids", *values, start, **words)][:PAGE]


def _months(column: str, ids: list[int], days: int = 365) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for pk, _month, count in asked("months", ids, column=column, days=days):
        found.setdefault(pk, []).append(count)
    return found


def organizations(request: HttpRequest) -> HttpResponse:
    total, ids = _page(request, "organizations")
    months = _months("party_id", ids)
    steps = {row[0]: row[1:] for row in asked("steps", ids, column="party_id")}
    rows = [
        (pk, name, (kind, place, people, owner, last, sum(months.get(pk, ())), *steps.get(pk, ("", ""))))
        for pk, name, kind, place, owner, last, people in asked("organizations.rows", ids)
    ]
    return HttpResponse(_TABLE.render(Context({"rows": rows, "total": total})))


def people(request: HttpRequest) -> HttpResponse:
    total, ids = _page(request, "people")
    months = _months("person_id", ids)
    steps = {row[0]: row[1:] for row in asked("steps", ids, column="person_id")}
    rows = [
        (pk, name, (*cells, sum(months.get(pk, ())), *steps.get(pk, ("", ""))))
        for pk, name, *cells in asked("people.rows", ids)
    ]
    return HttpResponse(_TABLE.render(Context({"rows": rows, "total": total})))


def log(request: HttpRequest) -> HttpResponse:
    total, ids = _page(request, "log")
    met = {row[0]: row[1:] for row in asked("log.people", ids)}
    steps = dict(asked("log.steps", ids))
    rows = [
        (pk, subject, (day, kind, *met.get(pk, ("", "", "")), steps.get(pk), author))
        for pk, subject, day, kind, author in asked("log.rows", ids)
    ]
    return HttpResponse(_TABLE.render(Context({"rows": rows, "total": total})))


def organization(request: HttpRequest) -> HttpResponse:
    pk = int(request.GET["id"])
    contacts = asked("organization.contacts", pk)
    ids = [row[0] for row in contacts]
    met = {row[0]: row[1:] for row in asked("log.people", ids)}
    sections = [
        ("Facts", asked("organization", pk)),
        ("Reach", asked("organization.reach", pk, pk)),
        ("Months", [_months("party_id", [pk], 730).get(pk, [])]),
        ("Next", asked("organization.steps", pk)),
        ("Promises", asked("organization.promises", pk, pk)),
        ("People", asked("organization.people", pk) + asked("organization.past", pk)),
        ("Seats", asked("organization.seats", pk)),
        ("Beside", asked("organization.beside", pk, pk, pk, pk)),
        ("Heard", asked("organization.heard", ids) + asked("log.steps", ids)),
        ("Contacts", [(*row, *met.get(row[0], ())) for row in contacts]),
    ]
    return HttpResponse(_SECTIONS.render(Context({"sections": sections})))


def home(request: HttpRequest) -> HttpResponse:
    me = request.user.pk
    quiet = asked("home.quiet", me)
    _months("party_id", [row[0] for row in quiet])
    sections = [
        ("Figures", asked("home.figures", me) + asked("home.rooms")),
        ("Next", asked("home.steps", me)),
        ("Late", asked("home.promises", me, me) + asked("home.drafts", me)),
        ("Quiet", quiet),
        ("Recent", asked("home.recent")),
    ]
    return HttpResponse(_SECTIONS.render(Context({"sections": sections})))


def log_contact(request: HttpRequest) -> HttpResponse:
    me, person, subject = request.user.pk, request.POST["person"], request.POST["subject"]
    with transaction.atomic():
        ((pk,),) = asked("log_contact", uuid.uuid4(), subject, me)
        with connection.cursor() as cursor:
            cursor.execute(SQL["log_contact.people"], [pk, person, subject, pk, me, subject])
    return HttpResponse(status=302, headers={"Location": f"/contact-log/{pk}/"})


def table(request: HttpRequest) -> HttpResponse:
    pk = int(request.GET["id"])
    contacts = asked("table.contacts", pk)
    met = {row[0]: row[1:] for row in asked("log.people", [row[0] for row in contacts])}
    sections = [
        ("Table", asked("table", pk)),
        ("Seats", asked("table.seats", pk)),
        ("Meetings", asked("table.meetings", pk)),
        ("Promises", asked("table.promises", pk, pk)),
        ("Beside", asked("table.beside", pk, pk, pk)),
        ("Contacts", [(*row, *met.get(row[0], ())) for row in contacts]),
    ]
    return HttpResponse(_SECTIONS.render(Context({"sections": sections})))


def coverage(request: HttpRequest) -> HttpResponse:
    pk = int(request.GET["id"])
    words = asked("coverage.words")
    numbers = [
        {(mineral, stage): number for mineral, stage, number in asked(f"coverage.{name}", *values)}
        for name, values in (("seats", [pk]), ("present", [pk]), ("could", []))
    ]
    stages = [key for key, _label, kind in words if kind == "stage"]
    rows = [
        (label, *[tuple(each.get((key, stage), 0) for each in numbers) for stage in stages])
        for key, label, kind in words
        if kind == "mineral"
    ]
    sections = [("Table", asked("table", pk)), ("Coverage", rows)]
    return HttpResponse(_SECTIONS.render(Context({"sections": sections})))


def mark(request: HttpRequest) -> HttpResponse:
    with transaction.atomic(), connection.cursor() as cursor:
        values = [request.POST["mark"], request.user.pk, request.POST["meeting"], request.POST["person"]]
        cursor.execute(SQL["mark"], values)
    return HttpResponse()


def for_users(view: View) -> View:
    """The one question of every floor: who is signed in?"""

    def asked_who(request: HttpRequest) -> HttpResponse:
        return view(request) if request.user.is_authenticated else HttpResponseForbidden()

    return asked_who


VIEWS: dict[str, View] = {
    "organizations": organizations,
    "people": people,
    "log": log,
    "organization": organization,
    "home": home,
    "log_contact": log_contact,
    "table": table,
    "coverage": coverage,
    "mark": mark,
}
urlpatterns = [path(f"{PREFIX[1:]}{name}", for_users(view)) for name, view in VIEWS.items()]
