"""Agreements in the demonstration: one or more signed almost every day, and what becomes of their notes."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from cauce.agreements.models import PaymentAgreement, PromissoryNote, SurchargeWaiver
from cauce.agreements.operations import (
    authorise_agreement,
    break_agreements,
    cancel_agreement,
    decide_waiver,
    keep_notes,
    mark_overdue_notes,
    prepare_agreement,
    propose_agreement,
    request_waiver,
    return_note,
    sign_agreement,
    withdraw_stale_agreements,
)
from cauce.agreements.queries import Quote, note_balances, notes_due_of, quote_agreement
from cauce.agreements.rules import Terms
from cauce.cashier.operations import PaymentShare, take_payment
from cauce.cli.demo.days import KEY, is_done, tenders_of
from cauce.cli.demo.stories import BANK_DAY, Scene
from cauce.core.money import ZERO
from cauce.registry.models import Account
from cauce.users.queries import office_calendar

LAST_SIGNING: Final = date(2026, 10, 20)
# The head cancels one, one is restructured, and one waits for a waiver that the head grants.
CANCELLED_ON: Final = date(2026, 10, 6)
RESTRUCTURED_ON: Final = date(2026, 10, 8)
WAIVED_ON: Final = date(2026, 9, 24)
_SAFE: Final = "Caja fuerte de Comercialización"
_PREFIX: Final = f"{KEY}convenio:"
# By the place of the agreement among ten: how many business days after its day each note is paid.
_DELAY: Final = {0: 0, 1: 0, 2: 2, 3: 4, 5: -3, 6: 0, 7: 1, 9: 0}
_HALVES: Final = 2
_NEVER: Final = 4
_EARLY: Final = 8
_WITHOUT_DOWN: Final = 17
_TRIED_A_DAY: Final = 12


def agree(scene: Scene) -> None:
    """What happens to agreements on a day: the night's rule, payments of notes, and somebody who comes to agree."""
    _night(scene)
    _pay_notes(scene)
    if scene.day == CANCELLED_ON:
        _cancel(scene)
    if scene.day == RESTRUCTURED_ON:
        _restructure(scene)
    if scene.day == WAIVED_ON:
        _waive(scene)
    if scene.day <= LAST_SIGNING:
        _sign(scene)


def _night(scene: Scene) -> None:
    at, by = scene.at(0, 20), scene.person("coordinador")
    withdraw_stale_agreements(at=at, by=by)
    mark_overdue_notes(at=at, by=by)
    break_agreements(at=at, by=by)


def _sign(scene: Scene) -> None:
    """Two people agree: one that the coordinator grants and, every third day, one that the head authorises."""
    _sign_one(scene, needs_head=False)
    if scene.day.day % 3 == 0:
        _sign_one(scene, needs_head=True)


def _sign_one(scene: Scene, *, needs_head: bool) -> None:
    name = f"{_PREFIX}{scene.day}:{'jefe' if needs_head else 'coordinador'}"
    found = PaymentAgreement.objects.filter(key=name).select_related("document", "account").first()
    if found is None:
        chosen = next(_who_may(scene, needs_head=needs_head), None)
        if chosen is None:
            return
        account, terms = chosen
        found = propose_agreement(
            account=account,
            terms=terms,
            reason="Perdió su empleo y ofrece pagar cada mes." if needs_head else "",
            at=scene.at(10, 5),
            by=scene.person("coordinador"),
            key=name,
        )
    if found.state == PaymentAgreement.State.REQUESTED:
        authorise_agreement(agreement=found, note="Procede.", at=scene.at(10, 40), by=scene.person("jefe"))
        found = prepare_agreement(agreement=found, at=scene.at(11), by=scene.person("coordinador"))
    if found.state == PaymentAgreement.State.PREPARED:
        by = scene.person("coordinador")
        found = sign_agreement(agreement=found, at=scene.at(11, 15), by=by, key=f"{name}:firma")
        notes = found.notes.filter(state=PromissoryNote.State.SIGNED)
        keep_notes(agreement=found, notes=list(notes), where=_SAFE, at=scene.at(11, 30), by=by)
    if scene.day != BANK_DAY:
        _pay_down(scene, found)


