"""Signing: the debt moves to the agreements' book, instalment by instalment, and its notes enter the auxiliar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cauce.agreements.events import AGREEMENT_IN_FORCE, AGREEMENT_RESTRUCTURED, AGREEMENT_SIGNED
from cauce.agreements.models import AgreedDebt, NoteAct, NoteCharge, PaymentAgreement, PromissoryNote
from cauce.agreements.operations.proposing import terms_of
from cauce.agreements.operations.refusals import AgreementDebtChanged
from cauce.agreements.operations.steps import hold_agreement, note_act, step_agreement
from cauce.agreements.operations.unwinding import unwind
from cauce.agreements.queries import AgreedPart, Quote, quote_agreement
from cauce.core.clock import local_day
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.events.operations import publish
from cauce.ledger.models import Book, Posting, Reason
from cauce.ledger.operations import accrue_surcharges, begin_posting, lock_accounts, write_allocations, write_transfers
from cauce.ledger.queries import booking_day, collection_law
from cauce.ledger.rules import AGREEMENT_INTEREST, INSTALMENT, Allotment, Entry
from cauce.registry.operations import refuse_own_account
from cauce.tariffs.rules.values import SURCHARGE, VAT
from cauce.users.models import User

State = PaymentAgreement.State


@dataclass(slots=True)
class _Movement:
    """What signing writes in the ledger, and which entry is which part of which note."""

    entries: list[Entry] = field(default_factory=list)
    allotments: list[Allotment] = field(default_factory=list)
    parts: list[tuple[PromissoryNote, NoteCharge.Part, int]] = field(default_factory=list)

    def add(self, entry: Entry, charges: Iterator[tuple[int, Decimal]] | None = None) -> int:
        """Add an entry and, of what its credit settles, as much as it holds."""
        place = len(self.entries)
        self.entries.append(entry)
        if charges is not None:
            self.allotments += [
                Allotment(place, charge_id, amount, entry.effective_on) for charge_id, amount in charges
            ]
        return place


@transaction.atomic
def sign_agreement(*, agreement: PaymentAgreement, at: datetime, by: User, key: str) -> PaymentAgreement:
    """Record that the debtor signed the agreement and its notes, on the day they were prepared for.

    What the notes promise leaves the account's debt for the agreements' book, with one charge for each part of each
    note, and what was waived is let go; what the down payment covers stays where it was, to be paid at a desk. It is in
    force at once without a down payment, and otherwise when it comes. What it restructures is undone in the same act,
    and its notes are replaced. Idempotent by key.

    :raises AgreementNotReady: if it is not prepared.
    :raises AgreementDebtChanged: if what is owed is not what it says, or it is of another day.
    :raises OwnAccount: if who signs it for the utility is linked to the account or to who signs.
    :raises KeyReused: if the key was used for something else; nothing is written.
    :raises AccountBusy: if another session is working on the account.
    """
    lock_accounts([agreement.account_id])
    body = {"agreement": agreement.pk}
    posting, is_new = begin_posting(operation="sign_agreement", key=key, body=body, at=at, by=by)
    if not is_new:
        return PaymentAgreement.objects.get(pk=agreement.pk)
    found = hold_agreement(agreement, expected=[State.PREPARED], act="firmar")
    refuse_own_account(by=by, account_ids=[found.account_id], party_ids=[found.debtor_id, found.obligor_id])
    today = local_day(at)
    folio = found.document.folio
    if found.as_of != today:
        raise AgreementDebtChanged(folio)
    replaced = found.restructures
    if replaced is not None:
        unwind(
            replaced,
            to=State.RESTRUCTURED,
            ends_notes=PromissoryNote.State.REPLACED,
            reason=f"Reestructurado con el convenio {folio}",
            key=f"{key}/reestructura",
            at=at,
            by=by,
        )
    quote = _quote_now(found, key=key, at=at, by=by)
    notes = list(found.notes.select_related("instalment").order_by("number"))
    if not _is_what_it_says(quote, found, notes):
        raise AgreementDebtChanged(folio)
    found.posting, found.signed_at, found.signed_by = posting, at, by
    _move(found, quote.parts, notes, posting, at=at, by=by)
    waits = any(part.down > 0 for part in quote.parts)
    step_agreement(
        found,
        to=State.SIGNED if waits else State.IN_FORCE,
        also=["posting", "signed_at", "signed_by"],
        at=at,
        by=by,
    )
    _tell(found, replaced, len(notes), is_in_force=not waits, at=at, by=by)
    return found


def _quote_now(agreement: PaymentAgreement, *, key: str, at: datetime, by: User) -> Quote:
    today = local_day(at)
    law = collection_law(today)
    accrue_surcharges(
        account_ids=[agreement.account_id], to=today, rule=law.surcharges, key=f"{key}/recargos", at=at, by=by
    )
    return quote_agreement(
        agreement.account,
        on=today,
        terms=terms_of(agreement),
        post=agreement.authoriser,
        law=law,
        restructures=agreement.restructures,
    )


def _is_what_it_says(quote: Quote, agreement: PaymentAgreement, notes: Sequence[PromissoryNote]) -> bool:
    """Whether the papers that were printed still say what is owed, to the centavo and to the day."""
    planned = [
        (each.number, each.due_on, each.principal, vat, each.interest)
        for each, vat in zip(quote.planned, quote.vats, strict=True)
    ]
    printed = [
        (note.number, note.due_on, note.instalment.principal, note.instalment.vat, note.instalment.interest)
        for note in notes
    ]
    return not quote.fault and quote.debt == agreement.debt and planned == printed


def _move(
    agreement: PaymentAgreement,
    parts: Sequence[AgreedPart],
    notes: Sequence[PromissoryNote],
    posting: Posting,
    *,
    at: datetime,
    by: User,
) -> None:
    """Write the signing in the ledger, and which charge is which part of each note."""
    today = local_day(at)
    booked_on = booking_day(at)
    movement = _Movement()
    _waive(movement, agreement, parts)
    principal = _Purse([(part.charge.id, part.financed) for part in parts if part.charge.concept != VAT])
    vat = _Purse([(part.charge.id, part.financed) for part in parts if part.charge.concept == VAT])
    for note in notes:
        each = note.instalment

        def charge(
            amount: Decimal, concept: str, credit_book: Book, reason: Reason, note: PromissoryNote = note
        ) -> Entry:
            is_interest = concept == AGREEMENT_INTEREST
            return Entry(
                debit_book=Book.AGREEMENT,
                credit_book=credit_book,
                concept=concept,
                amount=amount,
                effective_on=note.instalment.starts_on if is_interest else today,
                reason=reason,
                party_id=agreement.debtor_id,
                account_id=agreement.account_id,
                due_on=note.due_on,
                document_id=note.pk,
            )

        if each.interest > 0:
            place = movement.add(charge(each.interest, AGREEMENT_INTEREST, Book.REVENUE, Reason.AGREEMENT_INTEREST))
            movement.parts.append((note, NoteCharge.Part.INTEREST, place))
        if each.vat > 0:
            place = movement.add(charge(each.vat, VAT, Book.RECEIVABLE, Reason.AGREEMENT), vat.take(each.vat))
            movement.parts.append((note, NoteCharge.Part.VAT, place))
        rest = each.principal - each.vat
        if rest > 0:
            place = movement.add(charge(rest, INSTALMENT, Book.RECEIVABLE, Reason.AGREEMENT), principal.take(rest))
            movement.parts.append((note, NoteCharge.Part.PRINCIPAL, place))
    ids = write_transfers(posting=posting, entries=movement.entries, booked_on=booked_on)
    write_allocations(
        posting=posting, allotments=[each._replace(credit=ids[each.credit]) for each in movement.allotments]
    )
    NoteCharge.objects.bulk_create(
        [NoteCharge(note=note, part=part, charge_id=ids[place]) for note, part, place in movement.parts]
    )
    AgreedDebt.objects.bulk_create(
        [
            AgreedDebt(
                agreement=agreement,
                charge_id=part.charge.id,
                pending=part.charge.pending,
                down=part.down,
                financed=part.financed,
                waived=part.waived,
            )
            for part in parts
        ]
    )
    for note in notes:
        note.state, note.signed_on = PromissoryNote.State.SIGNED, today
    PromissoryNote.objects.bulk_update(notes, ["state", "signed_on"])
    NoteAct.objects.bulk_create(
        [
            note_act(
                note,
                kind=NoteAct.Kind.SIGNED,
                amount=note.face,
                whole=True,
                booked_on=booked_on,
                posting=posting,
                at=at,
                by=by,
            )
            for note in notes
        ]
    )


def _waive(movement: _Movement, agreement: PaymentAgreement, parts: Sequence[AgreedPart]) -> None:
    waived = [(part.charge.id, part.waived) for part in parts if part.waived > 0]
    if waived:
        movement.add(
            Entry(
                debit_book=Book.DISCOUNTS,
                credit_book=Book.RECEIVABLE,
                concept=SURCHARGE,
                amount=sum((amount for _, amount in waived), ZERO),
                effective_on=agreement.as_of,
                reason=Reason.WAIVER,
                party_id=agreement.debtor_id,
                account_id=agreement.account_id,
                document_id=agreement.pk,
            ),
            iter(waived),
        )


class _Purse:
    """Charges to settle, taken in order as each credit comes."""

    def __init__(self, charges: Sequence[tuple[int, Decimal]]) -> None:
        self._left = [(charge_id, amount) for charge_id, amount in charges if amount > 0]

    def take(self, amount: Decimal) -> Iterator[tuple[int, Decimal]]:
        """As many charges as ``amount`` settles.

        :raises ValueError: if there are not enough.
        """
        while amount > 0:
            if not self._left:
                raise ValueError("the notes promise more than the debt holds")
            charge_id, held = self._left[0]
            taken = min(held, amount)
            yield charge_id, taken
            amount -= taken
            if taken == held:
                del self._left[0]
            else:
                self._left[0] = (charge_id, held - taken)


def _tell(
    agreement: PaymentAgreement,
    replaced: PaymentAgreement | None,
    count: int,
    *,
    is_in_force: bool,
    at: datetime,
    by: User,
) -> None:
    folio = agreement.document.folio
    about = {"subject_kind": "PaymentAgreement", "subject_id": agreement.pk, "account_id": agreement.account_id}
    if replaced is not None:
        publish(
            AGREEMENT_RESTRUCTURED,
            subject_kind="PaymentAgreement",
            subject_id=replaced.pk,
            account_id=agreement.account_id,
            facts={"folio": replaced.document.folio, "new_folio": folio},
            at=at,
            by=by,
        )
    publish(
        AGREEMENT_SIGNED,
        **about,
        facts={
            "obligor": agreement.obligor.name,
            "folio": folio,
            "financed": format_money(agreement.financed + agreement.interest),
            "count": count,
        },
        at=at,
        by=by,
    )
    if is_in_force:
        publish(AGREEMENT_IN_FORCE, **about, facts={"folio": folio}, at=at, by=by)
