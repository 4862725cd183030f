"""Opening and changing accounts, people and places."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps

from cauce.core.errors import DomainError
from cauce.events.models import Event
from cauce.imports.rules import ImportOutcome
from cauce.registry.models import Account, AccountRole, Customer, PadronFlag, Route
from cauce.registry.operations import (
    AccountNumberTaken,
    HolderChangesByProcedure,
    InvalidAccountNumber,
    InvalidCustomer,
    InvalidPremises,
    InvalidTerms,
    ReasonMissing,
    RoleAlreadyEnded,
    RoleDatesDisagree,
    assign_role,
    change_account,
    change_customer,
    change_premises,
    end_role,
    open_account,
    register_customer,
)
from cauce.registry.queries import (
    accounts_by_number,
    details_of_customer,
    details_of_premises,
    search_accounts,
    terms_of,
)
from cauce.registry.rules.details import (
    AccountTerms,
    CustomerDetails,
    CustomerKind,
    PremisesDetails,
    customer_kind,
    customer_mistakes,
)
from cauce.users.models import User
from tests.registry.conftest import NOW
from tests.registry.padron_rows import row_text


def last_event(kind: str) -> Event:
    return Event.objects.filter(kind=kind).latest("id")


def test_an_account_opens_with_its_place_its_connection_and_its_holder(account: Account) -> None:
    assert account.roles.get().role == AccountRole.Role.HOLDER
    assert account.connection.premises.address_key == "JILGUERO 721 A CORTAZAR CENTRO 38300"
    assert last_event("ACCOUNT_OPENED").sentence == (
        "Se dio de alta la cuenta 000114 a nombre de ELENA SILVIA ZÚÑIGA ORDAZ."
    )
    assert last_event("ACCOUNT_OPENED").account_id == account.pk


def test_an_account_without_number_takes_the_next_one(account: Account, clerk: User) -> None:
    opened = open_account(
        holder=account.holder,
        premises=PremisesDetails("FRESNO"),
        terms=terms_of(account),
        opened_on=date(2026, 9, 2),
        at=NOW,
        by=clerk,
    )

    assert opened.number == "000115"


@pytest.mark.parametrize(
    ("number", "error"), [("114", AccountNumberTaken), ("12A", InvalidAccountNumber), ("1" * 11, InvalidAccountNumber)]
)
def test_a_number_is_used_once_and_is_digits(
    account: Account, clerk: User, number: str, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        open_account(
            number=number,
            holder=account.holder,
            premises=PremisesDetails("FRESNO"),
            terms=terms_of(account),
            opened_on=date(2026, 9, 2),
            at=NOW,
            by=clerk,
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tariff_code": "007"}, "tariff_code"),
        ({"cycle": 4}, "cycle"),
        ({"cycle": 1}, "cycle"),
        ({"route": "99"}, "route"),
        ({"has_water": False, "has_sewerage": False}, "has_water"),
        ({"has_sewerage": False, "has_treatment": True}, "has_treatment"),
        ({"dwellings": 0}, "dwellings"),
        ({"route_order": -1}, "route_order"),
    ],
)
def test_terms_that_cannot_be_read_or_billed_are_refused_by_name(
    account: Account, clerk: User, changes: dict[str, object], field: str
) -> None:
    terms = replace(terms_of(account), **changes)  # type: ignore[arg-type]

    with pytest.raises(InvalidTerms) as refused:
        change_account(account=account, terms=terms, reason="Prueba", at=NOW, by=clerk)

    assert refused.value.field == field


def test_a_change_of_terms_keeps_what_it_said_and_why(account: Account, clerk: User) -> None:
    terms = replace(terms_of(account), tariff_code="002", route="01", cycle=1, dwellings=3, has_treatment=True)

    changed = change_account(account=account, terms=terms, reason="Abrió una tienda", at=NOW, by=clerk)

    changed.refresh_from_db()
    assert terms_of(changed) == terms
    assert last_event("ACCOUNT_CHANGED").sentence == (
        "Se cambió la cuenta 000114 (tarifa: 001 → 002, ciclo: 2 → 1, ruta: 07 → 01, tratamiento: no → sí, "
        "viviendas: 1 → 3). Motivo: Abrió una tienda"
    )
    before = apps.get_model("registry", "AccountEvent").objects.get(pgh_obj_id=account.pk)
    assert (before.tariff_code_id, before.cycle) == ("001", 2)
    assert before.pgh_context.metadata == {"user": clerk.pk, "reason": "Abrió una tienda"}


def test_terms_that_are_already_so_change_nothing(account: Account, clerk: User) -> None:
    change_account(account=account, terms=terms_of(account), reason="Nada", at=NOW, by=clerk)

    assert not Event.objects.filter(kind="ACCOUNT_CHANGED").exists()


def test_an_account_may_stay_in_a_route_of_another_cycle_until_it_is_moved(account: Account, clerk: User) -> None:
    Route.objects.filter(number="07").update(cycle=3)

    changed = change_account(
        account=account, terms=replace(terms_of(account), activity="TIENDA"), reason="Giro", at=NOW, by=clerk
    )

    assert changed.activity == "TIENDA"


def test_every_change_says_why(account: Account, clerk: User) -> None:
    premises = account.connection.premises
    with pytest.raises(ReasonMissing):
        change_account(account=account, terms=terms_of(account), reason=" ", at=NOW, by=clerk)
    with pytest.raises(ReasonMissing):
        change_customer(
            customer=account.holder, details=details_of_customer(account.holder), reason="", at=NOW, by=clerk
        )
    with pytest.raises(ReasonMissing):
        change_premises(premises=premises, details=details_of_premises(premises), reason="", at=NOW, by=clerk)


def test_a_corrected_name_finds_the_account_and_is_not_told_in_the_history(account: Account, clerk: User) -> None:
    details = replace(details_of_customer(account.holder), name="Elena Ñáñez", rfc="ZUOE560111842")

    changed = change_customer(customer=account.holder, details=details, reason="Venía mal", at=NOW, by=clerk)

    assert changed.name_key == "ELENA NANEZ"
    assert [hit.id for hit in search_accounts("nañez")] == [account.pk]
    assert search_accounts("zuñiga") == []
    event = last_event("CUSTOMER_CHANGED")
    assert event.sentence == "Se cambiaron los datos de la persona (nombre, RFC). Motivo: Venía mal"
    assert event.account_id == account.pk


def test_a_corrected_address_finds_the_account(account: Account, clerk: User) -> None:
    premises = account.connection.premises
    details = replace(
        details_of_premises(premises), street="PEÑÓN", latitude=Decimal("20.5"), longitude=Decimal("-100.9")
    )

    change_premises(premises=premises, details=details, reason="Lo dijo el usuario", at=NOW, by=clerk)

    assert [hit.address for hit in search_accounts("penon 721")] == ["PEÑÓN 721 int. A, CORTAZAR CENTRO, 38300"]
    assert "calle: JILGUERO → PEÑÓN" in last_event("PREMISES_CHANGED").sentence


@pytest.mark.parametrize("details", [PremisesDetails(" "), PremisesDetails("FRESNO", latitude=Decimal("20.5"))])
def test_a_place_has_a_street_and_whole_coordinates(account: Account, clerk: User, details: PremisesDetails) -> None:
    with pytest.raises(InvalidPremises):
        change_premises(premises=account.connection.premises, details=details, reason="x", at=NOW, by=clerk)


def test_a_person_with_mistakes_is_refused_field_by_field(account: Account, clerk: User) -> None:
    details = CustomerDetails(name="", rfc="X", curp="X", phone="1", email="x")

    with pytest.raises(InvalidCustomer) as refused:
        register_customer(details=details, at=NOW, by=clerk)

    assert set(refused.value.mistakes) == {"name", "rfc", "curp", "phone", "email"}
    assert customer_mistakes(CustomerDetails(name="ANA")) == {}


def test_a_wrong_value_of_the_old_system_may_stay_while_others_are_corrected(
    import_rows: Callable[..., ImportOutcome], clerk: User
) -> None:
    import_rows(row_text(RFC="MAL", EMAIL="NO TIENE"))
    holder = Customer.objects.get()

    changed = change_customer(
        customer=holder,
        details=replace(details_of_customer(holder), email="elena@example.com"),
        reason="Trajo su correo",
        at=NOW,
        by=clerk,
    )

    assert (changed.rfc, changed.email) == ("MAL", "elena@example.com")
    with pytest.raises(InvalidCustomer):
        change_customer(
            customer=holder, details=replace(details_of_customer(holder), rfc="PEOR"), reason="x", at=NOW, by=clerk
        )


def test_correcting_a_value_attends_its_flag_and_no_other(
    import_rows: Callable[..., ImportOutcome], clerk: User
) -> None:
    import_rows(row_text(RFC="MAL", EMAIL="NO TIENE", LAT="0", CUENTA="114"))
    holder = Customer.objects.get()
    details = replace(details_of_customer(holder), email="elena@example.com")

    change_customer(customer=holder, details=details, reason="Trajo su correo", at=NOW, by=clerk)

    flag = PadronFlag.objects.get(code="EMAIL_INVALIDO")
    assert (flag.resolved_by, flag.resolution) == (clerk, "Se corrigió el dato: Trajo su correo")
    assert set(PadronFlag.objects.pending().values_list("code", flat=True)) == {
        "RFC_INVALIDO",
        "COORDENADAS",
        "CUENTA_SIN_CEROS",
    }


def test_who_has_a_role_finds_the_account_until_it_ends(account: Account, clerk: User) -> None:
    tenant = register_customer(details=CustomerDetails(name="PEDRO INQUILINO"), at=NOW, by=clerk)

    role = assign_role(
        account=account,
        customer=tenant,
        role=AccountRole.Role.TENANT,
        valid_from=date(2026, 9, 1),
        at=NOW,
        by=clerk,
    )
    again = assign_role(
        account=account,
        customer=tenant,
        role=AccountRole.Role.TENANT,
        valid_from=date(2026, 9, 5),
        at=NOW,
        by=clerk,
    )
    assert again == role
    assert [hit.id for hit in search_accounts("pedro inquilino")] == [account.pk]

    end_role(assigned=role, on=date(2026, 12, 1), reason="Se mudó", at=NOW, by=clerk)

    assert search_accounts("pedro inquilino") == []
    assert end_role(assigned=role, on=date(2026, 12, 1), reason="Se mudó", at=NOW, by=clerk).pk == role.pk
    with pytest.raises(RoleAlreadyEnded):
        end_role(assigned=role, on=date(2026, 12, 2), reason="Se mudó", at=NOW, by=clerk)


def test_a_role_lasts_at_least_a_day(account: Account, clerk: User) -> None:
    role = assign_role(
        account=account,
        customer=account.holder,
        role=AccountRole.Role.PAYER,
        valid_from=date(2026, 9, 1),
        at=NOW,
        by=clerk,
    )

    with pytest.raises(RoleDatesDisagree):
        end_role(assigned=role, on=date(2026, 9, 1), reason="Error", at=NOW, by=clerk)


def test_the_holder_is_changed_by_its_own_procedure(account: Account, clerk: User) -> None:
    with pytest.raises(HolderChangesByProcedure):
        assign_role(
            account=account,
            customer=account.holder,
            role=AccountRole.Role.HOLDER,
            valid_from=date(2026, 9, 1),
            at=NOW,
            by=clerk,
        )
    with pytest.raises(HolderChangesByProcedure):
        end_role(assigned=account.roles.get(), on=date(2027, 1, 1), reason="x", at=NOW, by=clerk)


@pytest.mark.parametrize(
    ("name", "rfc", "curp", "kind"),
    [
        ("ELENA ZUÑIGA", "", "", CustomerKind.PERSON),
        ("ALIMENTOS TICSONFE S DE RL DE CV", "", "", CustomerKind.COMPANY),
        ("LA ESPERANZA, S.A. DE C.V.", "", "", CustomerKind.COMPANY),
        ("PRESIDENCIA MUNICIPAL", "", "", CustomerKind.COMPANY),
        ("ESCUELA", "", "ZUOE560111MGTXXX01", CustomerKind.PERSON),
        ("X", "ATI870205749", "", CustomerKind.COMPANY),
        ("ESCUELA", "ZUOE560111842", "", CustomerKind.PERSON),
        ("LAURA GUADALUPE CHAVEZ TOVAR", "CATL921016HN", "", CustomerKind.PERSON),
        ("LAURA GUADALUPE CHAVEZ TOVAR", "SIN RFC", "", CustomerKind.PERSON),
        ("ESCUELA PRIMARIA BENITO JUAREZ", "XXXX", "", CustomerKind.COMPANY),
    ],
)
def test_a_person_is_told_from_a_company(name: str, rfc: str, curp: str, kind: CustomerKind) -> None:
    assert customer_kind(name, rfc, curp) is kind


def test_accounts_are_looked_up_by_number_in_one_query(account: Account, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(1):
        found = accounts_by_number(["000114", "999999"])

    assert found == {"000114": (account.pk, account.holder_id, "ACTIVE", "001", 2)}


def test_the_terms_of_an_account_are_the_ones_it_was_opened_with(account: Account) -> None:
    assert terms_of(account) == AccountTerms(tariff_code="001", cycle=2, route="07", route_order=630, has_sewerage=True)
