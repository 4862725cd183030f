"""Worked cases."""

import pytest

from cauce.tariffs.rules import CasesOutcome, LawRejected, read_cases, run_cases
from tests.tariffs.laws import law

HEADING = "clave,m3,mes,drenaje,tratamiento,agua,alcantarillado,tratamiento_importe,iva,total\n"
RIGHT = "001,10,sep,S,N,170.99,34.20,0.00,5.47,210.66\n"


def run(*rows: str) -> CasesOutcome:
    return run_cases(read_cases("casos.csv", HEADING + "".join(rows)), lambda _month: law())


def test_a_case_that_comes_out_to_the_centavo_does_not_differ() -> None:
    assert run(RIGHT, RIGHT) == CasesOutcome(2, ())


def test_a_case_without_cubic_metres_is_a_flat_fee() -> None:
    assert run("001,,sep,N,N,250.09,0.00,0.00,0.00,250.09\n").failed == 0


def test_a_case_off_by_a_centavo_says_its_row_and_column() -> None:
    outcome = run(RIGHT, RIGHT.replace("210.66", "210.67"))
    assert outcome.failed == 1
    assert str(outcome.differences[0]) == (
        "renglón 3 (clave 001, 10 m³, sep), total: se esperaba 210.67 y resultó 210.66"
    )


def test_a_case_that_differs_in_several_columns_fails_once() -> None:
    outcome = run("001,10,sep,N,N,1.00,0.00,0.00,0.00,1.00\n")
    assert len(outcome.differences) == 2
    assert outcome.failed == 1


def test_a_case_of_an_unknown_clave_differs_and_says_why() -> None:
    assert "«007»" in run(RIGHT.replace("001", "007")).differences[0].obtained


def test_a_file_with_only_its_heading_has_no_cases() -> None:
    assert run() == CasesOutcome(0, ())


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (",sep,", ",sept,", "casos.csv, renglón 2, columna mes: «sept» no es un mes (ene a dic)."),
        (",10,", ",diez,", "casos.csv, renglón 2, columna m3: «diez» no es un número entero."),
        (",S,N,", ",X,N,", "casos.csv, renglón 2, columna drenaje: «X» debe ser S o N."),
        ("170.99", "17O.99", "renglón 2, columna agua: «17O.99» no es un importe (sólo cifras y punto decimal)."),
        ("170.99,", "", "casos.csv, renglón 2: trae 9 campos y el encabezado 10."),
    ],
)
def test_a_case_that_cannot_be_read_is_a_fault_with_its_place(old: str, new: str, fault: str) -> None:
    with pytest.raises(LawRejected) as refused:
        run(RIGHT.replace(old, new))
    assert fault in refused.value.message
