"""Condonaciones of surcharges: asked for with a reason, decided by who reaches, written as an act of the ledger."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from cauce.agreements.events import WAIVER_APPLIED, WAIVER_REFUSED, WAIVER_REQUESTED
from cauce.agreements.models import SurchargeWaiver
from cauce.agreements.operations.refusals import WaiverRefused
from cauce.core.clock import local_day
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO, round_to_cents
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.models import Book, Reason
from cauce.ledger.operations import (
    LONGEST_KEY,
    ROOM_FOR_PARTS,
    KeyTooLong,
    accrue_surcharges,
    begin_posting,
    lock_accounts,
    write_allocations,
    write_transfers,
)
from cauce.ledger.queries import CollectionLaw, booking_day, collection_law, open_charges
from cauce.ledger.rules import Allotment, Entry, OpenCharge
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.tariffs.rules.values import SURCHARGE
from cauce.users.models import User
from cauce.users.queries import has_power, posts_of
from cauce.users.roles import role_label

SERIES = "COND"
WAIVE = "condonar_recargos"
COLLECTS = "cashier.take_payment"
State = SurchargeWaiver.State


@transaction.atomic
def request_waiver(
    *, account: Account, amount: Decimal, reason: str, at: datetime, by: User, key: str
) -> SurchargeWaiver:
    """Ask that pesos of an account's surcharges are no longer owed, the oldest first.

    Within what the post of who asks may waive it is applied at once; above it, it waits for the post that may.
    Idempotent by key.

    :raises WaiverRefused: if there is no reason, it is more than is owed of surcharges, nobody may waive it, or who
        asks collects money.
    :raises OwnAccount: if who asks is linked to the account.
    :raises KeyTooLong: if the key does not fit.
    :raises AccountBusy: if another session is working on the account.
    """
    if len(key) > LONGEST_KEY - ROOM_FOR_PARTS:
        raise KeyTooLong
    lock_accounts([account.pk])
    repeated = SurchargeWaiver.objects.filter(key=key).select_related("document").first()
    if repeated is not None:
        return repeated
    _refuse_collector(by, local_day(at))
    refuse_own_account(by=by, account_ids=[account.pk], party_ids=[account.holder_id])
    if not reason.strip():
        raise WaiverRefused("Escriba por qué se condonan los recargos.")
    if not amount.is_finite() or amount <= 0 or amount != round_to_cents(amount):
        raise WaiverRefused("Escriba cuántos pesos se condonan, mayores que cero.")
    today = local_day(at)
    law = collection_law(today)
    accrue_surcharges(account_ids=[account.pk], to=today, rule=law.surcharges, key=f"{key}/recargos", at=at, by=by)
    _refuse_more_than_owed(account, amount)
    authoriser = _authoriser(amount, law, by, today)
    waiver = SurchargeWaiver.objects.create(
        document=create_document(kind=Document.Kind.WAIVER, series=SERIES, issued_on=today, at=at, by=by),
        key=key,
        account=account,
        state=State.REQUESTED,
        amount=amount,
        reason=reason.strip(),
        authoriser=authoriser,
        asked_at=at,
        asked_by=by,
    )
    if _reaches(amount, law, by, today):
        return _apply(waiver, "", at, by)
    _tell(WAIVER_REQUESTED, waiver, at, by, authoriser=role_label(authoriser), reason=waiver.reason)
    return waiver


@transaction.atomic
def decide_waiver(*, waiver: SurchargeWaiver, is_granted: bool, note: str, at: datetime, by: User) -> SurchargeWaiver:
    """Grant or refuse a waiver that waits. Idempotent for who decided the same.

    :raises WaiverRefused: if the post of who decides does not reach, it is who asked, who collects money, the debt no
        longer holds those surcharges, it was decided otherwise, or it is refused without saying why.
    :raises OwnAccount: if who decides is linked to the account.
    :raises AccountBusy: if another session is working on the account.
    """
    lock_accounts([waiver.account_id])
    SurchargeWaiver.objects.select_for_update(no_key=True).get(pk=waiver.pk)
    found = SurchargeWaiver.objects.select_related("document", "account").get(pk=waiver.pk)
    wanted = State.APPLIED if is_granted else State.REFUSED
    if found.state == wanted and found.decided_by_id == by.pk:
        return found
    if found.state != State.REQUESTED:
        raise WaiverRefused(f"La condonación {found.document.folio} ya se resolvió; actualice la página.")
    _refuse_collector(by, local_day(at))
    refuse_own_account(by=by, account_ids=[found.account_id], party_ids=[found.account.holder_id])
    if found.asked_by_id == by.pk:
        raise WaiverRefused("Quien pide la condonación no la resuelve; pida que la resuelva otra persona.")
    law = collection_law(local_day(at))
    if not _reaches(found.amount, law, by, local_day(at)):
        raise WaiverRefused(f"Esta condonación la autoriza: {role_label(found.authoriser)}.")
    if is_granted:
        _refuse_more_than_owed(found.account, found.amount)
        return _apply(found, note, at, by)
    if not note.strip():
        raise WaiverRefused("Escriba por qué se niega la condonación.")
    found.state, found.decided_at, found.decided_by, found.decision_note = State.REFUSED, at, by, note.strip()
    found.save(update_fields=["state", "decided_at", "decided_by", "decision_note"])
    _tell(WAIVER_REFUSED, found, at, by, note=note.strip())
    return found


def _refuse_collector(by: User, on: date) -> None:
    if has_power(by, COLLECTS, on) and not by.is_superuser:
        raise WaiverRefused("Quien cobra no condona; pida que lo haga el Coordinador o el Jefe de Comercialización.")


def _surcharges_of(account: Account) -> list[OpenCharge]:
    owed = open_charges([account.pk]).get(account.pk, ())
    return [
        charge
        for charge in sorted(owed, key=lambda charge: (charge.due_on, charge.id))
        if charge.concept == SURCHARGE and charge.book == Book.RECEIVABLE and charge.party_id == account.holder_id
    ]


def _refuse_more_than_owed(account: Account, amount: Decimal) -> None:
    owed = sum((charge.pending for charge in _surcharges_of(account)), ZERO)
    if amount > owed:
        raise WaiverRefused(f"La cuenta debe {format_money(owed)} de recargos: no se condona más que eso.")


def _authoriser(amount: Decimal, law: CollectionLaw, by: User, on: date) -> str:
    """The lowest post that reaches the amount; the law's page lists them from the lowest."""
    limits = law.desk.limits.get(WAIVE, {})
    able = [post for post, limit in limits.items() if limit is None or amount <= limit]
    if not able:
        raise WaiverRefused(
            "La ley en vigor no dice quién condona recargos por ese importe; revise los límites de autorización."
        )
    own = posts_of(by, on)
    return next((post for post in able if post in own), able[0])


