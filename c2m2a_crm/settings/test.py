"""Tests: the same PostgreSQL and Valkey as everywhere, with quick passwords and mail kept in memory."""

import os

# Tests create their database; the rights of the application's role are tested apart.
os.environ.setdefault("CRM_DB_ROLE", "owner")

from c2m2a_crm.settings.base import *  # noqa: F403  Django's own way to layer settings
from c2m2a_crm.settings.base import BASE_DIR, CACHES, STORAGES

SECRET_KEY = "tests-only"  # noqa: S105  protects nothing
SHOW_OUTBOX = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT = BASE_DIR / "var" / "test-static"
CACHES = {"default": {**CACHES["default"], "KEY_PREFIX": os.environ.get("PYTEST_XDIST_WORKER", "main")}}
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = False  # counted in the shared cache, where tests would hit each other; one test turns them on
MFA_RATE_LIMITS = False
SESSION_COOKIE_SECURE = False

# Longer than any run, so that the statements of a page do not depend on the clock.
SIGN_OF_LIFE_SECONDS = 86_400
