"""What every deployment shares. Secrets come only from the environment."""

import os
from pathlib import Path

import pgtrigger
from csp.constants import NONCE, NONE, SELF

from cauce.core.database_url import parse_database_url
from cauce.core.embedded_postgres import ensure_running

BASE_DIR = Path(__file__).resolve().parent.parent.parent
PACKAGE_DIR = BASE_DIR / "src" / "cauce"
CAUCE_HOME = Path(os.environ.get("CAUCE_HOME", BASE_DIR / "var")).resolve()
LAW_DIR = BASE_DIR / "law"
BANKS_DIR = Path(os.environ.get("BANKS_DIR", BASE_DIR / "banks")).resolve()
DEMO_DIR = BASE_DIR / "demo"
OFFICE_DIR = BASE_DIR / "office"

# Tools that only read the settings (type checker, linters) set CAUCE_DATABASE=none so that no server is started.
if os.environ.get("CAUCE_DATABASE") == "none":
    _database_url = "postgresql://cauce@127.0.0.1/none"
else:
    _database_url = os.environ.get("DATABASE_URL") or ensure_running(CAUCE_HOME)
DATABASES = {
    "default": {
        **parse_database_url(_database_url),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "cauce.core",
    "cauce.users",
    "cauce.events",
    "cauce.imports",
    "cauce.documents",
    "cauce.tariffs",
    "cauce.registry",
    "cauce.metering",
    "cauce.announcements",
    "cauce.guidelines",
    "cauce.ledger",
    "cauce.agreements",
    "cauce.billing",
    "cauce.cashier",
    "cauce.workorders",
    "cauce.cases",
    "cauce.collections",
    "cauce.books",
    "cauce.reports",
    "cauce.ui",
    "cauce.backoffice",
    "config.apps.WiringConfig",
]

# Triggers are not changes to apply one after the other: each `migrate` leaves those that the models say, whole,
# and takes away the rest (docs/decisions/0025).
PGTRIGGER_MIGRATIONS = False
PGTRIGGER_INSTALL_ON_MIGRATE = True

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cauce.ui.middleware.SessionSeenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "cauce.ui.middleware.NoStoreMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Ours first: the sign-in pages have their own templates over the library's.
        "DIRS": [PACKAGE_DIR / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cauce.ui.context.shell",
            ],
            "builtins": ["cauce.ui.templatetags.ui"],
        },
    }
]

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = [
    "cauce.users.backends.PostBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "cauce.users.adapters.StaffAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
# By user and by address, but an office shares one address: the address may fail often, a single user may not.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "100/m/ip,5/5m/key"}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Cauce"
MFA_ADAPTER = "cauce.users.adapters.StaffMFAAdapter"
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "es-mx"
TIME_ZONE = "America/Mexico_City"
# When the office opens and closes on a business day: what the working hours of an order count.
OFFICE_HOURS = ("08:00", "16:00")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = CAUCE_HOME / "static"
STATICFILES_DIRS: list[Path] = []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = CAUCE_HOME / "files"
# Where the nightly backups (*.dump) are left: the health page looks at the newest.
BACKUPS_DIR = Path(os.environ.get("CAUCE_BACKUPS", CAUCE_HOME / "backups"))
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# One INSERT … SELECT for each statement instead of a call for each row: importing a padrón depends on it.
PGHISTORY_LEVEL = pgtrigger.Statement
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "cauce.ui.forms.FormRenderer"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}

UTILITY_NAME = "JUMAPAC · Cortazar"
DEMONSTRATION = True

# Who issues the papers and what they tell people; another utility changes this and the law, nothing else.
UTILITY = {
    "name": "JUMAPAC",
    "legal_name": "Junta Municipal de Agua Potable y Alcantarillado de Cortazar, Gto.",
    "place": "Cortazar, Gto.",
    "address": "Calzada Ing. Antonio Madrazo 600, Centro, 38300 · 411 155 0050",
    "phone": "411 155 0050",
    "payment_instructions": "Pague en cajas, banco o tienda con esta referencia.",
}
BILL_LEGENDS = (
    "Aclaraciones en ventanilla o al 411 155 0050, de lunes a viernes de 8:00 a 16:00.",
    "La explicación de cada importe se entrega en ventanilla. Aviso de privacidad en ventanilla.",
)
