"""The embedded Valkey: broker and cache on a Unix socket, with every write on disk within a second."""

from __future__ import annotations

import contextlib
import signal
import socket
import time
from collections.abc import Callable
from urllib.parse import quote

from .binaries import reachable, valkey_program
from .paths import DataFolder

STOP_SIGNAL = signal.SIGTERM
_BROKER_DATABASE = 0
_CACHE_DATABASE = 1


class Valkey:
    """One server in one data folder; ``throwaway`` keeps nothing on disk."""

    def __init__(self, folder: DataFolder, *, throwaway: bool = False) -> None:
        self.folder = folder
        self.throwaway = throwaway
        self.socket = folder.sockets / "valkey.sock"

    @property
    def cache_url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db={_CACHE_DATABASE}"

    @property
    def broker_url(self) -> str:
        return f"redis+socket://{quote(str(self.socket))}?virtual_host={_BROKER_DATABASE}"

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder.valkey),
            "databases": "4",
            "save": "",
            "appendonly": "no" if self.throwaway else "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",  # queued work must never be thrown out to make room
            "loglevel": "warning",
        }
        program = reachable(self.folder, valkey_program())
        return [str(program), *(part for name, value in options.items() for part in (f"--{name}", value))]

    def prepare(self) -> None:
        self.folder.service_subfolder(self.folder.valkey)

    def is_ready(self) -> bool:
        """Whether it answers and has loaded its data."""
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1.0)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        return False

    def wait_ready(self, *, dead: Callable[[], bool], patience: float = 60.0) -> bool:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self.is_ready():
                return True
            if dead():
                return False
            time.sleep(0.01)
        return False
