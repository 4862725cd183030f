"""The file of the ladder: what it says, and what is refused with the place and the reason."""

import re
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from cauce.collections.models import LadderStep
from cauce.collections.operations import LadderRejected, load_ladder, save_ladder_step
from cauce.collections.operations.catalogue import _details_of
from cauce.collections.rules.ladder_file import LadderFault, StepDetails, fault_of, steps_of
from cauce.events.models import Event
from cauce.users.models import User
from cauce.workorders.operations import load_order_catalogue

OFFICE = settings.OFFICE_DIR / "cortazar"


@pytest.fixture
def ladder(clerk: User, at: datetime) -> int:
    load_order_catalogue(path=OFFICE / "ordenes.yaml", at=at, by=clerk)
    return load_ladder(path=OFFICE / "cobranza.yaml", at=at, by=clerk)


def test_the_shipped_ladder_is_loaded_once(ladder: int, clerk: User, at: datetime) -> None:
    assert ladder == LadderStep.objects.count() > 5
    told = Event.objects.filter(kind="LADDER_LOADED").count()
    assert load_ladder(path=OFFICE / "cobranza.yaml", at=at, by=clerk) == 0
    assert Event.objects.filter(kind="LADDER_LOADED").count() == told == 1


def test_a_rung_that_the_file_drops_is_out_of_use(ladder: int, clerk: User, at: datetime, tmp_path: Path) -> None:
    path = tmp_path / "cobranza.yaml"
    path.write_text("escalera: {AVISO: {nombre: Aviso, clase: aviso, lugar: 20}}", encoding="utf-8")
    load_ladder(path=path, at=at, by=clerk)
    assert list(LadderStep.objects.filter(is_active=True).values_list("code", flat=True)) == ["AVISO"]


def test_two_rungs_may_change_places(ladder: int, clerk: User, at: datetime, tmp_path: Path) -> None:
    path = tmp_path / "cobranza.yaml"
    path.write_text(
        "escalera: {AVISO: {nombre: Aviso, clase: aviso, lugar: 30}, INVITACION: {nombre: Inv, clase: invitación, "
        "lugar: 20}}",
        encoding="utf-8",
    )
    load_ladder(path=path, at=at, by=clerk)
    assert LadderStep.objects.get(pk="AVISO").position == 30
    assert LadderStep.objects.get(pk="INVITACION").position == 20


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"A": {"nombre": "a", "clase": "aviso"}}, "peldaño «A»: falta «lugar»"),
        ({"A": {"nombre": "a", "clase": "aviso", "lugar": 1, "color": "x"}}, "«color» no es un dato"),
        ({"A": {"nombre": "a", "clase": "corte", "lugar": 1}}, "«corte» no es ninguno de"),
        ({"A": {"nombre": "a", "clase": "aviso", "lugar": 1, "dias_habiles": [9, 3]}}, "no puede ser menor"),
        ({"A": {"nombre": "a", "clase": "aviso", "lugar": 1, "despues_de": ["B"]}}, "que no está en la escalera"),
        ({"A": {"nombre": "a", "clase": "aviso", "lugar": 1, "canal": "carta"}}, "necesita su texto"),
        (
            {"A": {"nombre": "a", "clase": "aviso", "lugar": 1, "canal": "carta", "texto": "Debe {saldo}"}},
            "el texto dice «{saldo}»",
        ),
        ({"A": {"nombre": "a", "clase": "aviso", "lugar": 1, "cobra": "A06"}}, "necesita su fundamento"),
        ({"A": {"nombre": "a", "clase": "aviso", "lugar": 1, "adeudo_minimo": "mucho"}}, "es un importe en pesos"),
        (
            {c: {"nombre": c, "clase": "aviso", "lugar": 1} for c in ("A", "B")},
            "tienen el mismo lugar, 1",
        ),
        (
            {
                "A": {"nombre": "a", "clase": "aviso", "lugar": 1, "despues_de": ["B"]},
                "B": {"nombre": "b", "clase": "aviso", "lugar": 2},
            },
            "que está más arriba",
        ),
        ([], "«escalera» debe llevar una clave por peldaño"),
    ],
)
def test_a_fault_says_where_and_what(told: object, said: str) -> None:
    with pytest.raises(LadderFault, match=re.escape(said)):
        steps_of(told)


def test_a_message_to_a_phone_is_short() -> None:
    details = StepDetails(name="a", kind="REMINDER", position=1, channel="TEXT", template="x" * 400)
    assert "a lo más 320 letras" in fault_of(details)


def test_an_order_that_does_not_exist_is_refused(ladder: int, clerk: User, at: datetime) -> None:
    step = _details_of(LadderStep.objects.get(pk="AVISO"))
    changed = {name: getattr(step, name) for name in step.__dataclass_fields__} | {"order_type": "NADA"}
    with pytest.raises(LadderRejected, match="no hay un tipo de orden «NADA»"):
        save_ladder_step(code="AVISO", details=StepDetails(**changed), at=at, by=clerk)


def test_a_place_that_another_has_is_refused(ladder: int, clerk: User, at: datetime) -> None:
    with pytest.raises(LadderRejected, match="mismo lugar"):
        save_ladder_step(code="NUEVO", details=StepDetails(name="Nuevo", kind="NOTICE", position=20), at=at, by=clerk)


def test_a_service_that_the_law_lacks_is_refused(ladder: int, law: object, clerk: User, at: datetime) -> None:
    with pytest.raises(LadderRejected, match="no tiene el servicio «Z99»"):
        save_ladder_step(
            code="NUEVO",
            details=StepDetails(name="Nuevo", kind="NOTICE", position=21, charge="Z99", legal_basis="Ley"),
            at=at,
            by=clerk,
        )
