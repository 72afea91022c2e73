"""The data folder: whose it is, where the services go, what is refused with a sentence."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from c2m2a_crm.core.local import paths
from c2m2a_crm.core.local.errors import LocalError
from c2m2a_crm.core.local.paths import DataFolder, FolderLock, data_folder_from

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="about what root does")


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that every account may pass through, unlike pytest's own."""
    home = Path(tempfile.mkdtemp(prefix="crm-folder-"))
    home.chmod(0o711)
    yield home
    shutil.rmtree(home)


def test_new_folder_is_made_and_taken_again(home: Path) -> None:
    first = DataFolder.open(home / "data")
    again = DataFolder.open(home / "data")
    assert first == again
    assert first.services == first.root == home / "data"


def test_folder_with_other_things_is_refused(home: Path) -> None:
    (home / "thesis.odt").write_text("mine")
    with pytest.raises(LocalError, match="holds other things"):
        DataFolder.open(home)
    assert [path.name for path in home.iterdir()] == ["thesis.odt"]


def test_file_in_place_of_the_folder_is_refused(home: Path) -> None:
    (home / "data").write_text("a file")
    with pytest.raises(LocalError, match="is a file, not a folder"):
        DataFolder.open(home / "data")


def test_folder_choice_goes_from_option_to_environment_to_default() -> None:
    assert data_folder_from({"CRM_DATA_DIR": "/b"}, "/a") == Path("/a")
    assert data_folder_from({"CRM_DATA_DIR": "/b"}) == Path("/b")
    assert data_folder_from({}) == paths.DEFAULT_DATA_FOLDER


def test_secret_key_is_made_once_and_read_by_nobody_else(home: Path) -> None:
    folder = DataFolder.open(home / "data")
    key = folder.secret_key()
    assert len(key) >= 50
    assert DataFolder.open(home / "data").secret_key() == key
    assert stat.S_IMODE((folder.root / "secret_key").stat().st_mode) == 0o600


def test_damaged_secret_key_is_refused(home: Path) -> None:
    folder = DataFolder.open(home / "data")
    (folder.root / "secret_key").write_text("\n")
    with pytest.raises(LocalError, match="no usable key"):
        folder.secret_key()


def test_sockets_of_a_long_path_move_to_a_short_one(home: Path) -> None:
    folder = DataFolder.open(home / ("long " * 25).strip())
    try:
        assert not folder.sockets.is_relative_to(home)
        assert len(os.fsencode(folder.sockets / ".s.PGSQL.5432")) <= 107
        assert DataFolder.open(folder.root).sockets == folder.sockets
    finally:
        folder.sockets.rmdir()


def test_socket_folder_open_to_others_is_refused(home: Path) -> None:
    folder = DataFolder.open(home / "data")
    folder.sockets.chmod(0o755)
    with pytest.raises(LocalError, match="belongs to someone else"):
        DataFolder.open(home / "data")


@as_root
def test_services_of_a_closed_folder_move_to_where_systems_do_not_clean(home: Path) -> None:
    home.chmod(0o700)
    folder = DataFolder.open(home / "data")
    try:
        assert folder.root == home / "data"
        assert folder.services.parent == Path("/var/lib")
        home.chmod(0o711)  # opened later: the data stays where it is
        assert DataFolder.open(home / "data").services == folder.services
    finally:
        shutil.rmtree(folder.services)


def test_full_disk_is_told_before_anything_is_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = DataFolder.open(home / "data")
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 3 * 2**20))
    with pytest.raises(LocalError, match=r"The disk is full: .* has 3 MB left"):
        folder.require_space()


def test_reset_removes_records_and_files_and_keeps_the_key(home: Path) -> None:
    folder = DataFolder.open(home / "data")
    key = folder.secret_key()
    for path in (folder.postgres, folder.valkey):
        path.mkdir()
        (path / "record").write_text("kept")
    (folder.root / "files" / "letter.pdf").write_text("kept")
    folder.demo_marker.touch()
    folder.empty()
    assert not folder.postgres.exists()
    assert not folder.valkey.exists()
    assert not (folder.root / "files" / "letter.pdf").exists()
    assert not folder.demo_marker.exists()
    assert folder.secret_key() == key
    assert DataFolder.open(home / "data") == folder


def test_lock_is_held_by_one_and_names_its_holder(home: Path) -> None:
    first, second = FolderLock(home / "owner.lock"), FolderLock(home / "owner.lock")
    assert first.try_exclusive()
    first.describe(command="start")
    assert not second.try_exclusive()
    assert second.holder()["command"] == "start"
    first.release()
    assert second.try_exclusive()


def test_lock_of_a_killed_process_is_free(home: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from c2m2a_crm.core.local.paths import FolderLock\n"
        "lock = FolderLock(Path(sys.argv[1])); lock.try_exclusive(); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(home / "owner.lock")], cwd=paths.PROJECT, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    lock = FolderLock(home / "owner.lock")
    assert not lock.try_exclusive()
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert lock.try_exclusive()
