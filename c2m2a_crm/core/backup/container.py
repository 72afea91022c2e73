"""The envelope of a backup: an encrypted stream that tells a wrong key from a changed byte from a missing end.

``magic | format | salt | mark of the key | chunks``; each chunk is four bytes of length and AES-256-GCM over at most
one mebibyte. The key of a file is derived from the installation's key and the file's salt, so a number of a chunk is
never used twice under one key. The number and "is this the last?" are part of each nonce: chunks that are missing,
moved or cut off do not decrypt.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from c2m2a_crm.core.backup.errors import BackupError

MAGIC: Final = b"C2M2A CRM BACKUP\n"
FORMAT: Final = 1
CHUNK: Final = 2**20
_KEY_BYTES: Final = 32
_SALT_BYTES: Final = 16
_MARK_BYTES: Final = 8
_TAG_BYTES: Final = 16
_LENGTH = struct.Struct(">I")
_FORMAT = struct.Struct(">H")


def new_key() -> str:
    """A key in the form in which people keep it: 43 letters, digits, ``-`` and ``_``."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_KEY_BYTES)).decode().rstrip("=")


def read_key(text: str) -> bytes:
    """Raises :class:`BackupError` for what is no key."""
    cleaned = text.strip()
    try:
        key = base64.b64decode(cleaned + "=" * (-len(cleaned) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise BackupError(_("This is no key for backups: a key has 43 letters, digits, “-” and “_”."))
    return key


def kept_key(path: Path) -> bytes:
    """The key of a file that is made, readable for its owner only, where there is none yet."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_key(path.read_text())
    key = new_key()
    with os.fdopen(handle, "w") as file:
        file.write(key + "\n")
    return read_key(key)


def mark_of(key: bytes) -> str:
    """What tells keys apart without telling them."""
    return hashlib.sha256(b"mark of a backup key" + key).digest()[:_MARK_BYTES].hex()


class Writer:
    """Takes bytes and writes the envelope; without :meth:`close` the file has no end, which readers notice."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        salt = secrets.token_bytes(_SALT_BYTES)
        self._header = MAGIC + _FORMAT.pack(FORMAT) + salt + bytes.fromhex(mark_of(key))
        self._cipher = AESGCM(_file_key(key, salt))
        self._file = file
        self._number = 0
        self._pending = bytearray()
        file.write(self._header)

    def write(self, data: bytes) -> None:
        self._pending += data
        while len(self._pending) > CHUNK:  # the last chunk is never empty unless everything is
            self._put(bytes(self._pending[:CHUNK]), is_last=False)
            del self._pending[:CHUNK]

    def close(self) -> None:
        self._put(bytes(self._pending), is_last=True)
        self._pending.clear()

    def _put(self, data: bytes, *, is_last: bool) -> None:
        locked = self._cipher.encrypt(_nonce(self._number, is_last=is_last), data, self._header)
        self._file.write(_LENGTH.pack(len(locked)) + locked)
        self._number += 1


def read(file: IO[bytes], key: bytes) -> Iterator[bytes]:
    """The bytes of an envelope, chunk by chunk, each proved before it is given.

    Raises :class:`BackupError`: not a backup, of a later version, another key, changed, or without its end.
    """
    head = file.read(len(MAGIC) + _FORMAT.size)
    if not head.startswith(MAGIC) or len(head) < len(MAGIC) + _FORMAT.size:
        raise BackupError(_("This file is no backup of this product."))
    (found,) = _FORMAT.unpack(head[len(MAGIC) :])
    if found != FORMAT:
        raise BackupError(
            _(
                "This backup has format %(found)d, and this version reads format %(known)d. "
                "Use the version that made it."
            )
            % {"found": found, "known": FORMAT}
        )
    rest = file.read(_SALT_BYTES + _MARK_BYTES)
    if len(rest) < _SALT_BYTES + _MARK_BYTES:
        raise BackupError(_cut_short())
    wanted = rest[_SALT_BYTES:].hex()
    if wanted != mark_of(key):
        raise BackupError(
            _(
                "This backup was made with another key: it wants the key marked %(wanted)s, and %(given)s was given. "
                "Give the right one with --key-file."
            )
            % {"wanted": wanted, "given": mark_of(key)}
        )
    cipher = AESGCM(_file_key(key, rest[:_SALT_BYTES]))
    header = head + rest
    number = 0
    length = file.read(_LENGTH.size)
    while True:
        if len(length) < _LENGTH.size:
            raise BackupError(_cut_short())
        (size,) = _LENGTH.unpack(length)
        locked = file.read(size) if _TAG_BYTES <= size <= CHUNK + _TAG_BYTES else b""
        if len(locked) < size and size <= CHUNK + _TAG_BYTES:
            raise BackupError(_cut_short())
        following = file.read(_LENGTH.size)
        is_last = not following
        try:
            data = cipher.decrypt(_nonce(number, is_last=is_last), locked, header)
        except InvalidTag:
            raise BackupError(_reason(cipher, number, locked, header, is_last=is_last)) from None
        yield data
        if is_last:
            return
        length = following
        number += 1


def _reason(cipher: AESGCM, number: int, locked: bytes, header: bytes, *, is_last: bool) -> str:
    """A whole chunk that says of itself that others follow, where none do: the file was cut between two chunks."""
    if is_last:
        try:
            cipher.decrypt(_nonce(number, is_last=False), locked, header)
        except InvalidTag:
            pass
        else:
            return _cut_short()
    return _("This backup was changed after it was made, or its disk is failing. Use another copy of it.")


def _cut_short() -> str:
    return _("This backup ends too early: it was cut short when it was made or copied. Use another copy of it.")


def _file_key(key: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=_KEY_BYTES, salt=salt, info=b"c2m2a-crm backup").derive(key)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
