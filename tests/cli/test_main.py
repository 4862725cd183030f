"""The command as a program: its list, its refusals and its exit status."""

import json
import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from django.db import connection

from cauce.cli import main as command_module
from cauce.cli import server
from cauce.cli.lazy import Entry, LazyGroup
from cauce.cli.main import COMMANDS, cauce
from cauce.core.errors import DomainError


@click.command()
@click.option("--much", type=int, required=True)
@click.option("--json", "as_json", is_flag=True)
def refuse(much: int, as_json: bool) -> None:
    """Refuses whatever it is asked."""
    raise DomainError(f"No se puede {much}. Pruebe con menos.")


group = LazyGroup(name="group", entries={"refuse": Entry("tests.cli.test_main:refuse", "Se rehúsa.")})


def test_a_refusal_is_a_sentence_on_standard_error_and_a_document_for_a_program() -> None:
    answer = CliRunner().invoke(group, ["refuse", "--much", "3", "--json"])

    assert answer.exit_code == 1
    assert answer.stderr == "No se puede 3. Pruebe con menos.\n"
    assert json.loads(answer.stdout) == {"error": "No se puede 3. Pruebe con menos."}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["refuse"], "Falta indicar '--much'."),
        (["refuse", "--much", "x"], "El valor de '--much' no sirve"),
        (["refuse", "--little", "1"], "No existe la opción --little."),
        (["accept"], "No existe la orden «accept»."),
    ],
)
def test_wrong_use_is_told_in_spanish_and_ends_with_two(arguments: list[str], sentence: str) -> None:
    answer = CliRunner().invoke(group, arguments)

    assert answer.exit_code == 2
    assert sentence in answer.stderr
    assert answer.stdout == ""


def test_help_lists_every_command_without_loading_the_product() -> None:
    program = (
        "import sys; from cauce.cli.main import cauce\n"
        "try: cauce.main('--help'.split())\n"
        "finally: print('django' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert answer.stdout.endswith("False\n")
    assert all(f"  {name} " in answer.stdout for name in COMMANDS)


def test_every_command_of_the_table_exists_and_explains_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "refuse_if_out_of_date", lambda: None)

    for name, entry in COMMANDS.items():
        answer = CliRunner().invoke(cauce, [name, "--help"])
        assert answer.exit_code == 0, (name, answer.output, answer.exception)
        assert entry.summary


@pytest.mark.django_db
def test_tables_out_of_date_are_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "pending_migrations", lambda: ["ledger.0002_more"])

    answer = CliRunner().invoke(cauce, ["otp", "cajero", "--json"])

    assert answer.exit_code == 1
    assert "cauce migrate" in json.loads(answer.stdout)["error"]


@pytest.mark.django_db
def test_the_tables_of_the_tests_are_up_to_date() -> None:
    assert server.pending_migrations() == []
    assert server.bring_up_to_date() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "harm",
    [
        "DROP TRIGGER {trigger} ON {table}",
        "ALTER TABLE {table} DISABLE TRIGGER {trigger}",
        "COMMENT ON TRIGGER {trigger} ON {table} IS 'of another version'",
        "ALTER TRIGGER {trigger} ON {table} RENAME TO pgtrigger_of_somebody",
    ],
)
def test_a_guard_taken_from_the_database_is_refused_and_migrate_puts_it_back(harm: str) -> None:
    assert server.astray_triggers() == []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger_posting'::regclass AND tgname LIKE 'pgtrigger%'"
        )
        trigger = cursor.fetchone()[0]
        cursor.execute(harm.format(trigger=trigger, table="ledger_posting"))

    answer = CliRunner().invoke(cauce, ["otp", "cajero", "--json"])
    assert answer.exit_code == 1
    assert "cauce migrate" in json.loads(answer.stdout)["error"]

    assert server.bring_up_to_date() == 0
    assert server.astray_triggers() == []


@pytest.mark.commits
def test_migrating_twice_at_once_changes_nothing(committed_database: str) -> None:
    environment = os.environ | {"DATABASE_URL": committed_database, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    command = [sys.executable, "-m", "cauce.cli", "migrate", "--json"]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate() for process in both]

    assert [json.loads(out) for out, _ in answers] == [{"applied": 0}, {"applied": 0}], answers


def test_the_product_is_loaded_with_the_settings_of_development_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)

    command_module.prepare(Entry("", "", needs_current_tables=False), [])

    assert os.environ["DJANGO_SETTINGS_MODULE"] == "config.settings.dev"
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.test")
