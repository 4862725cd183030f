"""Tests: a quick hash and a fixed key; everything else as in the base."""

from config.settings.base import *

DEBUG = False
SECRET_KEY = "tests-only-not-a-secret"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = CAUCE_HOME / "test-files"
SECOND_FACTOR_REQUIRED = False
ENVIRONMENT = "test"
# Tests ask for no collected assets.
WHITENOISE_AUTOREFRESH = True
