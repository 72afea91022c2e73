"""The envelope of a backup: what was put in comes out, and every fault has its own sentence."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from c2m2a_crm.core.backup import container
from c2m2a_crm.core.backup.contents import Manifest, Parts, put_part
from c2m2a_crm.core.backup.errors import BackupError

KEY = container.read_key("A" * 43)
OTHER = container.read_key("B" * 42 + "A")


def written(*pieces: bytes, key: bytes = KEY) -> bytes:
    file = io.BytesIO()
    writer = container.Writer(file, key)
    for piece in pieces:
        writer.write(piece)
    writer.close()
    return file.getvalue()


def read(data: bytes, key: bytes = KEY) -> bytes:
    return b"".join(container.read(io.BytesIO(data), key))


def complaint(data: bytes, key: bytes = KEY) -> str:
    with pytest.raises(BackupError) as refusal:
        read(data, key)
    return str(refusal.value)


@pytest.mark.parametrize("size", [0, 1, container.CHUNK - 1, container.CHUNK, container.CHUNK + 1, 3 * container.CHUNK])
def test_what_was_put_in_comes_out(size: int) -> None:
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    assert read(written(data)) == data


def test_nothing_of_the_text_is_readable_in_the_file() -> None:
    assert b"Lithium" not in written(b"Lithium" * 100)
    assert written(b"same") != written(b"same")


def test_another_key_is_told_by_its_mark() -> None:
    said = complaint(written(b"text"), OTHER)
    assert container.mark_of(KEY) in said
    assert container.mark_of(OTHER) in said
    assert "--key-file" in said


@pytest.mark.parametrize("cut", [1, 5, 4000, container.CHUNK + 20])
def test_a_cut_file_ends_too_early(cut: int) -> None:
    whole = written(bytes(2 * container.CHUNK + 100))
    assert "cut short" in complaint(whole[:-cut])


def test_a_file_cut_between_two_chunks_ends_too_early() -> None:
    whole = written(bytes(2 * container.CHUNK))
    last = 4 + container.CHUNK + 16
    assert "cut short" in complaint(whole[:-last])


@pytest.mark.parametrize("place", ["salt", "first chunk", "last chunk", "length"])
def test_a_changed_byte_is_found(place: str) -> None:
    whole = bytearray(written(bytes(container.CHUNK + 100)))
    header = len(container.MAGIC) + 2 + 16 + 8
    at = {"salt": len(container.MAGIC) + 5, "first chunk": header + 500, "last chunk": -5, "length": header + 3}[place]
    whole[at] ^= 1
    assert "changed after it was made" in complaint(bytes(whole))


def test_chunks_that_change_places_are_found() -> None:
    whole = written(bytes(container.CHUNK) + b"\x01" * container.CHUNK + b"end")
    header = len(container.MAGIC) + 2 + 16 + 8
    chunk = 4 + container.CHUNK + 16
    first, second = whole[header : header + chunk], whole[header + chunk : header + 2 * chunk]
    swapped = whole[:header] + second + first + whole[header + 2 * chunk :]
    assert "changed after it was made" in complaint(swapped)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"C2M2A CRM BACKUP\n", bytes(5000)])
def test_another_file_is_no_backup(data: bytes) -> None:
    assert "no backup of this product" in complaint(data)


def test_a_later_format_is_said() -> None:
    whole = bytearray(written(b"text"))
    whole[len(container.MAGIC) + 1] = 9
    assert "format 9" in complaint(bytes(whole))


@pytest.mark.parametrize("text", ["", "short", "A" * 42, "A" * 44, "é" * 43, "A" * 42 + "!"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BackupError, match="43"):
        container.read_key(text)


def test_a_new_key_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "key"
    first = container.kept_key(path)
    assert container.kept_key(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert container.read_key(container.new_key()) != first


@given(st.lists(st.tuples(st.text(min_size=1, max_size=20), st.lists(st.binary(max_size=300), max_size=4)), max_size=5))
def test_parts_come_back_with_their_checksums(parts: list[tuple[str, list[bytes]]]) -> None:
    file = io.BytesIO()
    writer = container.Writer(file, KEY)
    told = [put_part(writer, name, pieces)[0] for name, pieces in parts]
    writer.close()
    file.seek(0)
    opened = Parts(container.read(file, KEY))
    seen = [(name, b"".join(pieces)) for name, pieces in opened]
    assert seen == [(name, b"".join(pieces)) for name, pieces in parts]
    assert opened.checksums == {name: checksum for (name, _pieces), checksum in zip(parts, told, strict=True)}


def test_a_part_that_is_not_read_is_passed_over() -> None:
    file = io.BytesIO()
    writer = container.Writer(file, KEY)
    for name in ("one", "two"):
        put_part(writer, name, [name.encode() * 10])
    writer.close()
    file.seek(0)
    assert [name for name, _pieces in Parts(container.read(file, KEY))] == ["one", "two"]


@pytest.mark.parametrize("damage", [lambda data: data[:-3], lambda data: data + b"\x00\x00\x01\x00more"])
def test_parts_that_do_not_add_up_are_damaged(damage: Callable[[bytes], bytes]) -> None:
    file = io.BytesIO()
    writer = container.Writer(file, KEY)
    put_part(writer, "one", [b"text"])
    writer.close()
    inner = damage(read(file.getvalue()))
    with pytest.raises(BackupError, match="damaged"):
        list(Parts(iter([inner])))


def test_a_manifest_of_a_later_version_may_say_more() -> None:
    manifest = Manifest("2026-11-22T06:00:00+00:00", 18, {"core": "0008"}, {"core_job": 3})
    assert Manifest.read(manifest.as_bytes()[:-1] + b', "colour": "green"}') == manifest
