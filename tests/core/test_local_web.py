"""The address of the web server."""

from __future__ import annotations

import socket

import pytest

from c2m2a_crm.core.local import web
from c2m2a_crm.core.local.errors import LocalError


def test_taken_port_is_told_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(LocalError, match=f"Port {port} is taken by another program. .*--port {port + 1}"):
            web.listen("127.0.0.1", port)


@pytest.mark.parametrize("host", ["no.such.name.invalid", "192.0.2.7"])
def test_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(LocalError, match=host):
        web.listen(host, 0)


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("localhost", True),
        ("::1", True),
        ("[::1]", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("localhost.example", False),
    ],
)
def test_only_the_loopback_is_loopback(host: str, is_loopback: bool) -> None:
    assert web.is_loopback(host) is is_loopback


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:8000/"),
        ("0.0.0.0", "http://localhost:8000/"),
        ("fe80::1", "http://[fe80::1]:8000/"),
    ],
)
def test_address_can_be_typed_into_a_browser(host: str, address: str) -> None:
    assert web.address_to_open(host, 8000) == address


def test_names_for_others_never_allow_any_name() -> None:
    names = web.names_of_this_machine("0.0.0.0")
    assert "localhost" in names
    assert "*" not in names
