"""Production: everything secret comes from the environment, HTTPS only, second factor demanded."""

import os

from config.settings.base import *

DEBUG = False
SECRET_KEY = os.environ["CAUCE_SECRET_KEY"]
ALLOWED_HOSTS = os.environ["CAUCE_HOSTS"].split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECOND_FACTOR_REQUIRED = True
ENVIRONMENT = "prod"

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
