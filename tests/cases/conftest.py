"""What the tests of cases start from: people of three areas, and some types."""

from datetime import datetime

import pytest

from cauce.cases.models import Case, CaseKind, CaseType, Channel
from cauce.cases.operations import CaseTypeDetails, open_case, save_case_type
from cauce.registry.models import Account
from cauce.users.models import Area, User
from tests.ledger.conftest import NOON, account, at, clerk, law

__all__ = ["account", "at", "clerk", "law"]


def person(username: str, area: str) -> User:
    """Somebody of an area."""
    return User.objects.create(username=username, full_name=username.title(), area=Area.objects.get(name=area))


@pytest.fixture
def laura(db: None) -> User:
    return person("laura", "Comercialización")


@pytest.fixture
def jorge(db: None) -> User:
    return person("jorge", "Comercialización")


@pytest.fixture
def irma(db: None) -> User:
    return person("irma", "Facturación")


def a_type(by: User, code: str = "ALTO-CONSUMO", **facts: object) -> CaseType:
    """A type of case."""
    given: dict[str, object] = {
        "code": code,
        "name": "Alto consumo",
        "kind": CaseKind.COMPLAINT,
        "area": Area.objects.get(name="Comercialización"),
        "term_days": 5,
        "required_documents": ["Último recibo"],
        "opens": ["ORDER", "INSPECTION"],
    }
    return save_case_type(details=CaseTypeDetails(**(given | facts)), at=NOON, by=by)  # type: ignore[arg-type]


@pytest.fixture
def high_bill(clerk: User) -> CaseType:
    return a_type(clerk)


@pytest.fixture
def case(high_bill: CaseType, account: Account, laura: User, at: datetime) -> Case:
    return a_case(high_bill, laura, at, account=account)


def a_case(type: CaseType, by: User, at: datetime, key: str = "k", **facts: object) -> Case:
    """A case that somebody received."""
    given: dict[str, object] = {
        "type": type,
        "channel": Channel.PHONE,
        "told": "El recibo llegó al triple.",
        "reporter_name": "María Núñez",
        "at": at,
        "by": by,
        "key": key,
    }
    return open_case(**(given | facts))  # type: ignore[arg-type]
