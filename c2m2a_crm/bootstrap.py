"""Brings the project's packages, so that a fresh clone needs nothing but Python 3.11 with ``venv``.

Standard library only. ``ensure_packages`` is the first thing ``manage.py`` does. If the running interpreter has exactly
the packages of ``requirements.lock`` (an image, an environment of one's own), nothing happens. Otherwise the project's
own ``.venv`` is made or brought up to date, and the same command is run again inside it. What was installed is written
into ``.venv`` as the hash of the lock, so that the check costs a millisecond once it is warm. Installing only adds:
``start`` never removes the tools that ``test`` brought. The work is done by uv, which pip puts into ``.venv``; where uv
does not work, pip does it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME_LOCK = PROJECT / "requirements.lock"
TEST_LOCK = PROJECT / "requirements-test.lock"  # contains the runtime set


def ensure_packages(argv: Sequence[str]) -> None:
    """Return with the packages importable, or replace this process by the same command inside ``.venv``."""
    lock = TEST_LOCK if argv[1:2] == ["test"] else RUNTIME_LOCK
    inside = Path(sys.prefix).resolve() == VENV
    if not inside and _satisfies(lock):
        return
    _keep_compiled_files()
    if inside and _is_stamped(lock):
        return
    if not _is_stamped(lock) or not PYTHON.exists():
        with _one_at_a_time():
            if not _is_stamped(lock) or not PYTHON.exists():
                _install(lock)
    os.execv(PYTHON, [str(PYTHON), *argv])  # noqa: S606  the same command, in the right environment


def _keep_compiled_files() -> None:
    """Where Python may write nothing beside the sources (PYTHONDONTWRITEBYTECODE), compiled files lie in ``.venv``.

    Otherwise each process of the product, and each of the tests, would compile all of it anew: a second, and ten.
    """
    if sys.dont_write_bytecode and sys.pycache_prefix is None:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(VENV / "compiled")
        sys.dont_write_bytecode = False


def _install(lock: Path) -> None:
    began = time.monotonic()
    _make_environment()
    count = len(re.findall(r"^[A-Za-z0-9]", lock.read_text(), re.MULTILINE))
    _say(f"Installing {count} packages into {VENV.name} (the first time about 70 MB to download)")
    if not (_install_with_uv(lock) or _install_with_pip(lock)):
        sys.exit(
            "The packages could not be installed; the reason stands above. Check the connection to your package index "
            "and run the same command again: it goes on where it stopped."
        )
    _stamp_file(lock).write_text(_fingerprint(lock))
    _say(f"Packages are ready ({time.monotonic() - began:.1f} s)")


def _make_environment() -> None:
    """A working ``.venv`` with pip, kept if it is one, made anew if its Python has gone or another version came."""
    works = (
        PYTHON.exists()
        and _runs([str(PYTHON), "-c", _VERSION_CHECK])
        and _runs([str(PYTHON), "-m", "pip", "--version"])
    )
    if works:
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            "Python's module venv is missing. On Debian or Ubuntu: `sudo apt install python3-venv` "
            f"(or python{version}-venv). Then run the same command again."
        )
    _say(f"Making the environment {VENV.name}")
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=False)
    if done.returncode != 0:
        sys.exit(f"The environment {VENV} could not be made; the reason stands above.")


_VERSION_CHECK = "import sys; sys.exit(sys.version_info < (3, 11))"


def _install_with_uv(lock: Path) -> bool:
    uv = VENV / "bin" / "uv"
    if not uv.exists() and not _runs([str(PYTHON), "-m", "pip", "install", "--quiet", "uv"], quiet=False):
        return False
    environ = {
        **os.environ,
        "UV_PYTHON_DOWNLOADS": "never",
        # On all processors at once; where compiled files are kept apart, only of what is used.
        "UV_COMPILE_BYTECODE": "0" if sys.pycache_prefix else "1",
        **_index_of_pip(),
    }
    environ.pop("VIRTUAL_ENV", None)
    command = [str(uv), "pip", "install", "--python", str(PYTHON), "--require-hashes", "-r", str(lock)]
    return _runs([*command, *([] if sys.stderr.isatty() else ["--quiet"])], quiet=False, environ=environ)


def _install_with_pip(lock: Path) -> bool:
    _say("uv could not do it; trying with pip, which takes longer")
    return _runs([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)], quiet=False)


def _index_of_pip() -> dict[str, str]:
    """uv does not read pip's settings: where pip was told of a mirror, tell uv."""
    if os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL"):
        return {}
    done = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    found = re.search(r"^(?:global|install|:env:)\.index-url='(.+)'$", done.stdout, re.MULTILINE)
    return {"UV_DEFAULT_INDEX": found.group(1)} if found else {}


def _satisfies(lock: Path) -> bool:
    """Whether this interpreter has every package of the lock in its exact version; those for some systems only are
    not looked at."""
    wanted = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+) \\$", lock.read_text(), re.MULTILINE)
    for name, version in wanted:
        try:
            if importlib.metadata.version(name) != version:
                return False
        except importlib.metadata.PackageNotFoundError:
            return False
    return True


def _stamp_file(lock: Path) -> Path:
    return VENV / f"installed-{lock.stem}"


def _fingerprint(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _is_stamped(lock: Path) -> bool:
    try:
        return _stamp_file(lock).read_text() == _fingerprint(lock)
    except OSError:
        return False


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two commands in a fresh clone do not install over each other."""
    handle = os.open(PROJECT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _runs(command: Sequence[str], *, quiet: bool = True, environ: dict[str, str] | None = None) -> bool:
    sink = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.run(command, stdout=sink, stderr=sink, env=environ, check=False).returncode == 0
    except OSError:
        return False


def _say(text: str) -> None:
    print(f"· {text}", flush=True)
