"""A sweep with a difference, a finding of the watch list, two laws compared and a norm, for the screens of tariffs."""

from typing import NamedTuple

from django.conf import settings

from cauce.billing.models import ComparedAccount, LawComparison, SweepDifference, SweepRun, WatchFinding, WatchRule
from cauce.cases.operations import load_case_catalogue
from cauce.core import clock
from cauce.documents.models import Norm
from cauce.documents.operations import store_file
from cauce.tariffs.models import Schedule
from cauce.users.models import User
from cauce.workorders.operations import load_order_catalogue
from tests.backoffice.claims_town import PDF
from tests.backoffice.town import AT, Town


class TariffsTown(NamedTuple):
    """What the screens of tariffs show."""

    sweep: SweepRun
    difference: SweepDifference
    finding: WatchFinding
    comparison: LawComparison
    norm: Norm


def tariffs_town(town: Town) -> TariffsTown:
    """One of each; asked for again, the same."""
    by = User.objects.get(username="cli-captura")
    office = settings.OFFICE_DIR / "cortazar"
    load_order_catalogue(path=office / "ordenes.yaml", at=clock.now(), by=by)
    load_case_catalogue(path=office / "casos.yaml", at=clock.now(), by=by)
    sweep, _ = SweepRun.objects.get_or_create(
        first_period=town.bill.period,
        last_period=town.bill.period,
        bills=1,
        prices=1,
        differences=1,
        swept_at=AT,
        swept_by=by,
    )
    difference, _ = SweepDifference.objects.get_or_create(
        sweep=sweep,
        bill=town.bill,
        account=town.account,
        period=town.bill.period,
        kind=SweepDifference.Kind.PRICE,
        concept="AGUA",
        billed=town.bill.total,
        expected=town.bill.total + 10,
        why="Por las tablas de la ley su uso cuesta otra cosa.",
    )
    rule, _ = WatchRule.objects.get_or_create(
        code="GIRO-DE-PRUEBA",
        name="El giro es de comercio y la tarifa no",
        kind=WatchRule.Kind.ACTIVITY,
        parameters={"palabras": ["TALLER"], "usos": ["COMMERCIAL"]},
        legal_basis="Ley de Ingresos, art. 14 fr. I",
        advice="Mande comprobar el uso en el predio.",
    )
    finding, _ = WatchFinding.objects.get_or_create(
        rule=rule,
        account=town.account,
        detail="Su giro es «Taller» y paga como doméstico.",
        found_at=AT,
        seen_at=AT,
    )
    return TariffsTown(sweep, difference, finding, _comparison(town, by), _norm(by))


def _comparison(town: Town, by: User) -> LawComparison:
    found = LawComparison.objects.first()
    if found is not None:
        return found
    money = {"old_total": "1200.00", "new_total": "1260.00", "difference": "60.00", "percent": "5.00"}
    row = {"accounts": 1, "m3": 120, **money}
    comparison = LawComparison.objects.create(
        old=town.law,
        new=Schedule.objects.exclude(pk=town.law.pk).first() or town.law,
        first_period=town.bill.period,
        last_period=town.bill.period,
        result={
            "first": "2026-09",
            "last": "2026-09",
            "accounts": 1,
            **money,
            "by_use": [{"group": "Doméstico", "use": "DOMESTIC", **row}],
            "by_route": [{"group": "0001", **row}],
            "by_month": [{"group": "2026-09", **row}],
            "distribution": [{"group": "De 5 a 10 % más", "accounts": 1, "difference": "60.00"}],
            "unpriced": [],
        },
        compared_at=AT,
        compared_by=by,
    )
    ComparedAccount.objects.create(
        comparison=comparison,
        account=town.account,
        months=12,
        volume_m3=120,
        old_total="1200.00",
        new_total="1260.00",
        difference="60.00",
    )
    return comparison


def _norm(by: User) -> Norm:
    file = store_file(name="ley.pdf", content=PDF, at=AT, by=by)
    norm, _ = Norm.objects.get_or_create(
        code="LEY-INGRESOS",
        defaults={
            "name": "Ley de Ingresos para el Municipio de Cortazar",
            "kind": Norm.Kind.LAW,
            "publication": "Periódico Oficial",
            "subject": "Las tarifas del servicio.",
            "cited_as": ["Ley de Ingresos", "Art. 14"],
            "of_the_post": True,
            "file": file,
        },
    )
    return norm
