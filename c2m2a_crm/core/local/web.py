"""The web server's address: taking it, saying it, and knowing when something answers on it."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import socket
from collections.abc import Sequence

from .errors import LocalError


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, which the web server inherits: while that is restarted, callers wait instead of failing."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except socket.gaierror:
        raise LocalError(f"“{host}” is no address of this machine. Use --host 127.0.0.1, or 0.0.0.0 for all.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise LocalError(
                f"Port {port} is taken by another program. Choose another: python3 manage.py start --port {port + 1}"
            ) from None
        raise LocalError(f"The address {host}, port {port} cannot be used: {os.strerror(error.errno or 0)}.") from None
    return listener


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return False


def address_to_open(host: str, port: int) -> str:
    """What a person at this machine types into a browser."""
    name = "localhost" if host in ("0.0.0.0", "::", "127.0.0.1", "::1") else host  # noqa: S104  compared, not bound
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


def names_of_this_machine(host: str) -> Sequence[str]:
    """For ``ALLOWED_HOSTS`` when others may call: the machine's names and addresses, not just any name."""
    names = {"localhost", "127.0.0.1", "[::1]", host, socket.gethostname(), socket.getfqdn()}
    with contextlib.suppress(OSError):
        names |= {str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None)}
    # The address from which we would speak to the outside; a datagram socket sends nothing by connecting.
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        names.add(probe.getsockname()[0])
    return sorted(names)


class Probe:
    """One request to ``/healthz``, asked without blocking: ``answered`` is true once any answer came."""

    def __init__(self, listener: socket.socket) -> None:
        host, port = listener.getsockname()[:2]
        self._address = ({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)  # noqa: S104  compared, not bound
        self._connection: socket.socket | None = None

    def answered(self) -> bool:
        try:
            if self._connection is None:
                self._connection = socket.create_connection(self._address, timeout=2.0)
                self._connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                self._connection.setblocking(False)
            if self._connection.recv(1024).startswith(b"HTTP/"):
                self._connection.close()
                return True
        except BlockingIOError:
            return False
        except OSError:
            pass
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        return False
