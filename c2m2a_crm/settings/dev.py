"""What ``manage.py start`` runs: the whole product on one machine, over plain HTTP on the loopback address."""

from c2m2a_crm.settings import base
from c2m2a_crm.settings.base import *  # noqa: F403  Django's own way to layer settings

DEBUG = False
SECRET_KEY = base.SECRET_KEY or "only-for-commands-that-sign-nothing-start-makes-its-own-key"
SHOW_OUTBOX = True
