"""The door of all public links: who passes, what looking writes, what a link that does not work tells."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from redis.exceptions import ConnectionError as CacheIsAway

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent, Circle, Document, DocumentVersion, History, PublicLink
from c2m2a_crm.core.public_links import limits, opening, services
from c2m2a_crm.core.public_links.services import MadeLink
from tests.core.public_links.making import BROWSER, CONTENT, make, path_of, secret_of, version


def person(**others: Any) -> Client:
    return Client(headers={**BROWSER, "Accept-Language": "en-CA", **others})


def key_on(answer: HttpResponse) -> str:
    key: str = html.fromstring(answer.content).cssselect("input[name=form_key]")[0].get("value")
    return key


def download(client: Client, path: str) -> Any:
    return client.post(path, {"form_key": key_on(client.get(path))})


def everything_written() -> dict[str, Any]:
    """Every table, but the count of openings: what looking may write."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = sorted(table for (table,) in cursor.fetchall())
        found = {}
        for table in tables:
            left_out = "- '{openings,first_opened_at,last_opened_at}'::text[]" if table == "core_publiclink" else ""
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg((to_jsonb(t) {left_out})::text, '' ORDER BY t::text), ''))"
                f' FROM "{table}" t'
            )
            found[table] = cursor.fetchone()
    return found


# --- Looking ----------------------------------------------------------------------------------------------------------


def test_a_look_shows_the_page_counts_the_opening_and_writes_nothing_else(db: None) -> None:
    made = make()
    before = everything_written()
    page = person().get(path_of(made))
    assert page.status_code == 200
    assert "Terms of reference" in page.content.decode()
    person().get(path_of(made))
    made.link.refresh_from_db()
    assert made.link.openings == 2
    assert made.link.first_opened_at is not None
    assert made.link.last_opened_at is not None
    assert made.link.first_opened_at <= made.link.last_opened_at
    assert everything_written() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "Mozilla/5.0 Mimecast-scanner"},
        {"User-Agent": "python-requests/2.32"},
        {"User-Agent": ""},
    ],
)
def test_a_robot_that_says_so_is_not_even_counted(headers: dict[str, str], db: None) -> None:
    made = make()
    assert person(**headers).get(path_of(made)).status_code == 200
    made.link.refresh_from_db()
    assert made.link.openings == 0


@pytest.mark.parametrize("verb", ["head", "options"])
def test_asking_ahead_writes_nothing(verb: str, db: None) -> None:
    made = make()
    assert getattr(person(), verb)(path_of(made)).status_code == 200
    made.link.refresh_from_db()
    assert (made.link.openings, made.link.uses) == (0, 0)


@pytest.mark.parametrize("verb", ["put", "patch", "delete"])
def test_other_verbs_are_refused_whether_the_link_works_or_not(verb: str, db: None) -> None:
    made = make()
    for path in (path_of(made), "/p/document/made-up/"):
        assert getattr(person(), verb)(path).status_code == 405


def test_the_address_leaks_to_nobody(db: None) -> None:
    made = make()
    client = person()
    for answer in (client.get(path_of(made)), client.get("/p/document/made-up/"), download(client, path_of(made))):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
    elsewhere = html.fromstring(client.get(path_of(made)).content).xpath("//@href | //@src | //@action")
    assert not [address for address in elsewhere if re.match(r"(https?:)?//", address)]


# --- Pressing ---------------------------------------------------------------------------------------------------------


def test_the_button_gives_the_file_without_a_cookie_and_says_so_in_the_audit(db: None) -> None:
    made = make()
    key = key_on(person().get(path_of(made)))
    answer = Client(headers=BROWSER, enforce_csrf_checks=True).post(path_of(made), {"form_key": key})
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == CONTENT
    assert answer["Content-Disposition"] == 'attachment; filename="terms.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    made.link.refresh_from_db()
    assert (made.link.uses, made.link.used_at is not None) == (1, True)
    event = AuditEvent.objects.get(verb="link.used")
    assert (event.actor, event.subject_table, event.subject_id) == (None, "core_publiclink", made.link.pk)
    change = History.objects.filter(tbl="core_publiclink", row_id=made.link.pk).latest("pk")
    assert (change.actor_id, change.writer) == (None, "public link")


