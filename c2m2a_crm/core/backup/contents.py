"""What stands in the envelope: named parts, each with its checksum, and a manifest as the last of them.

A part is its name, pieces with their length before each, a length of zero. Nothing needs to be known beforehand, so the
dump of the database goes straight into the file and never lies unencrypted on a disk.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from c2m2a_crm.core.backup.container import Writer
from c2m2a_crm.core.backup.errors import BackupError

DATABASE: Final = "database"
SIGNING_KEY: Final = "signing-key"
MANIFEST: Final = "manifest"
FILE_PREFIX: Final = "files/"
_LENGTH = struct.Struct(">I")
_LONGEST_PIECE: Final = 2**24


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    ``migrations`` is the newest migration of each app, ``rows`` the number of rows of each table in the same snapshot
    as the dump, ``checksums`` SHA-256 of each part, ``history_head`` the last closed block of history at that moment.
    """

    made_at: str
    postgres: int
    migrations: dict[str, str]
    rows: dict[str, int]
    checksums: dict[str, str] = field(default_factory=dict)
    history_head: str = ""
    application_role: str = ""

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        told: dict[str, Any] = json.loads(data)
        return cls(**{name: told[name] for name in cls.__dataclass_fields__ if name in told})


def put_part(writer: Writer, name: str, pieces: Iterable[bytes]) -> tuple[str, int]:
    """Write one part; its checksum and its size in bytes."""
    writer.write(_LENGTH.pack(len(name.encode())) + name.encode())
    seen, size = hashlib.sha256(), 0
    for piece in pieces:
        for begin in range(0, len(piece), _LONGEST_PIECE):
            part = piece[begin : begin + _LONGEST_PIECE]
            writer.write(_LENGTH.pack(len(part)) + part)
            seen.update(part)
            size += len(part)
    writer.write(_LENGTH.pack(0))
    return seen.hexdigest(), size


class Parts:
    """The parts of an opened envelope, in their order; each must be read to its end before the next.

    ``checksums`` holds what was read so far, to be compared with the manifest's.
    """

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = bytearray()
        self.checksums: dict[str, str] = {}

    def __iter__(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        while length := self._take_at_most(_LENGTH.size):
            name = self._take(_length_in(length)).decode()
            pieces = self._pieces(name)
            yield name, pieces
            for _rest in pieces:  # whatever the reader left
                pass

    def _pieces(self, name: str) -> Iterator[bytes]:
        seen = hashlib.sha256()
        while size := _length_in(self._take(_LENGTH.size)):
            piece = self._take(size)
            seen.update(piece)
            yield piece
        self.checksums[name] = seen.hexdigest()

    def _take(self, size: int) -> bytes:
        data = self._take_at_most(size)
        if len(data) < size:
            raise BackupError(_("This backup is damaged inside. Use another copy of it."))
        return data

    def _take_at_most(self, size: int) -> bytes:
        while len(self._buffer) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._buffer += chunk
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data


def _length_in(data: bytes) -> int:
    if len(data) != _LENGTH.size:
        raise BackupError(_("This backup is damaged inside. Use another copy of it."))
    (size,) = _LENGTH.unpack(data)
    if size > _LONGEST_PIECE:
        raise BackupError(_("This backup is damaged inside. Use another copy of it."))
    return int(size)
