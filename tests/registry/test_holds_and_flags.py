"""Holds that stop acts on an account, and doubts that wait for somebody."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cauce.core.errors import DomainError
from cauce.events.models import Event
from cauce.imports.rules import ImportOutcome
from cauce.registry.models import Account, Hold, PadronFlag
from cauce.registry.operations import (
    FlagAlreadyResolved,
    HoldAlreadyLifted,
    HoldDatesDisagree,
    HoldReasonMissing,
    HoldStopsNothing,
    ResolutionMissing,
    lift_hold,
    place_hold,
    resolve_flag,
)
from cauce.registry.rules.colonies import ColonyCatalogue
from cauce.registry.rules.correction import StoredFacts, is_answered
from cauce.users.models import User
from tests.registry.conftest import NOW
from tests.registry.padron_rows import row_text

TODAY = date(2026, 9, 1)


def hold(account: Account, by: User, **terms: object) -> Hold:
    given = {"kind": Hold.Kind.AMPARO, "reason": "Juicio 12/2026", "valid_from": TODAY} | terms
    return place_hold(account=account, at=NOW, by=by, **given)  # type: ignore[arg-type]


def test_a_hold_is_in_force_from_its_first_day_until_its_last(account: Account, clerk: User) -> None:
    placed = hold(account, clerk, valid_until=date(2026, 10, 1))

    in_force = [
        day
        for day in (date(2026, 8, 31), TODAY, date(2026, 9, 30), date(2026, 10, 1))
        if placed in Hold.objects.open_on(day)
    ]
    assert in_force == [TODAY, date(2026, 9, 30)]
    assert Event.objects.get(kind="HOLD_PLACED").sentence == (
        "Se puso una retención por amparo a la cuenta 000114: Juicio 12/2026"
    )


def test_placing_the_same_hold_twice_is_placing_it_once(account: Account, clerk: User) -> None:
    assert hold(account, clerk) == hold(account, clerk)
    assert hold(account, clerk, kind=Hold.Kind.COMPLAINT) != hold(account, clerk)


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({"reason": " "}, HoldReasonMissing),
        ({"stops_reduction": False}, HoldStopsNothing),
        ({"valid_until": TODAY}, HoldDatesDisagree),
    ],
)
def test_a_hold_says_why_stops_something_and_ends_after_it_starts(
    account: Account, clerk: User, terms: dict[str, object], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        hold(account, clerk, **terms)


def test_a_lifted_hold_ends_that_day_and_only_once(account: Account, clerk: User) -> None:
    placed = hold(account, clerk)

    lifted = lift_hold(hold=placed, on=date(2026, 9, 20), reason="Sentencia", at=NOW, by=clerk)

    assert (lifted.valid_until, lifted.lifted_by) == (date(2026, 9, 20), clerk)
    assert lift_hold(hold=placed, on=date(2026, 9, 20), reason="Sentencia", at=NOW, by=clerk) == lifted
    with pytest.raises(HoldAlreadyLifted):
        lift_hold(hold=placed, on=date(2026, 9, 25), reason="Otra", at=NOW, by=clerk)
    with pytest.raises(HoldReasonMissing):
        lift_hold(hold=placed, on=date(2026, 9, 25), reason="", at=NOW, by=clerk)


def test_a_hold_that_ended_by_itself_cannot_be_lifted(account: Account, clerk: User) -> None:
    placed = hold(account, clerk, valid_until=date(2026, 9, 10))

    with pytest.raises(HoldAlreadyLifted):
        lift_hold(hold=placed, on=date(2026, 9, 10), reason="Tarde", at=NOW, by=clerk)


def test_a_flag_is_attended_once_with_its_explanation(import_rows: Callable[..., ImportOutcome], clerk: User) -> None:
    import_rows(row_text(EMAIL="NO TIENE"))
    flag = PadronFlag.objects.get()

    with pytest.raises(ResolutionMissing):
        resolve_flag(flag=flag, resolution=" ", at=NOW, by=clerk)
    resolved = resolve_flag(flag=flag, resolution="No usa correo.", at=NOW, by=clerk)

    assert (resolved.resolved_at, resolved.resolved_by) == (NOW, clerk)
    assert resolve_flag(flag=flag, resolution="No usa correo.", at=NOW, by=clerk) == resolved
    with pytest.raises(FlagAlreadyResolved):
        resolve_flag(flag=flag, resolution="Otra cosa.", at=NOW, by=clerk)
    assert Event.objects.get(kind="FLAG_RESOLVED").sentence == (
        "Se atendió el aviso EMAIL_INVALIDO de la cuenta 000114: No usa correo."
    )


def test_a_flag_is_pending_once_for_the_database_too(account: Account) -> None:
    PadronFlag.objects.create(account=account, code="X", field="", message="m", raised_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        PadronFlag.objects.create(account=account, code="X", field="", message="m", raised_at=NOW)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("RFC_INVALIDO", {"rfc": "X"}),
        ("CURP_INVALIDA", {"curp": "X"}),
        ("TELEFONO_LONGITUD", {"phone": "1"}),
        ("EMAIL_INVALIDO", {"email": "x"}),
        ("COLONIA_CP", {"colony": "OTRA"}),
        ("COORDENADAS", {"latitude": "0"}),
        ("TEXTO_HOSTIL", {"notes": "=1"}),
        ("RUTA_VACIA", {"route": "S/R1"}),
    ],
)
def test_a_doubt_stands_until_the_value_is_right(code: str, wrong: dict[str, str]) -> None:

    right: dict[str, object] = dict.fromkeys(
        ("name", "rfc", "curp", "phone", "email", "street", "activity", "notes"), ""
    ) | {"colony": "CENTRO", "postal_code": "38300", "latitude": None, "longitude": None, "route": "07"}
    changed = {name: Decimal(value) if name == "latitude" else value for name, value in wrong.items()}
    catalogue = ColonyCatalogue.of_rows([("38300", "Centro")])

    assert is_answered(code, StoredFacts(**right), catalogue)  # type: ignore[arg-type]
    assert not is_answered(code, StoredFacts(**(right | changed)), catalogue)  # type: ignore[arg-type]


def test_only_a_person_can_say_that_a_meter_is_not_repeated() -> None:
    facts = StoredFacts("", "", "", "", "", "", "", "", None, None, "", "", "")

    assert not is_answered("MEDIDOR_REPETIDO", facts, ColonyCatalogue.of_rows([]))
