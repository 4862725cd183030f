"""What every test of the lineamientos starts from."""

from datetime import UTC, date, datetime

import pytest

from cauce.guidelines.models import Guideline, GuidelineVersion
from cauce.guidelines.operations import authorise_guideline, submit_guideline, write_guideline
from cauce.guidelines.rules import Clause, GuidelineText, Point
from cauce.users.models import User
from cauce.users.operations import open_staff_account

AT = datetime(2031, 5, 7, 18, 30, tzinfo=UTC)
"""Far from every period of the tests, so that a rule that looked at the clock would be caught."""
SINCE = date(2031, 5, 7)
MAY = date(2031, 5, 1)
PASSWORD = "una frase larga de prueba"
TEXT = GuidelineText(
    title="Cobranza de prueba",
    purpose="Que se cobre bien.",
    clauses=[
        Clause("Se cobra por pasos.", "Código Territorial, art. 318"),
        Clause("De usted.", "Política del organismo"),
    ],
    points=[
        Point("Avisos entregados", "Lista del mes", "Todos", "AVISOS_ENTREGADOS"),
        Point("Trato", "Cinco llamadas", "Cinco de cinco"),
    ],
    roles=["coordinador", "cajero"],
)


def person(role: str, username: str = "") -> User:
    return open_staff_account(
        username=username or f"guia-{role}", full_name=f"Guía {username or role}", role=role, password=PASSWORD
    )


def a_draft(by: User, text: GuidelineText = TEXT, key: str = "borrador") -> GuidelineVersion:
    return write_guideline(kind=Guideline.Kind.COLLECTION, text=text, valid_from=SINCE, at=AT, by=by, key=key)


def authorised(version: GuidelineVersion, *, sent_by: User, by: User, at: datetime = AT) -> GuidelineVersion:
    submit_guideline(version=version, at=at, by=sent_by)
    version.refresh_from_db()
    return authorise_guideline(
        version=version, resolution="Oficio 12/2031", valid_from=at.date(), edition=version.edition, at=at, by=by
    )


@pytest.fixture
def coordinator(db: None) -> User:
    return person("coordinador")


@pytest.fixture
def head(db: None) -> User:
    return person("jefe")


@pytest.fixture
def cashier(db: None) -> User:
    return person("cajero")


@pytest.fixture
def draft(coordinator: User) -> GuidelineVersion:
    return a_draft(coordinator)


@pytest.fixture
def ruling(draft: GuidelineVersion, coordinator: User, head: User) -> GuidelineVersion:
    return authorised(draft, sent_by=coordinator, by=head)
