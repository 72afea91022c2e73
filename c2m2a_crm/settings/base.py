"""What all situations share. Values that differ by installation are read through ``c2m2a_crm.env``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from c2m2a_crm import env

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = env.folder("CRM_DATA_DIR", BASE_DIR / "var")

SECRET_KEY = env.text("SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

# --- Apps, lowest floor first -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_countries",
    "django_filters",
    "django_htmx",
    "phonenumber_field",
    "c2m2a_crm.core",
    "c2m2a_crm.accounts",
    "members",
    "c2m2a_crm.privacy",
    "c2m2a_crm.outreach",
    "c2m2a_crm.engagement",
    "forums",
    "partnerships",
    "c2m2a_crm.reports",
    "c2m2a_crm.dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "c2m2a_crm.core.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "c2m2a_crm.core.middleware.LanguageMiddleware",
    "c2m2a_crm.core.middleware.UploadLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "c2m2a_crm.accounts.middleware.SignOfLifeMiddleware",
    "c2m2a_crm.accounts.middleware.LookingAsMiddleware",
    "c2m2a_crm.accounts.middleware.OpenedCirclesMiddleware",
    "c2m2a_crm.core.kept_texts.ForgetSavedTexts",
]

ROOT_URLCONF = "c2m2a_crm.urls"
WSGI_APPLICATION = "c2m2a_crm.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "c2m2a_crm.core.context_processors.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "c2m2a_crm.core.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data ---------------------------------------------------------------------------------------------------------

# The application signs in to PostgreSQL as a role that may neither alter tables nor touch history. These commands
# change tables and therefore sign in as the owner.
OWNER_COMMANDS = frozenset({"migrate", "flush", "sqlflush", "createcachetable", "restore"})


def _database_url() -> str:
    app_url = env.url("DATABASE_URL", "postgresql:///crm", schemes=frozenset({"postgres", "postgresql"}))
    wants_owner = os.environ.get("CRM_DB_ROLE") == "owner" or (len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS)
    return os.environ.get("DATABASE_OWNER_URL", app_url) if wants_owner else app_url


_database = environ.Env.db_url_config(_database_url())
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_database,
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # What follows ? in the address (a socket's folder, sslmode) comes as options, too.
        "OPTIONS": {
            **_database.get("OPTIONS", {}),
            "options": "-c idle_in_transaction_session_timeout=60000 -c lock_timeout=15000",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", "crm_app")

REDIS_URL = env.url("REDIS_URL", "redis://127.0.0.1:6379/1", schemes=frozenset({"redis", "rediss", "unix"}))
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.number("SESSION_HOURS", 12, minimum=1) * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "c2m2a_crm.core.views.csrf_failure"

MEDIA_ROOT = DATA_DIR / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": MEDIA_ROOT}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# One encrypted file a day. Without BACKUP_KEY the key lies in the data folder: copy it to another place.
BACKUP_DIR = Path(env.text("BACKUP_DIR", str(DATA_DIR / "backups")))
BACKUP_KEY = env.text("BACKUP_KEY", "")
BACKUP_KEEP = env.number("BACKUP_KEEP", 14, minimum=1)
BACKUP_SCHEDULE = env.flag("BACKUP_SCHEDULE", True)
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- Work in the background -----------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.url(
    "CELERY_BROKER_URL", "redis://127.0.0.1:6379/0", schemes=frozenset({"redis", "rediss", "redis+socket"})
)
# What came of work is in our own tables; and a result that cannot be stored would make done work a failure.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_TIME_LIMIT = 540  # below the visibility timeout, or a long task would be handed out twice
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    # kombu looks for lost tasks every 100 s unless told otherwise; a killed worker's task should be back in 20 s.
    "unacked_restore_throttle": 1,
    "unacked_restore_interval": 5,
}
CELERY_TIMEZONE = "America/Toronto"

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-ca"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["c2m2a_crm.formats"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 86400
USE_I18N = True
# What a filter's list of choices says before one is chosen; the library draws a line of dashes.
FILTERS_EMPTY_CHOICE_LABEL = _("Any")
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env.text("TIME_ZONE", "America/Toronto")

# --- Signing in -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["c2m2a_crm.accounts.backends.HouseBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

ACCOUNT_ADAPTER = "c2m2a_crm.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an account begins with an invitation sent to the address
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_SESSION_REMEMBER = True  # a session lasts SESSION_HOURS; nobody is asked
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a reset asked for a stranger's address sends nothing
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told by mail
ACCOUNT_FORMS = {
    "login": "c2m2a_crm.accounts.forms.SignInForm",
    "change_password": "c2m2a_crm.accounts.forms.ChangePasswordForm",
    "set_password": "c2m2a_crm.accounts.forms.SetPasswordForm",
    "reset_password": "c2m2a_crm.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "c2m2a_crm.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "c2m2a_crm.accounts.forms.ReauthenticateForm",
}
SOCIALACCOUNT_ADAPTER = "c2m2a_crm.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # the adapter joins accounts by verified address, more strictly
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "c2m2a_crm.accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "c2m2a_crm.accounts.forms.AuthenticateForm",
    "reauthenticate": "c2m2a_crm.accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "c2m2a_crm.accounts.forms.ActivateTOTPForm",
    "authenticate_webauthn": "c2m2a_crm.accounts.forms.AuthenticateWebAuthnForm",
    "login_webauthn": "c2m2a_crm.accounts.forms.LoginWebAuthnForm",
    "reauthenticate_webauthn": "c2m2a_crm.accounts.forms.ReauthenticateWebAuthnForm",
    "add_webauthn": "c2m2a_crm.accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "c2m2a_crm.accounts.forms.EditWebAuthnForm",
}
# A key cannot be guessed, and an office may share one address.
MFA_RATE_LIMITS: dict[str, str] | bool = {"webauthn_login": "60/m/ip"}
USERSESSIONS_TRACK_ACTIVITY = True
SIGN_OF_LIFE_SECONDS = 60

# Single sign-on with one OpenID Connect provider. Its groups give roles: "group=role,group=role".
OIDC_NAME = env.text("OIDC_NAME", "Single sign-on")
OIDC_SERVER_URL = env.text("OIDC_SERVER_URL", "")
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM", "groups")
OIDC_GROUP_ROLES = env.pairs("OIDC_GROUP_ROLES")
LOCAL_PASSWORDS = env.flag("LOCAL_PASSWORDS", True)
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
if OIDC_SERVER_URL:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": env.words("OIDC_SCOPES", ["openid", "profile", "email"]),
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ],
    }

# --- Mail -----------------------------------------------------------------------------------------------------------

# Without EMAIL_URL nothing leaves: the outbox keeps every message and shows it on /outbox/.
EMAIL_URL = env.text("EMAIL_URL", "")
OUTBOX_KEEPS_MAIL = not EMAIL_URL
if EMAIL_URL:
    _mail = environ.Env.email_url_config(EMAIL_URL)
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail["EMAIL_HOST"] or "localhost"
    EMAIL_PORT = _mail["EMAIL_PORT"] or 25
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"] or ""
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "secretariat@crm.example")

# --- Headers --------------------------------------------------------------------------------------------------------

# form-action also names the sign-in provider, to which the browser is redirected after our own POST. frame-src is for
# the e-mail preview, whose own address alone allows framing.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF, *([OIDC_SERVER_URL] if OIDC_SERVER_URL else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- Logs -----------------------------------------------------------------------------------------------------------

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s %(message)s"}},
    # The secrets of public links stand in addresses, and addresses in what Django says of refused requests.
    "filters": {"no_secrets": {"()": "c2m2a_crm.core.public_links.logs.HideSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_secrets"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"django.server": {"level": "WARNING"}, "django.request": {"filters": ["no_secrets"]}},
}

# `start` calls this with the address of the product; it gives a one-time link while nobody can sign in, else None.
FIRST_ADMINISTRATOR_LINK = "c2m2a_crm.accounts.services.first_administrator_link"

# --- The product ----------------------------------------------------------------------------------------------------

PHONENUMBER_DEFAULT_REGION = "CA"
PHONENUMBER_DB_FORMAT = "E164"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A larger body is refused by the length it announces, and cut where it announces none.
UPLOAD_MAX_MB = env.number("UPLOAD_MAX_MB", 100, minimum=1)
# What may come in as a document, by the endings in core/documents/kinds.py. A scanner that speaks as ClamAV's daemon
# does: clamd://host:3310 or clamd:///path/to/socket. Without one every document says that it was not scanned.
DOCUMENT_TYPES = env.words("DOCUMENT_TYPES", ["pdf", "docx", "xlsx", "pptx", "txt", "csv", "png", "jpg"])
DOCUMENT_SCANNER = env.text("DOCUMENT_SCANNER", "") and env.url("DOCUMENT_SCANNER", schemes=frozenset({"clamd"}))
IMPORT_MAX_ROWS = env.number("IMPORT_MAX_ROWS", 200_000, minimum=1)