def _reaches(amount: Decimal, law: CollectionLaw, by: User, on: date) -> bool:
    limits = law.desk.limits.get(WAIVE, {})
    if by.is_system:
        return True
    return any(limits[post] is None or amount <= (limits[post] or ZERO) for post in posts_of(by, on) & limits.keys())


def _apply(waiver: SurchargeWaiver, note: str, at: datetime, by: User) -> SurchargeWaiver:
    """Write the waiver in the ledger: what was owed of surcharges is settled by nobody's money."""
    account = waiver.account
    today = local_day(at)
    posting, _ = begin_posting(
        operation="waive_surcharges",
        key=f"condonacion-{waiver.pk}",
        body={"waiver": waiver.pk, "amount": f"{waiver.amount:.2f}"},
        at=at,
        by=by,
    )
    entry = Entry(
        debit_book=Book.DISCOUNTS,
        credit_book=Book.RECEIVABLE,
        concept=SURCHARGE,
        amount=waiver.amount,
        effective_on=today,
        reason=Reason.WAIVER,
        party_id=account.holder_id,
        account_id=account.pk,
        document_id=waiver.document_id,
    )
    [credit] = write_transfers(posting=posting, entries=[entry], booked_on=booking_day(at))
    left = waiver.amount
    allotments = []
    for charge in _surcharges_of(account):
        part = min(left, charge.pending)
        if part > 0:
            allotments.append(Allotment(credit, charge.id, part, today))
            left -= part
    write_allocations(posting=posting, allotments=allotments)
    waiver.state, waiver.posting = State.APPLIED, posting
    waiver.decided_at, waiver.decided_by, waiver.decision_note = at, by, note.strip()
    waiver.save(update_fields=["state", "posting", "decided_at", "decided_by", "decision_note"])
    _tell(WAIVER_APPLIED, waiver, at, by, reason=waiver.reason)
    return waiver


def _tell(kind: EventKind, waiver: SurchargeWaiver, at: datetime, by: User, **facts: object) -> None:
    publish(
        kind,
        subject_kind="SurchargeWaiver",
        subject_id=waiver.pk,
        account_id=waiver.account_id,
        facts={"folio": waiver.document.folio, "amount": format_money(waiver.amount), **facts},
        at=at,
        by=by,
    )