@pytest.mark.parametrize("key", ["", "page", "page:1:made-up", "of another link", "of long ago"])
def test_a_press_that_did_not_come_from_the_page_does_nothing(
    key: str, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other = make(), make()
    if key == "of another link":
        key = key_on(person().get(path_of(other)))
    elif key == "of long ago":
        key = key_on(person().get(path_of(made)))
        monkeypatch.setattr(opening, "PAGE_LIFE", -1)
    before = everything_written()
    answer = person().post(path_of(made), {"form_key": key})
    assert answer.status_code == 403
    assert "Open the page again" in answer.content.decode()
    assert everything_written() == before


def test_a_link_that_works_once_works_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make()
    PublicLink.objects.update(is_single_use=True)
    client = person()
    page = client.get(path_of(made))
    assert client.get(path_of(made)).status_code == 200  # looking uses nothing up
    first = client.post(path_of(made), {"form_key": key_on(page)})
    assert b"".join(first.streaming_content) == CONTENT
    assert client.post(path_of(made), {"form_key": key_on(page)}).status_code == 404
    assert client.get(path_of(made)).status_code == 404
    made.link.refresh_from_db()
    assert (made.link.uses, made.link.state) == (1, PublicLink.State.USED)


def test_what_ends_between_the_look_and_the_press_gives_nothing(db: None, staff: User) -> None:
    made = make()
    found = opening.find("document", secret_of(made))
    assert found is not None
    services.revoke_link(actor=staff, link=made.link, reason="sent to the wrong place")
    with pytest.raises(services.LinkClosed), services.pressing(found):
        pytest.fail("It was pressed.")
    assert not AuditEvent.objects.filter(verb="link.used").exists()


# --- Links that do not work -------------------------------------------------------------------------------------------


def expire(made: MadeLink) -> None:
    PublicLink.objects.update(created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now())


def revoke(made: MadeLink) -> None:
    services.revoke_link(actor=made.link.created_by, link=made.link, reason="sent to the wrong place")


def use_up(made: MadeLink) -> None:
    PublicLink.objects.update(is_single_use=True, uses=1)


def change(**columns: Any) -> Callable[[MadeLink], None]:
    def changing(made: MadeLink) -> None:
        with recorded(None, system="tests"):
            Document.objects.update(**{name: value() if callable(value) else value for name, value in columns.items()})

    return changing


def circle() -> Circle:
    return Circle.objects.create(name="Permits")


def hold_back(made: MadeLink) -> None:
    DocumentVersion.objects.update(scan=DocumentVersion.Scan.INFECTED)


ENDS: dict[str, Callable[[MadeLink], None]] = {
    "expired": expire,
    "revoked": revoke,
    "used up": use_up,
    "sealed": change(sealed_circle=circle),
    "restricted": change(restricted_circle=circle),
    "of the secretariat": change(audience="secretariat"),
    "marked": change(marking=10),
    "in confidence": change(third_party_confidential=True, received_from="Quarry Works"),
    "archived": change(archived_at=timezone.now, archived_reason="replaced"),
    "held back by the scanner": hold_back,
}


def said(client: Client, path: str, **data: Any) -> tuple[int, dict[str, str], str]:
    """Status, headers and page, without what differs from one request to the next or is the visitor's own address."""
    answer = client.post(path, data) if data else client.get(path)
    headers = {name: value for name, value in answer.headers.items() if name not in {"X-Request-ID", "Set-Cookie"}}
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode()).replace(path, "")
    for part in ("Content-Security-Policy", "Content-Length", "Expires", "Last-Modified"):
        headers.pop(part, None)
    return answer.status_code, headers, re.sub(r'nonce="[^"]*"', "", page)


@pytest.mark.parametrize("end", sorted(ENDS))
def test_a_link_that_stopped_is_answered_as_one_that_never_was(end: str, db: None) -> None:
    made = make(language="fr")
    assert person().get(path_of(made)).status_code == 200
    key = key_on(person().get(path_of(made)))
    ENDS[end](made)
    never_was = said(person(), f"/p/document/{'A' * 43}/")
    assert never_was[0] == 404
    assert "This link does not work" in never_was[2]
    written = everything_written()
    assert said(person(), path_of(made)) == never_was
    assert said(person(), path_of(made), form_key=key) == said(person(), f"/p/document/{'A' * 43}/", form_key=key)
    assert everything_written() == written
    opened = PublicLink.objects.get()
    assert opened.openings == 2  # none of those that were refused


@pytest.mark.parametrize("change", ["{}x", "{}.", "x{}", "", "%00", "'; --", "../{}", "é"])
def test_a_broken_link_is_answered_in_the_same_way(change: str, db: None) -> None:
    made = make()
    secret = secret_of(made)
    path = f"/p/document/{change.replace('{}', secret) or secret[:-1]}/"
    answer = person().get(path)
    assert answer.status_code == 404
    assert secret not in answer.content.decode().replace(path, "")
    made.link.refresh_from_db()
    assert made.link.openings == 0


def test_a_secret_serves_its_own_purpose_alone(db: None) -> None:
    made = make()
    for purpose in ("unsubscribe", "papers", "Document"):
        assert person().get(f"/p/{purpose}/{secret_of(made)}/").status_code == 404
    PublicLink.objects.update(purpose="unsubscribe")
    assert person().get(path_of(made)).status_code == 404
    # A row that came to another purpose by whatever way opens nothing there: the digest is of its own.
    PublicLink.objects.update(purpose="document", digest=opening.digest_of("papers", secret_of(made)))
    assert person().get(path_of(made)).status_code == 404


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=60), st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True)))
def test_nothing_that_is_not_a_secret_finds_anything(db: None, text: str) -> None:
    if not PublicLink.objects.exists():
        make()
    assert opening.find("document", text) is None
    assert opening.find("unsubscribe", text) is None


