"""The table by use: a home is never cut, the drainage never closed, and what protects people is not left to a file."""

from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cauce.collections.rules.authorisation import ServiceStanding, service_blocks, threshold_of
from cauce.collections.rules.by_use import (
    NEVER_SUSPENDED,
    REDUCTION,
    SUSPENSION,
    ServiceTerms,
    fault_of_terms,
    reason_of,
    terms_for,
    vital_minimum,
)
from cauce.collections.rules.by_use_file import service_terms_of
from cauce.collections.rules.infractions import hearing_ends_on, may_be_fined
from cauce.collections.rules.ladder_file import LadderFault
from cauce.core.business_days import BusinessCalendar
from tests.collections.reductions import COLLECTIONS, TODAY

USES = ["DOMESTIC", "MIXED", "COMMERCIAL", "INDUSTRIAL", "PUBLIC_SCHOOL", "PRIVATE_SCHOOL", "GOVERNMENT"]
SHIPPED = service_terms_of(yaml.safe_load(COLLECTIONS.read_text(encoding="utf-8"))["servicio"])
PROTECTED = ["Hospital General", "CLÍNICA DENTAL", "guardería", "Escuela de inglés", "Asilo San José"]

anything = st.builds(
    ServiceTerms,
    code=st.text(min_size=1, max_size=8),
    use_class=st.sampled_from(USES),
    activities=st.lists(st.sampled_from(["tienda", "clínica", "bodega"]), max_size=2).map(tuple),
    action=st.sampled_from(["REDUCTION", "SUSPENSION", "NOTHING"]),
    litres_per_person_day=st.integers(50, 200),
    legal_basis=st.just("x"),
)


@given(st.lists(anything, max_size=12), st.sampled_from(USES), st.sampled_from([*PROTECTED, "", "Ferretería"]))
def test_no_table_suspends_a_home_a_school_or_a_place_of_health(table, use_class, activity):
    found = terms_for(table, use_class=use_class, activity=activity)
    if use_class in NEVER_SUSPENDED or activity in PROTECTED:
        assert found is None or found.action != SUSPENSION


@given(st.sampled_from(USES), st.text(max_size=20))
def test_the_shipped_table_says_something_of_every_use(use_class, activity):
    assert terms_for(SHIPPED, use_class=use_class, activity=activity) is not None


@pytest.mark.parametrize(
    ("use_class", "activity", "code"),
    [
        ("DOMESTIC", "", "VIVIENDA"),
        ("COMMERCIAL", "Consultorio médico", "SALUD-COMERCIAL"),
        ("COMMERCIAL", "Tortillería", "COMERCIO"),
        ("GOVERNMENT", "Centro de Salud", "SALUD-GOBIERNO"),
        ("GOVERNMENT", "", "GOBIERNO"),
    ],
)
def test_the_row_that_names_the_giro_rules_over_the_rest_of_its_use(use_class, activity, code):
    found = terms_for(SHIPPED, use_class=use_class, activity=activity)
    assert found is not None and found.code == code


def test_a_use_that_is_not_in_the_table_is_not_touched():
    assert terms_for([], use_class="DOMESTIC") is None


@given(st.integers(0, 30), st.integers(50, 120))
def test_nobody_is_left_with_less_than_fifty_litres(persons, litres):
    terms = ServiceTerms(
        code="V", use_class="DOMESTIC", action=REDUCTION, litres_per_person_day=litres, legal_basis="x"
    )
    assert vital_minimum(persons or None, terms) >= max(persons, 1) * 50


@given(anything, st.integers(0, 9), st.booleans())
def test_every_order_says_that_the_drainage_is_not_closed(terms, persons, has_voucher):
    said = reason_of(
        terms,
        debt=Decimal("1200.00"),
        months=4,
        refused_below=threshold_of(Decimal(0)),
        authorisation="RC-000001",
        persons=persons or None,
        has_voucher=has_voucher,
    )
    assert "El drenaje no se cierra en ningún caso." in said and "RC-000001" in said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"uso": "doméstico", "accion": "suspensión", "fundamento": "x"}, "en una vivienda o una escuela el agua no"),
        ({"uso": "comercial", "giros": ["clínica"], "accion": "suspensión", "fundamento": "x"}, "se atiende la salud"),
        ({"uso": "doméstico", "accion": "reducción", "litros": 20, "fundamento": "x"}, "50 litros al día o más"),
        ({"uso": "doméstico", "accion": "cortar", "fundamento": "x"}, "«cortar» no es ninguno de"),
        ({"uso": "marciano", "accion": "nada", "fundamento": "x"}, "«marciano» no es ninguno de"),
        ({"uso": "doméstico", "accion": "nada"}, "falta «fundamento»"),
        ({"uso": "doméstico", "accion": "nada", "fundamento": "x", "otra": 1}, "«otra» no es un dato"),
    ],
)
def test_a_row_that_the_law_does_not_let_is_refused_by_name(row, said):
    with pytest.raises(LadderFault, match=f"servicio «R»: .*{said}"):
        service_terms_of({"R": row})


def test_two_rows_for_the_rest_of_a_use_are_refused():
    row = {"uso": "doméstico", "accion": "reducción", "fundamento": "x"}
    with pytest.raises(LadderFault, match="ya hay otro renglón"):
        service_terms_of({"A": row, "B": row})


def test_the_shipped_rows_have_no_fault():
    assert [fault_of_terms(row) for row in SHIPPED] == [""] * len(SHIPPED)


def test_only_an_active_account_with_a_row_is_touched():
    def said(**told):
        facts = {"state": "ACTIVE", "state_name": "Activa", "action": REDUCTION, "use_name": "doméstico"} | told
        return service_blocks(ServiceStanding(**facts))

    assert said() == ()
    assert said(state="REDUCED") == ("El servicio ya está limitado por adeudo.",)
    assert "suspensión voluntaria" in said(state="VOLUNTARY_SUSPENSION", state_name="Suspensión voluntaria")[0]
    assert "La tabla por uso no dice" in said(action=None)[0]
    assert said(action="NOTHING") == ("Por su uso (doméstico) el servicio no se toca.",)
    assert said(order="OT-000001") == ("Ya tiene en curso la orden OT-000001.",)


def test_nobody_is_fined_before_their_term_to_be_heard_is_over():
    until = hearing_ends_on(TODAY, BusinessCalendar())
    assert not may_be_fined("FOUND", hearing_until=None, today=until)
    assert not may_be_fined("NOTIFIED", hearing_until=until, today=until)
    assert may_be_fined("NOTIFIED", hearing_until=TODAY, today=until)
    assert may_be_fined("HEARD", hearing_until=until, today=TODAY)
