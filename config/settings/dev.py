"""Development and demonstration: its own key kept in the data folder, plain HTTP on this machine."""

import os
import secrets

from config.settings.base import *

DEBUG = os.environ.get("CAUCE_DEBUG") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS: list[str] = []
# The second factor is enrolled for every demonstration user but not demanded here.
SECOND_FACTOR_REQUIRED = False
ENVIRONMENT = "dev"

_key_file = CAUCE_HOME / "secret_key"
if not _key_file.exists():
    CAUCE_HOME.mkdir(parents=True, exist_ok=True)
    _key_file.write_text(secrets.token_urlsafe(64))
    _key_file.chmod(0o600)
SECRET_KEY = _key_file.read_text()
