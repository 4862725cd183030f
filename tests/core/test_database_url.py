"""The address of a database."""

import pytest

from cauce.core.database_url import parse_database_url


def test_an_ordinary_address_gives_each_of_its_parts() -> None:
    assert parse_database_url("postgresql://ana:s%40l%2F@db.example.org:5433/agua?sslmode=require") == {
        "NAME": "agua",
        "USER": "ana",
        "PASSWORD": "s@l/",
        "HOST": "db.example.org",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://cauce@/cauce?host=/srv/Mi%20Casa/sockets",
        "postgresql://cauce@%2Fsrv%2FMi%20Casa%2Fsockets/cauce",
    ],
)
def test_a_socket_folder_keeps_its_capitals_and_spaces(url: str) -> None:
    parsed = parse_database_url(url)

    assert (parsed["HOST"], parsed["PORT"], parsed["OPTIONS"]) == ("/srv/Mi Casa/sockets", "", {})


def test_an_address_of_version_six_loses_its_brackets() -> None:
    assert parse_database_url("postgres://[::1]:5432/cauce")["HOST"] == "::1"


@pytest.mark.parametrize("url", ["mysql://ana:secreto@db/agua", "postgresql://ana:secreto@db", "cauce"])
def test_another_kind_of_address_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="DATABASE_URL") as refusal:
        parse_database_url(url)

    assert "secreto" not in str(refusal.value)
