"""Production: refuses to start without secret, hosts, database, broker and mail."""

from c2m2a_crm import env
from c2m2a_crm.settings.base import *  # noqa: F403  Django's own way to layer settings

SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.text("ALLOWED_HOSTS").split(",")
env.text("DATABASE_URL")
env.text("REDIS_URL")
env.text("CELERY_BROKER_URL")
env.text("EMAIL_URL")
env.text("DEFAULT_FROM_EMAIL")

SHOW_OUTBOX = False
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", True) else None
# Whose address limits and the audit see: the client's, as the proxy tells it, never what a client says of itself.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 1 if env.flag("BEHIND_PROXY", True) else 0)
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