def test_the_page_of_one_link_tells_nothing_of_other_records(db: None, staff: User) -> None:
    one, other = make(staff, version("Alpha paper")), make(staff, version("Omega paper"), recipient="Other people")
    page = person().get(path_of(one)).content.decode()
    assert "Alpha paper" in page
    for word in ("Omega paper", "Other people", "Ministry of Mines", secret_of(other)):
        assert word not in page


def test_the_makers_rights_do_not_matter_later(db: None, staff: User) -> None:
    made = make(staff)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert person().get(path_of(made)).status_code == 200


# --- The secret -------------------------------------------------------------------------------------------------------


def test_the_secret_cannot_be_guessed(db: None) -> None:
    secrets = {secret_of(make()) for _number in range(5)}
    assert len(secrets) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in secrets)  # 256 bits


def test_the_secret_stands_in_no_table_and_no_log(db: None, staff: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    made = make(staff)
    client = person()
    download(client, path_of(made))
    client.post(path_of(made), {})
    services.revoke_link(actor=staff, link=made.link, reason="lost")
    client.get(path_of(made))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [table for (table,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{secret_of(made)}%"])
            assert cursor.fetchone() == (0,), table
    assert len(tables) > 50
    assert "Forbidden: /p/document/…/" in caplog.text
    assert "Not Found: /p/document/…/" in caplog.text
    assert secret_of(made) not in caplog.text


def test_the_digest_stays_out_of_history(db: None) -> None:
    made = make()
    image = History.objects.get(tbl="core_publiclink", row_id=made.link.pk).after
    assert image is not None
    assert image["recipient"] == "Ministry of Mines"
    assert not {"digest", "form_token", "openings"} & image.keys()


# --- Limits -----------------------------------------------------------------------------------------------------------


def test_guessing_is_slowed_and_a_true_link_works_all_the_same(db: None) -> None:
    made, client = make(), person()
    statuses = [client.get(f"/p/document/guess{number}/").status_code for number in range(limits.GUESSES + 2)]
    assert (statuses[0], statuses[-1]) == (404, 429)
    busy = client.get("/p/document/guess/")
    assert "Wait ten minutes" in busy.content.decode()
    assert busy["Retry-After"] == "600"
    assert client.get(path_of(made)).status_code == 200
    assert Client(headers=BROWSER, REMOTE_ADDR="192.0.2.9").get("/p/document/guess/").status_code == 404


def test_one_link_is_opened_so_often_and_others_go_on(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPENINGS_OF_A_LINK", 3)
    made, other, client = make(), make(), person()
    assert [client.get(path_of(made)).status_code for _time in range(4)] == [200, 200, 200, 429]
    assert client.post(path_of(made), {"form_key": "x"}).status_code == 429
    assert client.get(path_of(other)).status_code == 200
    made.link.refresh_from_db()
    assert made.link.openings == 3


def test_one_address_opens_so_many_links(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OPENINGS_FROM_AN_ADDRESS", 2)
    client = person()
    assert [client.get(path_of(make())).status_code for _time in range(3)] == [200, 200, 429]
    elsewhere = Client(headers=BROWSER, REMOTE_ADDR="192.0.2.9")
    assert elsewhere.get(path_of(make())).status_code == 200


def test_no_network_address_is_kept_in_clear(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []
    add = cache.add
    monkeypatch.setattr(cache, "add", lambda key, *rest: (keys.append(key), add(key, *rest))[1])
    visitor = Client(headers=BROWSER, REMOTE_ADDR="192.0.2.77")
    made = make()
    visitor.get(path_of(made))
    visitor.get("/p/document/guess/")
    assert len(keys) == 3
    assert not [key for key in keys if "192.0.2" in key or secret_of(made) in key]


def test_a_cache_that_is_away_limits_nobody(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: Any) -> None:
        raise CacheIsAway

    monkeypatch.setattr(cache, "add", away)
    assert person().get(path_of(make())).status_code == 200
    assert person().get("/p/document/guess/").status_code == 404


# --- Language ---------------------------------------------------------------------------------------------------------


def test_the_page_speaks_the_recipients_language_until_another_is_chosen(db: None) -> None:
    made, client = make(language="fr"), person()
    page = html.fromstring(client.get(path_of(made)).content)
    assert page.get("lang").startswith("fr")
    assert "Cadre de référence" in page.text_content()
    (switch,) = page.cssselect("a[hreflang=en]")
    english = client.get(path_of(made) + switch.get("href"))
    assert html.fromstring(english.content).get("lang").startswith("en")
    assert "Terms of reference" in english.content.decode()
    assert english["Content-Language"] == "en"
    assert html.fromstring(client.get(f"{path_of(made)}?language=xx").content).get("lang").startswith("fr")
