"""What ``manage.py start`` runs: the whole product on one machine, over plain HTTP on the loopback address."""

from c2m2a_crm.settings.base import *  # noqa: F403  Django's own way to layer settings
from c2m2a_crm.settings.base import SECRET_KEY as _configured_secret

DEBUG = False
SECRET_KEY = _configured_secret or "only-for-commands-that-sign-nothing-start-makes-its-own-key"
SHOW_OUTBOX = True
