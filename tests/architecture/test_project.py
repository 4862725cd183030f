"""The project's own files: locks, migrations, layers."""

import subprocess
import sys

import pytest
from django.core.management import call_command

from tests.architecture.source import PRODUCT, ROOT


def test_the_locks_carry_hashes_and_no_server() -> None:
    answer = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "locks.py")], check=False, capture_output=True, text=True
    )

    assert answer.returncode == 0, answer.stderr


@pytest.mark.django_db
def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_package_says_what_it_is() -> None:
    offences = [
        str(path.relative_to(ROOT))
        for path in PRODUCT.glob("*/__init__.py")
        if '"""' not in path.read_text(encoding="utf-8")
    ]

    assert offences == []


def test_layers_are_kept() -> None:
    program = str(ROOT / ".venv" / "bin" / "lint-imports")
    try:
        answer = subprocess.run([program], check=False, capture_output=True, text=True, cwd=ROOT)
    except FileNotFoundError:
        program = "lint-imports"
        answer = subprocess.run([program], check=False, capture_output=True, text=True, cwd=ROOT)

    assert answer.returncode == 0, answer.stdout
