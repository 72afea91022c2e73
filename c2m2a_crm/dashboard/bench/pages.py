"""Pages against their floors, in turn, in this process: no network, the whole of Django on both sides."""

from __future__ import annotations

import gzip
import io
import statistics
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from c2m2a_crm.accounts.models import User
from c2m2a_crm.dashboard.bench import budgets
from c2m2a_crm.dashboard.bench.floors import PAGE, PREFIX, asked
from c2m2a_crm.dashboard.bench.report import Finding, Report
from c2m2a_crm.dashboard.bench.server import Application

CSRF = "b" * 32
DEEP = 0.95


class BenchError(Exception):
    """The run cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


class Browser:
    """Somebody who is signed in, asking an application without a network between."""

    def __init__(self, application: Application, user: User) -> None:
        self._application = application
        self.cookie = cookie_of(user)

    def ask(self, address: str, form: Mapping[str, Any] | None = None, *, is_part: bool = False) -> Answer:
        """``is_part``: as htmx asks, for the part of the page that changes."""
        path, _mark, query = address.partition("?")
        body = urlencode(form or {}, doseq=True).encode()
        seen: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": self.cookie,
            "HTTP_ACCEPT_LANGUAGE": "en-CA",
            "HTTP_X_CSRFTOKEN": CSRF,
            **({"HTTP_HX_REQUEST": "true"} if is_part else {}),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            "wsgi.multithread": False,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.version": (1, 0),
        }
        response = self._application(environ, lambda status, _headers, _error=None: seen.append(status))
        try:
            content = b"".join(response)
        finally:
            if hasattr(response, "close"):
                response.close()
        return Answer(int(seen[0].split()[0]), content)


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"


@dataclass(frozen=True, slots=True)
class Pair:
    """A page and its floor: what is asked of each. A form makes it a POST, made anew each time.

    ``is_part``: asked as htmx asks, and answered with what changes.
    """

    name: str
    page: str
    floor: str
    page_form: Callable[[], Mapping[str, Any]] | None = None
    floor_form: Callable[[], Mapping[str, Any]] | None = None
    is_part: bool = False

    def sides(self) -> list[tuple[str, str, Callable[[], Mapping[str, Any]] | None]]:
        return [("floor", self.floor, self.floor_form), ("page", self.page, self.page_form)]


def pairs(user: User) -> list[Pair]:
    """The measured pages, at the sizes and for the records of the data at hand."""
    ((organizations, people, contacts),) = asked_counts()
    ((party,),) = first("SELECT party_id FROM members_affiliation GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    ((person,),) = first("SELECT person_id FROM engagement_participant WHERE person_id IS NOT NULL LIMIT 1")
    ((owner,),) = first("SELECT owner_id FROM members_person WHERE owner_id IS NOT NULL LIMIT 1")
    subject = "Offtake terms and the water licence"
    made = []
    for name, page, floor, total, words in (
        ("organizations", "/organizations/", "organizations", organizations, ("owner", owner)),
        ("people", "/people/", "people", people, ("owner", owner)),
        ("contact log", "/contact-log/", "log", contacts, ("kind", "call")),
    ):
        deep = max(1, int(total * DEEP) // PAGE)
        bare = f"{PREFIX}{floor}"
        made += [
            Pair(f"{name}, first", page, bare),
            Pair(f"{name}, deep", f"{page}?page={deep}", f"{bare}?page={deep}"),
            Pair(f"{name}, filtered", f"{page}?{words[0]}={words[1]}", f"{bare}?filter={words[1]}"),
        ]
    made += [
        Pair("organization", f"/organizations/{party}/", f"{PREFIX}organization?id={party}"),
        Pair("home", "/", f"{PREFIX}home"),
        Pair(
            "log a contact",
            "/contact-log/new/",
            f"{PREFIX}log_contact",
            lambda: {
                "token": str(uuid.uuid4()),
                "line_read": "",
                "kind": "call",
                "direction": "outgoing",
                "who": [f"person:{person}"],
                "subject": subject,
            },
            lambda: {"person": person, "subject": subject},
        ),
    ]
    return made


def first(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    if not found:
        raise BenchError("There is too little to measure. Fill a folder: manage.py demo --size large --data-dir …")
    return found


def asked_counts() -> list[tuple[Any, ...]]:
    return first(
        "SELECT (SELECT count(*) FROM members_party WHERE kind <> 'nation' AND archived_at IS NULL),"
        " (SELECT count(*) FROM members_person WHERE archived_at IS NULL),"
        " (SELECT count(*) FROM engagement_interaction WHERE archived_at IS NULL)"
    )


def measure(
    user: User,
    *,
    rounds: int,
    against: Mapping[str, float] | None = None,
    wanted: Sequence[Pair] | None = None,
    what: str = "Pages",
) -> Report:
    """Each round asks each floor and each page once, the order of the two changing with the round."""
    browser = Browser(Application(), user)
    wanted = pairs(user) if wanted is None else wanted
    times: dict[tuple[str, str], list[float]] = {}
    kept: dict[tuple[str, str], tuple[list[str], bytes]] = {}
    for pair in wanted:  # once without the clock: caches are filled, statements counted, the answer looked at
        for side, address, form in pair.sides():
            _checked(browser, pair, address, form)
            kept[pair.name, side] = _counted(browser, pair, address, form)
    for number in range(rounds):
        for pair in wanted:
            for side, address, form in pair.sides()[:: 1 if number % 2 else -1]:
                sent = form() if form else None
                began = time.perf_counter()
                browser.ask(address, sent, is_part=pair.is_part)
                times.setdefault((pair.name, side), []).append((time.perf_counter() - began) * 1000)
    report = Report(f"{what} against their floors, {rounds} rounds, milliseconds")
    for pair in wanted:
        report.findings.append(_finding(pair, times, kept, against or {}))
        report.statements[pair.name] = kept[pair.name, "page"][0]
    return report


def _checked(browser: Browser, pair: Pair, address: str, form: Callable[[], Mapping[str, Any]] | None) -> None:
    answer = browser.ask(address, form() if form else None, is_part=pair.is_part)
    if answer.status not in (200, 302):
        raise BenchError(f"{pair.name}: {address} answered {answer.status}.")


def _counted(
    browser: Browser, pair: Pair, address: str, form: Callable[[], Mapping[str, Any]] | None
) -> tuple[list[str], bytes]:
    seen: list[str] = []

    def noting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noting):
        answer = browser.ask(address, form() if form else None, is_part=pair.is_part)
    return seen, answer.body


def _finding(
    pair: Pair,
    times: Mapping[tuple[str, str], list[float]],
    kept: Mapping[tuple[str, str], tuple[list[str], bytes]],
    against: Mapping[str, float],
) -> Finding:
    page, floor = times[pair.name, "page"], times[pair.name, "floor"]
    seen, body = kept[pair.name, "page"]
    statements = len(seen)
    # Two that were measured one after the other, so that a slow moment of the machine weighs on both.
    ratio = statistics.median(mine / bare for mine, bare in zip(page, floor, strict=True))
    budget = budgets.PAGES.get(pair.name) or budgets.TABLES[pair.name]
    figures: dict[str, Any] = {
        "statements": statements,
        "floor’s": len(kept[pair.name, "floor"][0]),
        "median": statistics.median(page),
        "p95": _p95(page),
        "floor": statistics.median(floor),
        "floor p95": _p95(floor),
        "ratio": ratio,
        "budget": budget.ratio,
        "HTML": len(body),
        "gzipped": len(gzip.compress(body, 6)),
    }
    over = []
    if ratio > budget.ratio:
        over.append(f"{ratio:.2f} times its floor, budget {budget.ratio}")
    if budget.statements and statements > budget.statements:
        over.append(f"{statements} statements, budget {budget.statements}")
    if budget.html and len(body) > budget.html:
        over.append(f"{len(body)} bytes of HTML, budget {budget.html}")
    if pair.name in against:
        figures["growth"] = figures["median"] / against[pair.name]
        if figures["growth"] > budgets.GROWTH:
            over.append(f"{figures['growth']:.2f} times the smaller office, budget {budgets.GROWTH}")
    return Finding(pair.name, figures, tuple(over))


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


__all__ = ["BenchError", "asked", "cookie_of", "measure", "pairs"]
