#!/usr/bin/env python3
"""The one door: ``python3 manage.py start``, ``python3 manage.py test``, and every Django command.

Needs only Python 3.11 with its ``venv`` module. Three steps: make sure that the project's packages are there
(``c2m2a_crm/bootstrap.py``), make sure that the services are there (``c2m2a_crm/core/local``), hand over to Django.
"""

import os
import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036  said to whoever tries an older one
        sys.exit("This product needs Python 3.11 or newer; this is Python {}.{}.".format(*sys.version_info[:2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "c2m2a_crm.settings.dev")

    from c2m2a_crm import bootstrap

    bootstrap.ensure_packages(sys.argv)

    # Only now may anything be imported that is not in Python itself.
    from django.core.management import execute_from_command_line

    from c2m2a_crm.core.local.command_line import prepared_for
    from c2m2a_crm.core.local.errors import LocalError

    try:
        with prepared_for(sys.argv, os.environ):
            execute_from_command_line(sys.argv)
    except LocalError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
