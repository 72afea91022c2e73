"""Asking a virus scanner. None is shipped: ``DOCUMENT_SCANNER`` names one that speaks as ClamAV's daemon does."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import IO, Final
from urllib.parse import urlsplit

import structlog
from django.conf import settings

from c2m2a_crm.core.models import DocumentVersion

log = structlog.get_logger(__name__)

Scan = DocumentVersion.Scan
# For connecting, and for each answer.
PATIENCE: Final = 20
_PIECE: Final = 65536
_LONGEST_ANSWER: Final = 4096
_PORT: Final = 3310


@dataclass(frozen=True, slots=True)
class Finding:
    """``words`` is what the scanner calls what it found, or why it could not be asked."""

    state: str
    words: str = ""


def is_set_up() -> bool:
    return bool(settings.DOCUMENT_SCANNER)


def scan(file: IO[bytes]) -> Finding:
    """What the scanner says; WAITING where it does not answer or does not know, NONE where none is set up."""
    if not is_set_up():
        return Finding(Scan.NONE)
    try:
        answer = _ask(file)
    except OSError as error:
        log.warning("document scanner did not answer", reason=str(error))
        return Finding(Scan.WAITING, str(error)[:200])
    finally:
        file.seek(0)
    if answer.endswith(" OK"):
        return Finding(Scan.CLEAN)
    if answer.endswith(" FOUND"):
        return Finding(Scan.INFECTED, answer.removesuffix(" FOUND").partition(": ")[2][:200])
    log.warning("document scanner gave no verdict", answer=answer)
    return Finding(Scan.WAITING, answer[:200])


def _ask(file: IO[bytes]) -> str:
    """The command INSTREAM: pieces with their length before them, then a length of zero; one line answers."""
    file.seek(0)
    with _connected() as scanner:
        scanner.sendall(b"zINSTREAM\x00")
        while piece := file.read(_PIECE):
            scanner.sendall(struct.pack(">I", len(piece)) + piece)
        scanner.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\x00") and len(answer) < _LONGEST_ANSWER:
            part = scanner.recv(1024)
            if not part:
                break
            answer += part
    return answer.rstrip(b"\x00\n").decode("utf-8", "replace").strip()


def _connected() -> socket.socket:
    place = urlsplit(settings.DOCUMENT_SCANNER)
    if place.hostname:
        return socket.create_connection((place.hostname, place.port or _PORT), timeout=PATIENCE)
    scanner = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    scanner.settimeout(PATIENCE)
    scanner.connect(place.path)
    return scanner
