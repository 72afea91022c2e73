"""Addresses of the ground floor."""

from __future__ import annotations

import io
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from PIL import Image

from c2m2a_crm.accounts.models import Role, Team, User
from c2m2a_crm.core import health
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.lists.saved import save_view
from c2m2a_crm.core.logos import set_logo
from c2m2a_crm.core.models import AccessibilityFeedback, History, Job, OutboxMessage
from c2m2a_crm.core.printing import Printable
from c2m2a_crm.core.texts import load_installation, load_public_texts
from tests.factories import UserFactory
from tests.system.role_matrix import (
    Row,
    act,
    administrators,
    any_account,
    auditors,
    everybody,
    form,
    lookers,
    page,
    writers,
)


def the_organizations_list() -> dict[str, Any]:
    return {"list_key": "organizations", "file_format": "csv"}


def a_mark() -> str:
    return Printable("/people/", list_key="people").sealed()


def somebody_elses_job() -> dict[str, Any]:
    owner: User = UserFactory(roles=[Role.STAFF])
    return {"pk": Job.objects.create(kind="test", title="A job", actor=owner, state=Job.State.DONE).pk}


def a_message() -> dict[str, Any]:
    message = OutboxMessage.objects.create(
        key="a-message",
        kind="test",
        to_address="guest@office.example",
        subject="Welcome",
        body_text="Hello.",
        body_html="<p>Hello.</p>",
        not_before=timezone.now(),
        state=OutboxMessage.State.FAILED,
    )
    return {"pk": message.pk}


def the_settings() -> dict[str, Any]:
    load_installation()
    return {}


def a_logo() -> dict[str, Any]:
    load_installation()
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(picture, "PNG")
    picture.seek(0)
    office = set_logo(actor=UserFactory(roles=[Role.ADMINISTRATOR]), file=picture)
    return {"digest": office.logo_url.removesuffix(".png").rpartition("-")[2]}


def a_text() -> dict[str, Any]:
    load_public_texts()
    return {"key": "accessibility"}


def a_feedback() -> dict[str, Any]:
    return {"pk": AccessibilityFeedback.objects.create(text="A barrier", language="en").pk}


def a_change() -> dict[str, Any]:
    with recorded(None, system="tests"):
        team = Team.objects.create(name_en="Alpha", name_fr="Alpha")
    return {"pk": History.objects.get(tbl="accounts_team", row_id=team.pk).pk}


def nobody_at_work() -> dict[str, Any]:
    """Signs of life that a test before this one gave are forgotten."""
    for part in (health.WORKER, health.BEAT):
        cache.set(f"sign-of-life:{part}", 0)
    return {}


def the_people_list() -> dict[str, Any]:
    return {"list_key": "people"}


def somebody_elses_view() -> dict[str, Any]:
    """Shared with the office: everybody opens it, its owner and administrators change it."""
    owner: User = UserFactory(roles=[Role.STAFF])
    return {"pk": save_view(actor=owner, list_key="people", name="Quiet", query="q=a", is_shared=True).pk}


MAKERS = {
    "people_list": the_people_list,
    "view": somebody_elses_view,
    "nobody_at_work": nobody_at_work,
    "organizations_list": the_organizations_list,
    "job": somebody_elses_job,
    "message": a_message,
    "settings": the_settings,
    "logo": a_logo,
    "text": a_text,
    "feedback": a_feedback,
    "change": a_change,
}


ROWS = {
    "core:healthz": Row(everybody(503), maker="nobody_at_work"),
    "core:kept_texts": form(lookers()),
    "core:set_language": act(everybody(302), data={"language": "fr", "next": "/p/privacy/"}),
    "core:palette": page(lookers()),
    "core:search": page(lookers()),
    "core:styleguide": page(any_account()),
    "core:styleguide_options": page(any_account()),
    "core:export": form(writers(), "organizations_list"),
    "core:print": act(lookers(302), data=lambda made: {"purpose": "A meeting", "mark": a_mark()}),
    "core:list_settings": act(lookers(302), "people_list", data={"column": "name", "next": "/people/"}),
    "core:save_view": act(lookers(302), "people_list", data={"name": "Mine", "query": "q=a", "next": "/people/"}),
    "core:describe_view": act(administrators(302), "view", data={"name": "Silent", "next": "/people/"}),
    "core:replace_view": act(administrators(302), "view", data={"query": "q=b", "next": "/people/"}),
    "core:delete_view": act(administrators(302), "view", data={"next": "/people/"}),
    "core:jobs": page(lookers()),
    # Somebody else's job does not exist for others; administrators see it, but its file is the owner's alone.
    "core:job": page(lookers(404) | {"administrator": 200}, "job"),
    "core:job_progress": page(lookers(404) | {"administrator": 200}, "job"),
    "core:job_cancel": act(lookers(404) | {"administrator": 302}, "job"),
    "core:job_file": page(lookers(404), "job"),
    "core:outbox": page(administrators()),
    "core:message": page(administrators(), "message"),
    "core:message_html": page(administrators(), "message"),
    "core:send_again": act(administrators(302), "message"),
    "core:settings": form(administrators(), "settings"),
    "core:set_logo": act(administrators(422), "settings"),
    "core:remove_logo": act(administrators(302), "settings"),
    "core:logo": page(everybody(), "logo"),
    "core:edit_public_text": form(administrators(), "text"),
    "core:public_text_file": page(administrators(), "text"),
    "core:return_public_text": form(administrators(), "text"),
    "core:feedback": page(administrators()),
    "core:feedback_answered": act(administrators(302), "feedback"),
    "core:public_text": form(everybody(), "text"),
    "core:backups": form(administrators()),
    "core:audit": page(auditors()),
    "core:audit_events": page(auditors()),
    "core:change": page(auditors(), "change"),
}