def _who_may(scene: Scene, *, needs_head: bool) -> Iterator[tuple[Account, Terms]]:
    """Debtors without an agreement of their own, in order, with what they offer."""
    taken = set(PaymentAgreement.objects.values_list("account_id", flat=True))
    waiting = [account for account in scene.town.debtors if account.pk not in taken]
    start = scene.day.toordinal() % 7
    for account in waiting[start : start + _TRIED_A_DAY * (4 if needs_head else 1)]:
        first = _quote(scene, account, Terms(ZERO, 1))
        if first.debt < 400:
            continue
        down = (first.debt / 4 // 10 + 1) * 10
        terms = Terms(down_payment=Decimal(down).quantize(Decimal("0.01")), instalments=3 + account.pk % 4)
        quote = _quote(scene, account, terms)
        if quote.is_possible and quote.is_eligible != needs_head and quote.eligibility.authoriser in _REACH[needs_head]:
            yield account, terms


_REACH: Final = {False: ("coordinador", "", None), True: ("jefe",)}


def _quote(scene: Scene, account: Account, terms: Terms) -> Quote:
    return quote_agreement(account, on=scene.day, terms=terms, post="coordinador")


def _fate(agreement: PaymentAgreement) -> int:
    return agreement.document.number % 10


def _pay_down(scene: Scene, agreement: PaymentAgreement) -> None:
    if agreement.state == PaymentAgreement.State.SIGNED and agreement.document.number != _WITHOUT_DOWN:
        _take(scene, f"enganche:{agreement.pk}", agreement, agreement.down_payment, None)


def _pay_notes(scene: Scene) -> None:
    """Whoever brings money today, but on the bank's day: each pays as is their way."""
    if scene.day == BANK_DAY:
        return
    calendar = office_calendar()
    live = PaymentAgreement.objects.live().filter(key__startswith=_PREFIX)
    for agreement in live.select_related("document", "account__holder").order_by("pk"):
        _pay_down(scene, agreement)
        fate = _fate(agreement)
        if fate == _NEVER or agreement.state != PaymentAgreement.State.IN_FORCE:
            continue
        if fate == _EARLY:
            _pay_ahead(scene, agreement)
            continue
        for note in notes_due_of(agreement.account_id, until=date.max):
            wait = _DELAY[fate]
            on = note.due_on if wait == 0 else calendar.after(note.due_on, wait) if wait > 0 else note.due_on
            if fate == _HALVES and note.due_on <= scene.day and not is_done(_key(f"abono:{note.pk}")):
                _pay_note(scene, agreement, note, "abono", part=True)
            elif on <= scene.day:
                _pay_note(scene, agreement, note, "pago")
                if fate == 0:
                    _give_back(scene, note)


def _pay_ahead(scene: Scene, agreement: PaymentAgreement) -> None:
    """Ten days after signing, the last note is paid: its interest has not begun."""
    signed = agreement.as_of
    note = agreement.notes.select_related("document").order_by("-number").first()
    if note is not None and (scene.day - signed).days >= 10 and not is_done(_key(f"anticipo:{note.pk}")):
        _pay_note(scene, agreement, note, "anticipo")


def _pay_note(
    scene: Scene, agreement: PaymentAgreement, note: PromissoryNote, name: str, *, part: bool = False
) -> None:
    owed = note_balances([note.pk])[note.pk].payoff(scene.day)
    amount = (owed / 2).quantize(Decimal(1)) if part else owed
    if amount > 0:
        _take(scene, f"{name}:{note.pk}", agreement, amount, note)


def _give_back(scene: Scene, note: PromissoryNote) -> None:
    found = PromissoryNote.objects.select_related("agreement__obligor").get(pk=note.pk)
    if found.state == PromissoryNote.State.PAID:
        to = found.agreement.obligor.name
        return_note(note=found, to=to, at=scene.at(13, 5), by=scene.person("coordinador"))


def _take(scene: Scene, name: str, agreement: PaymentAgreement, amount: Decimal, note: PromissoryNote | None) -> None:
    if is_done(_key(name)):
        return
    session = scene.sessions["C3"]
    at = scene.at(12, 30)
    take_payment(
        shares=[
            PaymentShare(account=agreement.account, amount=amount, directed_to=None if note is None else note.document)
        ],
        tenders=tenders_of(amount, agreement.pk, at),
        session=session,
        at=at,
        by=session.cashier,
        key=_key(name),
    )


def _key(name: str) -> str:
    return f"{KEY}pagare:{name}"


def _one_in_force(fate: int) -> PaymentAgreement | None:
    live = PaymentAgreement.objects.filter(state=PaymentAgreement.State.IN_FORCE, key__startswith=_PREFIX)
    found = live.select_related("document", "account__holder").order_by("pk")
    return next((agreement for agreement in found if _fate(agreement) == fate), None)


def _cancel(scene: Scene) -> None:
    agreement = _one_in_force(6)
    if agreement is not None and not is_done(f"{KEY}convenio-cancelado"):
        cancel_agreement(
            agreement=agreement,
            reason="El usuario vendió la casa y el comprador paga el total.",
            at=scene.at(13),
            by=scene.person("jefe"),
            key=f"{KEY}convenio-cancelado",
        )


def _restructure(scene: Scene) -> None:
    name = f"{_PREFIX}reestructura"
    agreement = _one_in_force(9)
    if agreement is None or PaymentAgreement.objects.filter(key=name).exists():
        return
    by = scene.person("coordinador")
    new = propose_agreement(
        account=agreement.account,
        terms=Terms(down_payment=agreement.down_payment, instalments=6),
        restructures=agreement,
        reason="Cambió de trabajo y su quincena es otra.",
        at=scene.at(9, 30),
        by=by,
        key=name,
    )
    if new.state == PaymentAgreement.State.REQUESTED:
        authorise_agreement(agreement=new, note="Por una vez.", at=scene.at(9, 40), by=scene.person("jefe"))
        new = prepare_agreement(agreement=new, at=scene.at(9, 45), by=by)
    signed = sign_agreement(agreement=new, at=scene.at(9, 50), by=by, key=f"{name}:firma")
    _pay_down(scene, signed)


def _waive(scene: Scene) -> None:
    """Somebody asks that surcharges be waived, and the head grants it."""
    name = f"{KEY}condonacion"
    if SurchargeWaiver.objects.filter(key=name).exists():
        return
    taken = set(PaymentAgreement.objects.values_list("account_id", flat=True))
    for account in scene.town.debtors:
        owed = _quote(scene, account, Terms(ZERO, 1)).surcharges if account.pk not in taken else ZERO
        if owed > 20:
            waiver = request_waiver(
                account=account,
                amount=Decimal("20.00"),
                reason="Persona adulta mayor; el recibo no llegó a su domicilio.",
                at=scene.at(11, 40),
                by=scene.person("coordinador"),
                key=name,
            )
            if waiver.state == SurchargeWaiver.State.REQUESTED:
                decide_waiver(waiver=waiver, is_granted=True, note="Procede.", at=scene.at(12), by=scene.person("jefe"))
            return
