"""An agreement moves a debt to its notes, and back, to the centavo."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.agreements.models import NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations import (
    AgreementDebtChanged,
    AgreementNotReady,
    AgreementRefused,
    authorise_agreement,
    break_agreements,
    cancel_agreement,
    mark_overdue_notes,
    prepare_agreement,
    propose_agreement,
    refuse_agreement,
    sign_agreement,
    withdraw_agreement,
)
from cauce.agreements.queries import live_agreement, note_balances
from cauce.agreements.rules import Terms
from cauce.cashier.models import CashSession
from cauce.cashier.operations import reverse_payment
from cauce.ledger.models import Book
from cauce.ledger.operations import KeyReused, accrue_surcharges
from cauce.ledger.queries import CollectionLaw, balance
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.agreements.debtors import in_auxiliar, in_book, notes_of, owe_months, pay, picture

pytestmark = pytest.mark.django_db
State = PaymentAgreement.State
TERMS = Terms(down_payment=Decimal("150.00"), instalments=3)


def nothing_is_broken() -> None:
    assert [(check.name, check.sample) for check in verify() if check.broken] == []
    assert in_book(Book.AGREEMENT) == in_auxiliar()


@pytest.fixture
def proposed(debtor: Account, coordinator: User, at: datetime) -> PaymentAgreement:
    return propose_agreement(account=debtor, terms=TERMS, at=at, by=coordinator, key="convenio")


@pytest.fixture
def signed(proposed: PaymentAgreement, coordinator: User, at: datetime) -> PaymentAgreement:
    return sign_agreement(agreement=proposed, at=at, by=coordinator, key="firma")


def test_three_months_are_prepared_by_the_coordinator_and_every_note_has_its_folio(
    proposed: PaymentAgreement, debtor: Account
) -> None:
    notes = notes_of(proposed)

    assert proposed.state == State.PREPARED
    assert proposed.months == 3
    assert proposed.debt == balance(debtor.pk)
    assert [note.document.folio for note in notes] == ["PAG-000001", "PAG-000002", "PAG-000003"]
    assert sum(note.face for note in notes) == proposed.financed + proposed.interest
    assert proposed.debt == proposed.down_payment + proposed.financed
    assert [note.due_on for note in notes] == [date(2026, 11, 20), date(2026, 12, 21), date(2027, 1, 20)]
    assert notes[0].in_words.endswith("M.N.")


def test_signing_moves_the_debt_to_the_notes_and_leaves_the_down_payment_to_be_paid(
    signed: PaymentAgreement, debtor: Account
) -> None:
    owed = balance(debtor.pk)

    assert signed.state == State.SIGNED
    assert in_book(Book.AGREEMENT) == signed.financed + signed.interest
    assert owed == signed.debt + signed.interest
    assert {note.state for note in notes_of(signed)} == {PromissoryNote.State.SIGNED}
    nothing_is_broken()


def test_signing_twice_with_one_key_signs_once(signed: PaymentAgreement, coordinator: User, at: datetime) -> None:
    again = sign_agreement(agreement=signed, at=at, by=coordinator, key="firma")

    assert again.pk == signed.pk
    assert NoteAct.objects.filter(kind=NoteAct.Kind.SIGNED).count() == 3
    with pytest.raises(KeyReused):
        sign_agreement(agreement=_another(signed), at=at, by=coordinator, key="firma")


def _another(agreement: PaymentAgreement) -> PaymentAgreement:
    return PaymentAgreement(pk=agreement.pk + 1, account_id=agreement.account_id)


def test_the_down_payment_puts_it_in_force_in_the_same_transaction(
    signed: PaymentAgreement, debtor: Account, session: CashSession, cashier: User, at: datetime
) -> None:
    pay(debtor, "149.99", session, at=at, by=cashier, key="a")
    assert live_agreement(debtor.pk).state == State.SIGNED
    pay(debtor, "0.01", session, at=at, by=cashier, key="b")
    assert live_agreement(debtor.pk).state == State.IN_FORCE
    nothing_is_broken()


def test_undoing_the_down_payment_takes_it_out_of_force(
    signed: PaymentAgreement, debtor: Account, session: CashSession, cashier: User, supervisor: User, at: datetime
) -> None:
    payment = pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    reverse_payment(payment=payment, session=session, reason="Se equivocó", at=at, by=supervisor, key="r")

    assert live_agreement(debtor.pk).state == State.SIGNED
    nothing_is_broken()


def test_paying_a_note_settles_it_in_the_same_transaction_and_partial_payments_are_noted(
    signed: PaymentAgreement, debtor: Account, session: CashSession, cashier: User, at: datetime
) -> None:
    pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    first = notes_of(signed)[0]
    late = at + timedelta(days=31)
    pay(debtor, "100.00", session, at=at, by=cashier, key="b", note=first)
    assert notes_of(signed)[0].state == PromissoryNote.State.SIGNED
    assert note_balances([first.pk])[first.pk].total == first.face - 100
    pay(debtor, first.face - 100, session, at=at, by=cashier, key="c", note=first)

    assert notes_of(signed)[0].state == PromissoryNote.State.PAID
    acts = NoteAct.objects.filter(note=first, kind=NoteAct.Kind.PAID).order_by("pk")
    assert [(act.amount, act.whole) for act in acts] == [(Decimal("100.00"), False), (first.face - 100, True)]
    assert late > at
    nothing_is_broken()


def test_a_note_paid_before_its_month_begins_bears_no_interest(
    signed: PaymentAgreement, debtor: Account, session: CashSession, cashier: User, at: datetime
) -> None:
    pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    last = notes_of(signed)[2]
    assert last.instalment.interest > 0
    pay(debtor, last.instalment.principal, session, at=at, by=cashier, key="b", note=last)

    assert notes_of(signed)[2].state == PromissoryNote.State.PAID
    assert note_balances([last.pk])[last.pk].total == 0
    forgiven = NoteAct.objects.get(note=last, kind=NoteAct.Kind.FORGIVEN)
    assert forgiven.amount == last.instalment.interest
    nothing_is_broken()


def test_undoing_an_early_payment_charges_the_interest_again(
    signed: PaymentAgreement, debtor: Account, session: CashSession, cashier: User, supervisor: User, at: datetime
) -> None:
    pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    before = picture(debtor)
    last = notes_of(signed)[2]
    payment = pay(debtor, last.instalment.principal, session, at=at, by=cashier, key="b", note=last)
    reverse_payment(payment=payment, session=session, reason="Era otra cuenta", at=at, by=supervisor, key="r")

    assert picture(debtor) == before
    assert notes_of(signed)[2].state == PromissoryNote.State.SIGNED
    nothing_is_broken()


def test_paying_every_note_keeps_the_agreement(
    signed: PaymentAgreement, debtor: Account, session: CashSession, cashier: User, at: datetime
) -> None:
    pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    for note in notes_of(signed):
        owed = note_balances([note.pk])[note.pk].payoff(at.date())
        pay(debtor, owed, session, at=at, by=cashier, key=f"n{note.number}", note=note)

    assert PaymentAgreement.objects.get(pk=signed.pk).state == State.KEPT
    assert balance(debtor.pk) == 0
    nothing_is_broken()


def test_cancelling_brings_the_debt_back_where_it_was(
    debtor: Account, coordinator: User, head: User, law: CollectionLaw, at: datetime
) -> None:
    accrue_surcharges(account_ids=[debtor.pk], to=at.date(), rule=law.surcharges, key="x", at=at, by=coordinator)
    before = picture(debtor)
    agreement = propose_agreement(account=debtor, terms=TERMS, at=at, by=coordinator, key="convenio")
    signed = sign_agreement(agreement=agreement, at=at, by=coordinator, key="firma")
    assert picture(debtor) != before
    ended = cancel_agreement(agreement=signed, reason="Lo pidió el usuario", at=at, by=head, key="fin")

    assert ended.state == State.CANCELLED
    assert picture(debtor) == before
    assert {note.state for note in notes_of(signed)} == {PromissoryNote.State.CANCELLED}
    nothing_is_broken()


def test_what_was_paid_of_the_notes_settles_the_debt_when_it_comes_back(
    debtor: Account, coordinator: User, head: User, session: CashSession, cashier: User, at: datetime
) -> None:
    agreement = propose_agreement(account=debtor, terms=TERMS, at=at, by=coordinator, key="convenio")
    signed = sign_agreement(agreement=agreement, at=at, by=coordinator, key="firma")
    pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    pay(debtor, "120.00", session, at=at, by=cashier, key="b")
    cancel_agreement(agreement=signed, reason="Lo pidió el usuario", at=at, by=head, key="fin")

    assert balance(debtor.pk) == signed.debt - 270
    assert in_book(Book.AGREEMENT) == 0
    nothing_is_broken()


def test_a_payment_undone_after_its_agreement_was_undone_leaves_nothing_behind(
    debtor: Account,
    coordinator: User,
    head: User,
    session: CashSession,
    cashier: User,
    supervisor: User,
    law: CollectionLaw,
    at: datetime,
) -> None:
    accrue_surcharges(account_ids=[debtor.pk], to=at.date(), rule=law.surcharges, key="x", at=at, by=coordinator)
    before = picture(debtor)
    agreement = propose_agreement(account=debtor, terms=TERMS, at=at, by=coordinator, key="convenio")
    signed = sign_agreement(agreement=agreement, at=at, by=coordinator, key="firma")
    down = pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    other = pay(debtor, "120.00", session, at=at, by=cashier, key="b")
    cancel_agreement(agreement=signed, reason="Lo pidió el usuario", at=at, by=head, key="fin")
    reverse_payment(payment=other, session=session, reason="Cheque sin fondos", at=at, by=supervisor, key="r1")
    reverse_payment(payment=down, session=session, reason="Cheque sin fondos", at=at, by=supervisor, key="r2")

    assert picture(debtor) == before
    assert in_book(Book.AGREEMENT) == 0
    nothing_is_broken()


def test_four_months_go_to_the_head_with_their_reason(
    debtor: Account, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    owe_months(debtor, [date(2026, 6, 1)], at=at, by=clerk)
    with pytest.raises(AgreementRefused, match="Debe 4 meses"):
        propose_agreement(account=debtor, terms=TERMS, at=at, by=coordinator, key="convenio")
    terms = Terms(down_payment=Decimal("300.00"), instalments=3)
    asked = propose_agreement(
        account=debtor, terms=terms, reason="Perdió el empleo", at=at, by=coordinator, key="convenio"
    )
    assert (asked.state, asked.authoriser) == (State.REQUESTED, "jefe")
    with pytest.raises(AgreementNotReady):
        sign_agreement(agreement=asked, at=at, by=coordinator, key="firma")
    with pytest.raises(AgreementRefused):
        authorise_agreement(agreement=asked, note="", at=at, by=coordinator)
    authorise_agreement(agreement=asked, note="Procede", at=at, by=head)
    ready = prepare_agreement(agreement=asked, at=at + timedelta(days=1), by=coordinator)
    done = sign_agreement(agreement=ready, at=at + timedelta(days=1), by=coordinator, key="firma")

    assert done.state == State.SIGNED
    nothing_is_broken()


def test_a_refused_request_says_why_and_ends(
    debtor: Account, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    owe_months(debtor, [date(2026, 6, 1)], at=at, by=clerk)
    asked = propose_agreement(
        account=debtor, terms=Terms(Decimal("300.00"), 3), reason="Perdió el empleo", at=at, by=coordinator, key="c"
    )
    with pytest.raises(AgreementRefused, match="Escriba por qué"):
        refuse_agreement(agreement=asked, note=" ", at=at, by=head)
    assert refuse_agreement(agreement=asked, note="Ya hubo dos", at=at, by=head).state == State.REFUSED
    with pytest.raises(AgreementNotReady):
        authorise_agreement(agreement=asked, note="", at=at, by=head)


def test_a_debt_that_changed_is_not_signed_as_it_was_printed(
    proposed: PaymentAgreement, debtor: Account, coordinator: User, session: CashSession, cashier: User, at: datetime
) -> None:
    pay(debtor, "10.00", session, at=at, by=cashier, key="a")
    with pytest.raises(AgreementDebtChanged):
        sign_agreement(agreement=proposed, at=at, by=coordinator, key="firma")
    withdrawn = withdraw_agreement(agreement=proposed, reason="Pagó una parte", at=at, by=coordinator)

    assert withdrawn.state == State.WITHDRAWN
    assert {note.state for note in notes_of(proposed)} == {PromissoryNote.State.CANCELLED}
    assert propose_agreement(account=debtor, terms=TERMS, at=at, by=coordinator, key="otro").state == State.PREPARED


def test_another_days_papers_are_not_signed(proposed: PaymentAgreement, coordinator: User, at: datetime) -> None:
    with pytest.raises(AgreementDebtChanged):
        sign_agreement(agreement=proposed, at=at + timedelta(days=1), by=coordinator, key="firma")


def test_one_debt_has_one_agreement(signed: PaymentAgreement, debtor: Account, coordinator: User, at: datetime) -> None:
    with pytest.raises(AgreementRefused, match="Ya hay un convenio vigente"):
        propose_agreement(account=debtor, terms=TERMS, at=at, by=coordinator, key="otro")


def test_somebody_else_signs_only_as_obligor_or_with_a_letter(debtor: Account, coordinator: User, at: datetime) -> None:
    from tests.ledger.debts import make_party

    daughter = make_party("ANA MENDOZA RUIZ")
    with pytest.raises(AgreementRefused, match="no es el titular"):
        propose_agreement(account=debtor, terms=TERMS, obligor=daughter, at=at, by=coordinator, key="a")
    with pytest.raises(AgreementRefused, match="carta poder"):
        propose_agreement(
            account=debtor,
            terms=TERMS,
            obligor=daughter,
            capacity=PaymentAgreement.Capacity.PROXY,
            at=at,
            by=coordinator,
            key="b",
        )
    agreed = propose_agreement(
        account=debtor,
        terms=TERMS,
        obligor=daughter,
        capacity=PaymentAgreement.Capacity.OBLIGOR,
        at=at,
        by=coordinator,
        key="c",
    )
    assert (agreed.obligor, agreed.debtor) == (daughter, debtor.holder)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (Terms(Decimal("5000.00"), 3), "mayor que el adeudo"),
        (Terms(Decimal("150.00"), 3, first_due_on=date(2026, 10, 1)), "después del día"),
        (Terms(Decimal("150.00"), 0), "de 1 a 60"),
        (Terms(Decimal("150.00"), 3, also=(date(2026, 12, 1),)), "sin facturar"),
        (Terms(Decimal("-1.00"), 3), "negativos"),
        (Terms(Decimal("600.00"), 6), "mínima"),
    ],
)
def test_terms_that_make_no_sense_are_refused_in_words(
    debtor: Account, coordinator: User, at: datetime, terms: Terms, said: str
) -> None:
    with pytest.raises(AgreementRefused, match=said):
        propose_agreement(account=debtor, terms=terms, reason="Lo pide", at=at, by=coordinator, key="c")
    assert not PaymentAgreement.objects.exists()


def test_a_missed_note_breaks_it_by_its_rule_and_says_so(
    signed: PaymentAgreement, debtor: Account, session: CashSession, cashier: User, clerk: User, at: datetime
) -> None:
    pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    # The first note falls due on 20 November; five business days of grace end on the 27th.
    in_grace = datetime.fromisoformat("2026-11-27T18:00:00+00:00")
    assert mark_overdue_notes(at=in_grace, by=clerk) == 1
    assert break_agreements(at=in_grace, by=clerk) == 0
    assert break_agreements(at=in_grace + timedelta(days=1), by=clerk) == 1
    assert break_agreements(at=in_grace + timedelta(days=1), by=clerk) == 0

    ended = PaymentAgreement.objects.get(pk=signed.pk)
    assert ended.state == State.BROKEN
    assert "1 parcialidad vencida" in ended.end_reason
    assert in_book(Book.AGREEMENT) == 0
    nothing_is_broken()


def test_without_its_down_payment_it_is_cancelled(
    signed: PaymentAgreement, debtor: Account, clerk: User, at: datetime
) -> None:
    assert break_agreements(at=at + timedelta(days=1), by=clerk) == 0
    assert break_agreements(at=at + timedelta(days=2), by=clerk) == 1
    assert PaymentAgreement.objects.get(pk=signed.pk).state == State.CANCELLED
    nothing_is_broken()


def test_restructuring_replaces_the_notes_once(
    signed: PaymentAgreement, debtor: Account, coordinator: User, head: User, session: CashSession, cashier: User,
    at: datetime,
) -> None:  # fmt: skip
    pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    old = PaymentAgreement.objects.get(pk=signed.pk)
    terms = Terms(down_payment=Decimal("120.00"), instalments=4)
    new = propose_agreement(account=debtor, terms=terms, restructures=old, at=at, by=coordinator, key="otro")
    assert PaymentAgreement.objects.get(pk=signed.pk).state == State.IN_FORCE
    done = sign_agreement(agreement=new, at=at, by=coordinator, key="firma 2")

    assert PaymentAgreement.objects.get(pk=signed.pk).state == State.RESTRUCTURED
    assert {note.state for note in notes_of(signed)} == {PromissoryNote.State.REPLACED}
    assert done.debt == signed.financed
    nothing_is_broken()
    pay(debtor, "120.00", session, at=at, by=cashier, key="b")
    done = PaymentAgreement.objects.get(pk=done.pk)
    with pytest.raises(AgreementRefused, match="ya se reestructuró"):
        propose_agreement(account=debtor, terms=terms, restructures=done, at=at, by=coordinator, key="tercero")


def test_following_a_payment_without_notes_costs_one_query(
    debtor: Account, session: CashSession, cashier: User, at: datetime
) -> None:
    with CaptureQueriesContext(connection) as queries:
        pay(debtor, "10.00", session, at=at, by=cashier, key="a")
    assert sum("agreements_" in query["sql"] for query in queries) == 1
