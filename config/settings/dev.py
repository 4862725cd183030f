"""Development and demonstration: its own key kept in the data folder, plain HTTP on this machine."""

import contextlib
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
CAUCE_HOME.mkdir(parents=True, exist_ok=True)
if not _key_file.exists():
    # Two commands may start at once: the first whole key to get its name is everybody's.
    _draft = CAUCE_HOME / f"secret_key.{os.getpid()}"
    _draft.write_text(secrets.token_urlsafe(64))
    _draft.chmod(0o600)
    with contextlib.suppress(FileExistsError):
        os.link(_draft, _key_file)
    _draft.unlink()
SECRET_KEY = _key_file.read_text()
