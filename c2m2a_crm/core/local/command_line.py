"""What a command of ``manage.py`` needs before Django reads its settings."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, MutableMapping, Sequence

from .paths import DataFolder, data_folder_from
from .services import Services, attached_services

# These touch no database. `test` brings its own services; `start` runs them itself.
_WITHOUT_SERVICES = frozenset(
    {
        "help",
        "version",
        "--help",
        "-h",
        "--version",
        "test",
        "check_translations",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "makemessages",
        "startapp",
        "startproject",
    }
)

_for_start: list[Services] = []


@contextlib.contextmanager
def prepared_for(argv: list[str], environ: MutableMapping[str, str]) -> Iterator[None]:
    """Set the environment that settings read, and have the services up while the command runs.

    ``--data-dir`` is taken out of ``argv``, so that it stands behind every command, Django's own included; only
    ``start``, and whoever asks for help, is shown it.
    """
    command = argv[1] if len(argv) > 1 else "help"
    settings = _option(argv, "--settings")
    if settings:
        environ["DJANGO_SETTINGS_MODULE"] = settings
    if command in _WITHOUT_SERVICES or {"--help", "-h"} & set(argv):
        yield
    elif command == "start":
        folder = DataFolder.open(data_folder_from(environ, _option(argv, "--data-dir")))
        services = Services.missing_from(environ, folder)
        services.set_environment(environ)
        _for_start.append(services)
        yield
    else:
        chosen = _taken(argv, "--data-dir")
        if chosen:
            environ["CRM_DATA_DIR"] = chosen
        with attached_services(command, environ):
            yield


def services_for_start() -> Services:
    """What ``prepared_for`` found for ``start``, which is run by ``manage.py`` only."""
    return _for_start[-1]


def _taken(argv: list[str], name: str) -> str | None:
    """As :func:`_option`, and no longer among the arguments."""
    found = _option(argv, name)
    if found is not None:
        for position, part in enumerate(argv):
            if part == name:
                del argv[position : position + 2]
                break
            if part.startswith(f"{name}="):
                del argv[position]
                break
    return found


def _option(argv: Sequence[str], name: str) -> str | None:
    """The value of ``--name value`` or ``--name=value``."""
    for position, part in enumerate(argv):
        if part == name and position + 1 < len(argv):
            return argv[position + 1]
        if part.startswith(f"{name}="):
            return part.partition("=")[2]
    return None
