"""Recording a bench test."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import format_date
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.metering.events import BENCH_TEST_RECORDED
from cauce.metering.models import BenchFlow, BenchTest, Meter, MeterInstallation
from cauce.metering.operations.park.refusals import BenchTestRefused, ParkNotKnown
from cauce.metering.queries.park import RulingTable, park_table_on
from cauce.metering.rules.bench import Standard, is_passed, results_of, usual_error
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

SERIES = "PB"


@transaction.atomic
def record_bench_test(
    *,
    meter: Meter,
    tested_on: date,
    bench: str,
    tester: str,
    standard: str,
    litres: Mapping[str, tuple[Decimal, Decimal]],
    certificate: str,
    note: str = "",
    replaces: BenchTest | None = None,
    at: datetime,
    by: User,
    key: str,
) -> BenchTest:
    """Record a test: by flow, the litres that passed and those registered; its error and its verdict are the rule's.

    The account is the one where the meter is, or was last. It is never changed: ``replaces`` is the one that this one
    puts right, and ``note`` then says why. Idempotent by key.

    :raises ParkNotKnown: if no table of the park ruled that day.
    :raises BenchTestRefused: if the standard or a flow is missing, a figure cannot be, or it is not said who and where.
    :raises OwnAccount: if who records it is linked to the account.
    """
    meter = Meter.objects.select_for_update(no_key=True).get(pk=meter.pk)
    known = BenchTest.objects.select_related("document").filter(key=key).first()
    if known is not None:
        return known
    ruling = park_table_on(tested_on)
    if ruling is None:
        raise ParkNotKnown(f"No hay norma cargada para el {format_date(tested_on)}: revise la fecha de la prueba.")
    by_standard = _standard(ruling, standard)
    _refuse_blank(bench, tester, certificate)
    if tested_on > local_day(at):
        raise BenchTestRefused("La fecha de la prueba no puede ser futura.")
    _refuse_litres(by_standard, litres)
    _refuse_correction(meter, replaces, note)
    account_id = _account_of(meter)
    if account_id is not None:
        refuse_own_account(by=by, account_ids=[account_id])
    results = results_of(by_standard, litres)
    error = usual_error([(result.error_percent, result.flow.weight) for result in results])
    verdict = BenchTest.Verdict.PASSED if is_passed(results) else BenchTest.Verdict.FAILED
    test = BenchTest.objects.create(
        document=create_document(kind=Document.Kind.BENCH_TEST, series=SERIES, issued_on=local_day(at), at=at, by=by),
        key=key,
        meter=meter,
        account_id=account_id,
        tested_on=tested_on,
        bench=bench.strip(),
        tester=tester.strip(),
        standard=standard,
        table=ruling.table,
        usual_error=error,
        verdict=verdict,
        certificate=certificate.strip(),
        note=note.strip(),
        replaces=replaces,
        recorded_at=at,
        recorded_by=by,
    )
    BenchFlow.objects.bulk_create(
        BenchFlow(
            test=test,
            name=result.flow.name,
            litres_per_hour=result.flow.litres_per_hour,
            passed_litres=result.passed_litres,
            registered_litres=result.registered_litres,
            error_percent=result.error_percent,
            limit_percent=result.flow.limit_percent,
            passes=result.passes,
        )
        for result in results
    )
    publish(
        BENCH_TEST_RECORDED,
        subject_kind="BenchTest",
        subject_id=test.pk,
        account_id=account_id,
        facts={
            "folio": test.document.folio,
            "serial": meter.serial,
            "verdict": test.get_verdict_display().lower(),
            "error": error,
        },
        at=at,
        by=by,
    )
    return test


def _standard(ruling: RulingTable, code: str) -> Standard:
    found = ruling.rules.standards.get(code)
    if found is None:
        raise BenchTestRefused("Elija la norma con la que se probó el medidor.")
    return found


def _refuse_blank(bench: str, tester: str, certificate: str) -> None:
    if not (bench.strip() and tester.strip() and certificate.strip()):
        raise BenchTestRefused("Escriba el banco, quién hizo la prueba y el folio del certificado.")


def _refuse_litres(standard: Standard, litres: Mapping[str, tuple[Decimal, Decimal]]) -> None:
    for flow in standard.flows:
        if flow.name not in litres:
            raise BenchTestRefused(f"Falta el flujo {flow.name}: la norma pide probar todos.")
        passed, registered = litres[flow.name]
        if passed <= 0 or registered < 0:
            raise BenchTestRefused(
                f"En {flow.name} los litros que pasaron son más de cero y los registrados no son negativos."
            )
        if registered > passed * 10:
            raise BenchTestRefused(
                f"En {flow.name} el medidor registró más de diez veces lo que pasó: revise las cifras."
            )


def _refuse_correction(meter: Meter, replaces: BenchTest | None, note: str) -> None:
    if replaces is None:
        return
    if replaces.meter_id != meter.pk:
        raise BenchTestRefused("La prueba que se corrige es de otro medidor.")
    if BenchTest.objects.filter(replaces=replaces).exists():
        raise BenchTestRefused(f"La prueba {replaces.document.folio} ya se había corregido: corrija la última.")
    if not note.strip():
        raise BenchTestRefused("Escriba por qué se corrige la prueba.")


def _account_of(meter: Meter) -> int | None:
    last = MeterInstallation.objects.filter(meter=meter).order_by("-removed_on", "-pk")
    current = MeterInstallation.objects.current().filter(meter=meter).order_by("pk")
    return current.values_list("account_id", flat=True).first() or last.values_list("account_id", flat=True).first()
