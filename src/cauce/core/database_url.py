"""The address of a database, as environments write it: ``postgresql://user:password@host:port/name?option=value``."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

SCHEMES = ("postgresql", "postgres")


def parse_database_url(url: str) -> dict[str, object]:
    """Translate a PostgreSQL address into the keys of Django's ``DATABASES``.

    The host may be a socket folder, either percent-encoded in its place or as the ``host`` option; the other
    options (``sslmode``, ``connect_timeout``…) go to the driver as they are.

    :raises ValueError: if it is not a PostgreSQL address or names no database.
    """
    # The address may hold a password: it never appears in the error.
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError(f"DATABASE_URL debe empezar con postgresql://, no con «{parts.scheme}:».")
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ValueError("A DATABASE_URL le falta el nombre de la base de datos (postgresql://usuario@servidor/base).")
    options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    host = options.pop("host", None) or _host_as_written(parts.netloc)
    return {
        "NAME": name,
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
    }


def format_database_url(database: Mapping[str, Any], *, name: str) -> str:
    """Write the address of the database ``name`` on the server that Django's ``database`` settings describe."""
    person = quote(database["USER"], safe="")
    if database["PASSWORD"]:
        person += f":{quote(database['PASSWORD'], safe='')}"
    options = {"host": database["HOST"], "port": str(database["PORT"]), **database["OPTIONS"]}
    return f"postgresql://{person}@/{name}?{urlencode({key: value for key, value in options.items() if value})}"


def _host_as_written(netloc: str) -> str:
    # urlsplit().hostname puts it in lower case, which would break the path of a socket folder.
    host = netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return unquote(host.partition(":")[0])
