"""Proposing that meters be changed, and deciding it: another person approves, and the orders follow."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import format_money, format_quantity
from cauce.core.money import ZERO
from cauce.core.periods import period_of
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.metering.events import (
    REPLACEMENT_APPROVED,
    REPLACEMENT_PROPOSED,
    REPLACEMENT_REFUSED,
    REPLACEMENT_WITHDRAWN,
)
from cauce.metering.models import BenchTest, Meter, ParkMeter, ReplacementLine, ReplacementProposal
from cauce.metering.operations.park.refusals import ParkNotKnown, ReplacementNotReady, ReplacementRefused
from cauce.metering.queries.park import ParkPricer, meters_in_place, park_table_on
from cauce.metering.rules.park import failed_test_reason, payback_months, reasons_kept
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

SERIES = "RM"
MOST_METERS = 500
State = ReplacementProposal.State


@transaction.atomic
def propose_replacement(
    *, meters: Sequence[Meter], reason: str, at: datetime, by: User, key: str
) -> ReplacementProposal:
    """Propose to change some meters in place, with what is known of each one now. Idempotent by key.

    What each one misses and pays is the park's of the last day, and its bench test's when it failed since.

    :raises ParkNotKnown: if there is no table of the park, or a meter is not in the park that was taken.
    :raises ReplacementRefused: if there are none or too many, one is not in place or waits in another proposal, or it
        is not said why.
    :raises OwnAccount: if who proposes is linked to one of the accounts.
    """
    # Held by id: two proposals with one meter in common go one after the other.
    ids = sorted({meter.pk for meter in meters})
    list(Meter.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    known = ReplacementProposal.objects.select_related("document").filter(key=key).first()
    if known is not None:
        return known
    if not ids:
        raise ReplacementRefused("Elija al menos un medidor de la lista.")
    if len(ids) > MOST_METERS:
        raise ReplacementRefused(f"Una propuesta lleva hasta {MOST_METERS} medidores: haga varias.")
    if not reason.strip():
        raise ReplacementRefused("Escriba por qué se propone el reemplazo.")
    ruling = park_table_on(local_day(at))
    if ruling is None:
        raise ParkNotKnown(
            "No hay tabla del parque de medidores vigente: pida a Informática que cargue la de la oficina."
        )
    parked = _parked(ids)
    refuse_own_account(by=by, account_ids=[each.account_id for each in parked if each.account_id is not None])
    lines = [_line(each) for each in _with_failed_tests(parked, at)]
    lines.sort(key=lambda line: (-line.pesos_a_year, -line.expected_m3, line.installation_id))
    cost, pesos = sum((line.cost for line in lines), ZERO), sum((line.pesos_a_year for line in lines), ZERO)
    proposal = ReplacementProposal.objects.create(
        document=create_document(kind=Document.Kind.REPLACEMENT, series=SERIES, issued_on=local_day(at), at=at, by=by),
        key=key,
        reason=reason.strip(),
        table=ruling.table,
        meters=len(lines),
        expected_m3=sum((line.expected_m3 for line in lines), ZERO),
        pesos_a_year=pesos,
        cost=cost,
        payback_months=payback_months(cost, pesos),
        proposed_at=at,
        proposed_by=by,
    )
    for place, line in enumerate(lines, 1):
        line.proposal, line.place = proposal, place
    try:
        with transaction.atomic():
            ReplacementLine.objects.bulk_create(lines)
    except IntegrityError as error:
        raise ReplacementRefused("Uno de los medidores ya está en otra propuesta: actualice la lista.") from error
    _tell(
        proposal,
        REPLACEMENT_PROPOSED,
        {
            "meters": format_quantity(proposal.meters),
            "cost": format_money(cost),
            "m3": format_quantity(proposal.expected_m3),
        },
        at,
        by,
    )
    return proposal


@transaction.atomic
def approve_replacement(
    *, proposal: ReplacementProposal, note: str = "", at: datetime, by: User
) -> ReplacementProposal:
    """Approve a proposal: the orders of change are given by the reaction of its event. Idempotent for who approved it.

    :raises ReplacementNotReady: if it does not wait to be decided.
    :raises ReplacementRefused: if who approves proposed it.
    :raises OwnAccount: if who approves is linked to one of its accounts.
    """
    found = _hold(proposal)
    if found.state == State.APPROVED and found.decided_by_id == by.pk:
        return found
    _refuse_decider(found, by)
    _decide(found, State.APPROVED, note, at, by)
    facts = {"meters": format_quantity(found.meters), "note": found.decision_note or "sin observaciones."}
    _tell(found, REPLACEMENT_APPROVED, facts, at, by)
    return found


@transaction.atomic
def refuse_replacement(*, proposal: ReplacementProposal, note: str, at: datetime, by: User) -> ReplacementProposal:
    """Refuse a proposal, saying why: its meters may be proposed again. Idempotent for who refused it.

    :raises ReplacementNotReady: if it does not wait to be decided.
    :raises ReplacementRefused: if who refuses proposed it, or it does not say why.
    :raises OwnAccount: if who refuses is linked to one of its accounts.
    """
    found = _hold(proposal)
    if found.state == State.REFUSED and found.decided_by_id == by.pk:
        return found
    _refuse_decider(found, by)
    if not note.strip():
        raise ReplacementRefused("Escriba por qué se niega la propuesta.")
    _decide(found, State.REFUSED, note, at, by)
    _tell(found, REPLACEMENT_REFUSED, {"note": found.decision_note}, at, by)
    return found


@transaction.atomic
def withdraw_replacement(*, proposal: ReplacementProposal, note: str, at: datetime, by: User) -> ReplacementProposal:
    """Take back a proposal that nobody decided, saying why. Idempotent.

    :raises ReplacementNotReady: if it was decided.
    :raises ReplacementRefused: if it does not say why.
    """
    found = _hold(proposal)
    if found.state == State.WITHDRAWN:
        return found
    _refuse_decided(found)
    if not note.strip():
        raise ReplacementRefused("Escriba por qué se retira la propuesta.")
    _decide(found, State.WITHDRAWN, note, at, by)
    _tell(found, REPLACEMENT_WITHDRAWN, {"note": found.decision_note}, at, by)
    return found


def _parked(ids: Sequence[int]) -> list[ParkMeter]:
    parked = list(ParkMeter.objects.filter(meter__in=ids).select_related("meter", "installation"))
    if len(parked) < len(ids):
        raise ParkNotKnown(
            "Uno de los medidores no está en el parque calculado: vuelva a calcularlo y repita la propuesta."
        )
    gone = [each for each in parked if each.installation is None or each.installation.removed_on is not None]
    if gone:
        raise ReplacementRefused(f"El medidor {gone[0].meter.serial} ya no está instalado: quítelo de la propuesta.")
    waiting = ReplacementLine.objects.filter(is_open=True, installation__in=[each.installation_id for each in parked])
    first = waiting.select_related("proposal__document", "installation__meter").first()
    if first is not None:
        raise ReplacementRefused(
            f"El medidor {first.installation.meter.serial} ya está en la propuesta {first.proposal.document.folio}."
        )
    return parked


def _with_failed_tests(parked: Sequence[ParkMeter], at: datetime) -> list[ParkMeter]:
    """The same meters, each with the test that it failed after the park was taken, if there is one."""
    standing = BenchTest.objects.filter(meter__in=[each.meter_id for each in parked], replaced_by=None)
    last = {test.meter_id: test for test in standing.order_by("tested_on", "pk")}
    told = {each.meter_id for each in parked if any(reason["code"] == "TEST" for reason in each.reasons)}
    failed = {
        meter_id: test
        for meter_id, test in last.items()
        if test.verdict == BenchTest.Verdict.FAILED and meter_id not in told
    }
    if not failed:
        return list(parked)
    day = local_day(at)
    pricer = ParkPricer(period_of(day))
    installations = [each.installation_id for each in parked if each.meter_id in failed and each.installation_id]
    facts = {meter.meter_id: meter for meter in meters_in_place(day, installations)}
    for each in parked:
        if each.meter_id not in failed:
            continue
        counted = each.recent_m3 or each.base_m3 or ZERO
        reason = failed_test_reason(failed[each.meter_id].usual_error, counted)
        each.reasons = [*each.reasons, *reasons_kept([reason])]
        if reason.expected_m3 > each.expected_m3 and each.meter_id in facts:
            each.expected_m3 = reason.expected_m3
            each.pesos_a_year = pricer.pesos_a_month(facts[each.meter_id], counted, reason.expected_m3) * 12
            each.payback_months = payback_months(each.cost, each.pesos_a_year)
    return list(parked)


def _line(each: ParkMeter) -> ReplacementLine:
    assert each.account_id is not None
    return ReplacementLine(
        installation=each.installation,
        account_id=each.account_id,
        reasons=each.reasons,
        before_m3=each.recent_m3 or ZERO,
        expected_m3=each.expected_m3,
        pesos_a_year=each.pesos_a_year,
        cost=each.cost,
        payback_months=each.payback_months,
    )


def _hold(proposal: ReplacementProposal) -> ReplacementProposal:
    ReplacementProposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    return ReplacementProposal.objects.select_related("document").get(pk=proposal.pk)


def _refuse_decided(proposal: ReplacementProposal) -> None:
    if proposal.state != State.PROPOSED:
        raise ReplacementNotReady(
            f"La propuesta {proposal.document.folio} ya está «{proposal.get_state_display().lower()}»: "
            "actualice la página."
        )


def _refuse_decider(proposal: ReplacementProposal, by: User) -> None:
    _refuse_decided(proposal)
    if proposal.proposed_by_id == by.pk:
        raise ReplacementRefused("Quien propone el reemplazo no lo resuelve; pida que lo resuelva otra persona.")
    refuse_own_account(by=by, account_ids=list(proposal.lines.values_list("account_id", flat=True)))


def _decide(proposal: ReplacementProposal, state: ReplacementProposal.State, note: str, at: datetime, by: User) -> None:
    proposal.state, proposal.decided_at, proposal.decided_by, proposal.decision_note = state, at, by, note.strip()
    proposal.save(update_fields=["state", "decided_at", "decided_by", "decision_note"])
    if state != State.APPROVED:
        proposal.lines.update(is_open=False)


def _tell(proposal: ReplacementProposal, kind: EventKind, facts: dict[str, str], at: datetime, by: User) -> None:
    publish(
        kind,
        subject_kind="ReplacementProposal",
        subject_id=proposal.pk,
        facts={"folio": proposal.document.folio, **facts},
        at=at,
        by=by,
    )
