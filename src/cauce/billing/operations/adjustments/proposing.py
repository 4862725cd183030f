"""Proposing an adjustment: the bills, what each one should be, why, with what proof, and who decides it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import transaction

from cauce.billing.events import ADJUSTMENT_PROPOSED
from cauce.billing.models import AdjustedBill, Adjustment, AdjustmentFile, AdjustmentPolicy, Bill
from cauce.billing.operations.adjustments.metering import refuse_uneven_months, refuse_uneven_undo
from cauce.billing.operations.adjustments.refusals import AdjustmentRefused
from cauce.billing.operations.adjustments.steps import step_adjustment, tell_adjustment
from cauce.billing.queries.adjustments import (
    agreements_of_bills,
    facts_of_bill,
    level_for,
    policy_in_force,
    prepaid_bills,
    quote_of,
)
from cauce.billing.rules.adjustment_kinds import kind_rules
from cauce.billing.rules.adjustments import Corrected, Correction, CorrectionFault, Level
from cauce.core.clock import local_day
from cauce.core.es_mx import format_money, join_words
from cauce.core.money import ZERO
from cauce.documents.models import Document, StoredFile
from cauce.documents.operations import create_document
from cauce.ledger.operations import LONGEST_KEY, ROOM_FOR_PARTS, KeyTooLong, lock_accounts
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.users.roles import role_label

SERIES: Final = "AJ"
State = Adjustment.State


class Evidence(NamedTuple):
    """A file that proves an adjustment, and which of the papers that its policy asks for it is."""

    document_name: str
    file: StoredFile


class _Wanted(NamedTuple):
    """A bill to correct, what was asked and what it comes to."""

    bill: Bill
    asked: Correction
    corrected: Corrected


@transaction.atomic
def propose_adjustment(
    *,
    account: Account,
    kind: str,
    bills: Sequence[tuple[Bill, Correction]],
    reason: str,
    evidence: Sequence[Evidence],
    origin_kind: str = "",
    origin_id: int | None = None,
    at: datetime,
    by: User,
    key: str,
) -> Adjustment:
    """Propose to correct one or several bills of an account, by the policy in force of a kind; nothing moves yet.

    Each bill is priced again by its own law and the quote is kept with its proof. Idempotent by key.

    :raises AdjustmentRefused: if there is no reason or evidence is missing, a bill is of another account or holder, was
        replaced, is of a run not issued yet, is in an agreement, was paid ahead or has an adjustment under way, or what
        is asked cannot be.
    :raises LaterMonthCounts: if another month was counted from a reading that would change.
    :raises NoAdjustmentPolicy: if no policy of that kind rules.
    :raises OwnAccount: if who proposes is linked to the account.
    :raises KeyTooLong: if the key does not fit.
    :raises AccountBusy: if another session is working on the account.
    """
    repeated = _begin(account, key, by)
    if repeated is not None:
        return repeated
    policy = policy_in_force(kind, local_day(at))
    rules = kind_rules(policy.rules)
    _refuse_without_evidence(reason, evidence, rules.evidence)
    _refuse_bills(account, [bill for bill, _ in bills])
    try:
        wanted = [_Wanted(bill, asked, quote_of(bill, rules, asked)) for bill, asked in bills]
    except CorrectionFault as error:
        raise AdjustmentRefused(str(error)) from error
    refuse_uneven_months(account_id=account.pk, kind=rules, quotes=[(each.bill, each.corrected) for each in wanted])
    periods = [bill.period for bill, _ in bills]
    level = level_for(account, policy, periods=periods, difference=_difference(wanted), on=local_day(at))
    adjustment = _store(account, policy, wanted, reason, level, (origin_kind, origin_id), None, key, at, by)
    AdjustmentFile.objects.bulk_create(
        [
            AdjustmentFile(adjustment=adjustment, file=each.file, document_name=each.document_name[:120], at=at, by=by)
            for each in evidence
        ]
    )
    return adjustment


@transaction.atomic
def propose_undo(*, adjustment: Adjustment, reason: str, at: datetime, by: User, key: str) -> Adjustment:
    """Propose to leave the bills of an applied adjustment as they were, by another adjustment of the same level.

    Idempotent by key.

    :raises AdjustmentRefused: if it is not applied, it undoes another one, one of its bills was replaced since, or
        there is no reason.
    :raises LaterMonthCounts: if another month was counted since from a reading that would change.
    :raises OwnAccount: if who proposes is linked to the account.
    :raises KeyTooLong: if the key does not fit.
    :raises AccountBusy: if another session is working on the account.
    """
    repeated = _begin(adjustment.account, key, by)
    if repeated is not None:
        return repeated
    found = Adjustment.objects.select_related("document", "policy", "account").get(pk=adjustment.pk)
    if found.state != State.APPLIED:
        raise AdjustmentRefused(f"El ajuste {found.document.folio} no se ha aplicado: no hay nada que deshacer.")
    if found.undoes_id is not None:
        raise AdjustmentRefused("Un ajuste que deshace otro no se deshace: proponga un ajuste nuevo.")
    if not reason.strip():
        raise AdjustmentRefused("Escriba por qué se deshace el ajuste.")
    rows = list(found.bills.select_related("bill", "corrected__document").order_by("bill__period"))
    corrected = [row.corrected for row in rows if row.corrected is not None]
    _refuse_bills(found.account, corrected)
    refuse_uneven_undo(found, bills=corrected)
    wanted = [_Wanted(row.corrected, Correction(), _as_it_was(row.bill)) for row in rows if row.corrected is not None]
    level = Level(found.authoriser, found.needs_board, ())
    origin = (found.origin_kind, found.origin_id)
    return _store(found.account, found.policy, wanted, reason, level, origin, found, key, at, by)


def _begin(account: Account, key: str, by: User) -> Adjustment | None:
    """Hold the account; the adjustment that this key already proposed, if any."""
    if len(key) > LONGEST_KEY - ROOM_FOR_PARTS:
        raise KeyTooLong
    lock_accounts([account.pk])
    repeated = Adjustment.objects.filter(key=key).select_related("document", "policy").first()
    if repeated is None:
        refuse_own_account(by=by, account_ids=[account.pk], party_ids=[account.holder_id])
    return repeated


def _refuse_without_evidence(reason: str, evidence: Sequence[Evidence], demanded: Sequence[str]) -> None:
    if not reason.strip():
        raise AdjustmentRefused("Escriba por qué se ajusta.")
    given = {each.document_name for each in evidence}
    missing = [f"«{name}»" for name in demanded if name not in given]
    if missing:
        raise AdjustmentRefused(f"Falta adjuntar {join_words(missing)}: sin evidencia no se propone el ajuste.")


def refuse_moved_bills(bills: Collection[Bill], *, but: Adjustment | None = None) -> None:
    """Refuse bills that cannot be corrected now; ``but`` is the adjustment that has them.

    :raises AdjustmentRefused: if one was replaced, is of a run not issued, is in an agreement, was paid ahead with its
        discount, or is in another adjustment.
    """
    ids = [bill.pk for bill in bills]
    newer = Bill.objects.filter(replaces__in=ids).select_related("document", "replaces__document").first()
    if newer is not None:
        assert newer.replaces is not None
        raise AdjustmentRefused(
            f"El recibo {newer.replaces.document.folio} ya fue sustituido por el {newer.document.folio}: proponga el "
            "ajuste sobre ése."
        )
    open_now = AdjustedBill.objects.filter(bill__in=ids, is_open=True).exclude(adjustment=but)
    other = open_now.select_related("bill__document", "adjustment__document").first()
    if other is not None:
        raise AdjustmentRefused(
            f"El recibo {other.bill.document.folio} ya tiene en curso el ajuste {other.adjustment.document.folio}: "
            "espere a que se resuelva o retírelo."
        )
    for bill in bills:
        if bill.run is not None and bill.run.state != "ISSUED":
            raise AdjustmentRefused(
                f"La corrida de {bill.period:%m/%Y} todavía se está emitiendo: proponga el ajuste cuando termine."
            )
    for folio, agreement, is_over in agreements_of_bills(ids):
        raise AdjustmentRefused(
            f"El recibo {folio} se pagó con el convenio {agreement}, ya cumplido: lo que sobre se pide como devolución."
            if is_over
            else f"El adeudo del recibo {folio} está en el convenio {agreement}: cancele primero el convenio, proponga "
            "el ajuste y convenga de nuevo lo que quede."
        )
    for folio, prepayment, let_go in prepaid_bills(ids):
        raise AdjustmentRefused(
            f"El recibo {folio} es un mes del pago anticipado {prepayment} y se pagó con su descuento de "
            f"{format_money(let_go)}, que no se calcula de nuevo: no se ajusta. Lo que se haya cobrado de más se pide "
            "como devolución."
        )


def _refuse_bills(account: Account, bills: Sequence[Bill]) -> None:
    if not bills:
        raise AdjustmentRefused("Elija al menos un recibo para ajustarlo.")
    if len({bill.pk for bill in bills}) != len(bills):
        raise AdjustmentRefused("Cada recibo entra una sola vez en el ajuste.")
    if any(bill.account_id != account.pk for bill in bills):
        raise AdjustmentRefused("Los recibos de un ajuste son de una sola cuenta.")
    if len({bill.party_id for bill in bills}) > 1:
        raise AdjustmentRefused("Los recibos son de titulares distintos: proponga un ajuste por cada titular.")
    refuse_moved_bills(bills)


def _as_it_was(bill: Bill) -> Corrected:
    facts = facts_of_bill(bill)
    return Corrected(
        lines=facts.lines,
        proof=facts.proof,
        tariff_code=facts.tariff_code,
        m3=facts.m3,
        usage=facts.usage,
        is_estimated=bill.is_estimated,
        note="Como estaba antes del ajuste",
    )


def _difference(wanted: Sequence[_Wanted]) -> Decimal:
    return sum((each.corrected.total - each.bill.total for each in wanted), ZERO)


def _store(
    account: Account,
    policy: AdjustmentPolicy,
    wanted: Sequence[_Wanted],
    reason: str,
    level: Level,
    origin: tuple[str, int | None],
    undoes: Adjustment | None,
    key: str,
    at: datetime,
    by: User,
) -> Adjustment:
    document = create_document(kind=Document.Kind.ADJUSTMENT, series=SERIES, issued_on=local_day(at), at=at, by=by)
    adjustment = Adjustment.objects.create(
        document=document,
        key=key,
        account=account,
        policy=policy,
        state=State.PROPOSED,
        undoes=undoes,
        reason=reason.strip(),
        difference=_difference(wanted),
        authoriser=level.post,
        needs_board=level.needs_board,
        findings=[{"met": finding.met, "sentence": finding.sentence} for finding in level.findings],
        proposed_at=at,
        proposed_by=by,
        origin_kind=origin[0],
        origin_id=origin[1],
    )
    AdjustedBill.objects.bulk_create(
        [
            AdjustedBill(
                adjustment=adjustment,
                bill=each.bill,
                asked=each.asked.as_json(),
                quote=each.corrected.as_json(),
                before=each.bill.total,
                after=each.corrected.total,
            )
            for each in wanted
        ]
    )
    step_adjustment(adjustment, note=adjustment.reason, at=at, by=by)
    facts = {
        "what": "Deshacer otro" if undoes else policy.name,
        "authoriser": role_label(level.post),
        "reason": adjustment.reason,
    }
    tell_adjustment(adjustment, kind=ADJUSTMENT_PROPOSED, facts=facts, at=at, by=by)
    return adjustment
