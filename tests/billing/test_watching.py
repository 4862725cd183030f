"""The watch list: rules as data point at accounts whose tariff does not go with what is known of them."""

from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings

from cauce.billing.models import WatchFinding, WatchRule
from cauce.billing.operations import (
    FindingNotOpen,
    WatchRulesRejected,
    dismiss_finding,
    load_watch_rules,
    review_watch_list,
)
from cauce.metering.models import MeterInstallation
from cauce.registry.models import Account
from cauce.tariffs.models import Schedule
from cauce.users.models import User
from tests.billing.cycles import an_account, issued

RULES = settings.OFFICE_DIR / "cortazar" / "vigilancia.yaml"


@pytest.fixture
def rules(law: Schedule) -> None:
    load_watch_rules(path=RULES)


def pointed(account: Account) -> set[str]:
    return set(WatchFinding.objects.filter(account=account, ended_at=None).values_list("rule_id", flat=True))


def test_a_shop_under_the_tariff_of_a_home_is_found_and_leaves_the_list_when_it_is_put_right(
    rules: None, clerk: User, at: datetime
) -> None:
    shop = an_account(m3=10, activity="Taller mecánico")
    home = an_account(m3=10, activity="CASA HABITACION")
    review_watch_list(at=at, by=clerk)
    assert pointed(shop) == {"GIRO-COMERCIAL"}
    assert pointed(home) == set()
    shop.tariff_code_id = "002"
    shop.save()
    counts = review_watch_list(at=at, by=clerk)
    assert (counts["ended"], pointed(shop)) == (1, set())


def test_looking_again_adds_nothing_twice(rules: None, clerk: User, at: datetime) -> None:
    shop = an_account(m3=10, activity="TALLER")
    review_watch_list(at=at, by=clerk)
    assert review_watch_list(at=at, by=clerk) == {"found": 0, "seen": 1, "ended": 0}
    assert WatchFinding.objects.filter(account=shop).count() == 1


def test_a_word_inside_another_is_no_activity(rules: None, clerk: User, at: datetime) -> None:
    account = an_account(m3=10, activity="Localidad rural")
    review_watch_list(at=at, by=clerk)
    assert pointed(account) == set()


def test_a_flat_fee_where_a_meter_stands_is_found(rules: None, clerk: User, approver: User, at: datetime) -> None:
    account = an_account()
    issued(at=at, by=clerk, approved_by=approver)
    metered = MeterInstallation.objects.get(account=an_account(m3=1))
    MeterInstallation.objects.filter(pk=metered.pk).update(account=account, installed_on="2026-01-01")
    review_watch_list(at=at, by=clerk)
    assert pointed(account) == {"CUOTA-FIJA-CON-MEDIDOR"}


def test_an_exemption_of_a_home_has_no_basis(rules: None, clerk: User, at: datetime) -> None:
    home = an_account(m3=10, exemption="DOMINIO_PUBLICO")
    office = an_account(m3=10, exemption="DOMINIO_PUBLICO", tariff_code_id="008")
    review_watch_list(at=at, by=clerk)
    assert (pointed(home), pointed(office)) == ({"EXENCION-SIN-BASE"}, set())


def test_a_preferential_tariff_of_a_company_or_of_who_died_is_found(rules: None, clerk: User, at: datetime) -> None:
    company, dead, alive = (an_account(m3=10, tariff_code_id="013") for _ in range(3))
    company.holder.kind = "COMPANY"
    company.holder.save()
    dead.holder.died_on = at.date()
    dead.holder.save()
    review_watch_list(at=at, by=clerk)
    assert pointed(company) == pointed(dead) == {"PREFERENCIAL-VENCIDA"}
    assert pointed(alive) == set()


def test_dwellings_of_a_shop_are_told(rules: None, clerk: User, at: datetime) -> None:
    shop = an_account(m3=10, tariff_code_id="002")
    shop.connection.dwellings = 4
    shop.connection.save()
    review_watch_list(at=at, by=clerk)
    finding = WatchFinding.objects.get(account=shop)
    assert (finding.rule_id, finding.detail) == ("VIVIENDAS", "Dice 4 viviendas y su uso es comercial.")


def test_right_bills_have_the_vat_of_the_law(rules: None, clerk: User, approver: User, at: datetime) -> None:
    an_account(m3=10, has_sewerage=True)
    an_account(m3=10, tariff_code_id="002", has_sewerage=True)
    issued(at=at, by=clerk, approved_by=approver)
    review_watch_list(at=at, by=clerk)
    assert not WatchFinding.objects.filter(rule="IVA-EQUIVOCADO").exists()


def test_what_is_no_fault_is_set_aside_once_and_with_its_reason(rules: None, clerk: User, at: datetime) -> None:
    an_account(m3=10, activity="TALLER")
    review_watch_list(at=at, by=clerk)
    finding = WatchFinding.objects.get()
    with pytest.raises(FindingNotOpen, match="por qué"):
        dismiss_finding(finding, reason=" ", at=at, by=clerk)
    dismiss_finding(finding, reason="Es el taller de costura de la casa.", at=at, by=clerk)
    with pytest.raises(FindingNotOpen, match="ya no está"):
        dismiss_finding(finding, reason="Otra vez.", at=at, by=clerk)
    assert review_watch_list(at=at, by=clerk)["found"] == 0


def test_the_rules_are_data_and_the_same_file_changes_nothing(rules: None) -> None:
    assert WatchRule.objects.filter(is_active=True).count() == 10
    assert load_watch_rules(path=RULES) == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("reglas: {}", "falta la lista"),
        ("reglas: {A: {nombre: x, mira: luna, fundamento: f, que_hacer: q}}", "mira «luna»"),
        (
            "reglas: {A: {nombre: x, mira: giro, fundamento: f, que_hacer: q, usos: [DOMESTIC]}}",
            "«palabras» es una lista",
        ),
        ("reglas: {A: {nombre: x, mira: iva, que_hacer: q}}", "le falta «fundamento»"),
        ("reglas: {A: {nombre: x, mira: iva, fundamento: f, que_hacer: q, otra: 1}}", "«otra», que no se conoce"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path: Path, db: None, text: str, fault: str) -> None:
    path = tmp_path / "vigilancia.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WatchRulesRejected, match=fault):
        load_watch_rules(path=path)
