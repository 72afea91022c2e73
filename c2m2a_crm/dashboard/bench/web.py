"""Requests a second over real HTTP: product and floors behind the same server, in turn."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from c2m2a_crm.accounts.models import User
from c2m2a_crm.dashboard.bench import budgets
from c2m2a_crm.dashboard.bench.pages import BenchError, cookie_of
from c2m2a_crm.dashboard.bench.report import Finding, Report

CLIENTS, WORKERS, THREADS = 8, 2, 4
PAGE, FLOOR = "/organizations/", "/floor/organizations"


def measure(user: User, *, seconds: float, slices: int = 3) -> Report:
    """Clients ask one address without pause; floor and page take turns, so that a slow minute hits both."""
    cookies = [cookie_of(user) for _number in range(CLIENTS)]
    asked = {PAGE: 0, FLOOR: 0}
    took = {PAGE: 0.0, FLOOR: 0.0}
    with _server() as port:
        for address in (FLOOR, PAGE):
            _ask(port, address, cookies, 0.5)
        for _number in range(slices):
            for address in (FLOOR, PAGE):
                count, elapsed = _ask(port, address, cookies, seconds / slices)
                asked[address] += count
                took[address] += elapsed
    floor, page = asked[FLOOR] / took[FLOOR], asked[PAGE] / took[PAGE]
    share = page / floor
    report = Report(f"Requests a second: {CLIENTS} clients, {WORKERS} web workers of {THREADS} threads")
    figures = {"page": page, "floor": floor, "share": share, "budget": budgets.REQUESTS_SHARE}
    over = (
        (f"{share:.2f} of the floor's, budget {budgets.REQUESTS_SHARE:.2f}",) if share < budgets.REQUESTS_SHARE else ()
    )
    report.findings.append(Finding("organizations, first", figures, over))
    return report


@contextmanager
def _server() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        command = [
            *(sys.executable, "-m", "gunicorn", "c2m2a_crm.dashboard.bench.server:application()"),
            *("--bind", f"fd://{listener.fileno()}", "--worker-class", "gthread", "--workers", str(WORKERS)),
            *("--threads", str(THREADS), "--log-level", "warning", "--no-control-socket"),
        ]
        server = subprocess.Popen(command, pass_fds=[listener.fileno()])  # noqa: S603  our own words only
        try:
            _wait(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(20)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            asked.request("GET", "/healthz")
            asked.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise BenchError("The web server of the measurement did not start; the reason stands above.")


def _ask(port: int, address: str, cookies: list[str], seconds: float) -> tuple[int, float]:
    """How many were answered by all clients together, and in what time."""
    counts, failures = [0] * len(cookies), []
    began = time.perf_counter()
    end = began + seconds

    def client(place: int) -> None:
        server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < end:
            server.request("GET", address, headers={"Cookie": cookies[place]})
            response = server.getresponse()
            response.read()
            if response.status != 200:
                failures.append(response.status)
                return
            counts[place] += 1
        server.close()

    threads = [threading.Thread(target=client, args=[place]) for place in range(len(cookies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures or not any(counts):
        raise BenchError(f"{address} answered {failures[0] if failures else 'nothing'}.")
    return sum(counts), time.perf_counter() - began
