"""Agreements in the demonstration: who signs each day, and what becomes of their notes."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from cauce.agreements.models import PaymentAgreement, PromissoryNote, SurchargeWaiver
from cauce.agreements.operations import (
    break_agreements,
    cancel_agreement,
    decide_waiver,
    mark_overdue_notes,
    request_waiver,
    return_note,
    withdraw_stale_agreements,
)
from cauce.agreements.queries import note_balances, notes_due_of, quote_agreement
from cauce.agreements.rules import Terms
from cauce.cashier.operations import PaymentShare, take_payment
from cauce.cli.demo.agreeing import PREFIX, ask_in_vain, restructure_one, sign_those_who_come
from cauce.cli.demo.days import KEY, is_done, tenders_of
from cauce.cli.demo.stories import BANK_DAY, Scene
from cauce.collections.queries.ladder import owing_of
from cauce.core.business_days import BusinessCalendar
from cauce.core.money import ZERO
from cauce.users.queries import office_calendar

CANCELLED_ON: Final = (date(2026, 10, 6), date(2026, 10, 16))
RESTRUCTURED_ON: Final = date(2026, 10, 8)
# Who asks that surcharges be waived: for how many pesos, why, and whether the head grants it (None: it waits). Up to
# what the law lets the coordinator, it is applied at once.
WAIVERS: Final[dict[date, tuple[int, str, bool | None]]] = {
    date(2026, 9, 8): (30, "Persona adulta mayor; el recibo no llegó a su domicilio.", True),
    date(2026, 9, 24): (45, "Estuvo hospitalizado y su familia no sabía del adeudo.", True),
    date(2026, 10, 2): (310, "Pide que se le quiten porque todos los vecinos deben.", False),
    date(2026, 10, 9): (240, "El medidor estuvo en revisión esos meses.", True),
    date(2026, 10, 20): (260, "Dice que el banco no le quiso recibir.", False),
    date(2026, 10, 23): (280, "Jefa de familia con tres hijos; trae estudio socioeconómico.", None),
}
_MONTHS_WAIVED: Final = 6
# What each does, by the number of its agreement: pays on the day, some business days after, half first, or never.
_FATES: Final = 12
_DELAY: Final = {0: 0, 1: 0, 2: 4, 3: 4, 6: 0, 7: 1, 8: 0, 9: 0}
_HALVES: Final = 2
_CANCELLED: Final = 6
_EARLY: Final = 8
_RESTRUCTURED: Final = 9
_ALL_AT_ONCE: Final = 10
_WITHOUT_DOWN: Final = 11
_RETURNED: Final = (0, 7, _ALL_AT_ONCE)


def agree(scene: Scene) -> None:
    """What happens to agreements on a day: the night's rule, payments of notes, and somebody who comes to agree."""
    _night(scene)
    _pay_notes(scene)
    if scene.day in CANCELLED_ON:
        _cancel(scene)
    if scene.day == RESTRUCTURED_ON:
        _pay_down(scene, restructure_one(scene, _one_in_force(_RESTRUCTURED)))
    if scene.day in WAIVERS:
        _waive(scene, *WAIVERS[scene.day])
    for agreement in sign_those_who_come(scene):
        _pay_down(scene, agreement)
    ask_in_vain(scene)


def _night(scene: Scene) -> None:
    at, by = scene.at(0, 20), scene.person("coordinador")
    withdraw_stale_agreements(at=at, by=by)
    mark_overdue_notes(at=at, by=by)
    break_agreements(at=at, by=by)


def _fate(agreement: PaymentAgreement) -> int:
    return agreement.document.number % _FATES


def _pay_down(scene: Scene, agreement: PaymentAgreement | None) -> None:
    """The down payment, on the day: on the bank's day nobody pays at these windows, and they come on the next."""
    if agreement is None or scene.day == BANK_DAY or agreement.state != PaymentAgreement.State.SIGNED:
        return
    if _fate(agreement) != _WITHOUT_DOWN and agreement.down_payment > ZERO:
        _take(scene, f"enganche:{agreement.pk}", agreement, agreement.down_payment, None)


def _pay_notes(scene: Scene) -> None:
    """Whoever brings money today, but on the bank's day: each pays as is their way."""
    if scene.day == BANK_DAY:
        return
    calendar = office_calendar()
    live = PaymentAgreement.objects.live().filter(key__startswith=PREFIX)
    waiting = _accounts_waited_for(scene)
    for agreement in live.select_related("document", "account__holder").order_by("pk"):
        _pay_down(scene, agreement)
        if agreement.state != PaymentAgreement.State.IN_FORCE:
            continue
        if _fate(agreement) == _EARLY:
            _pay_ahead(scene, agreement)
        elif _fate(agreement) == _ALL_AT_ONCE:
            _pay_all(scene, agreement)
        if agreement.account_id in waiting:
            _pay_due(scene, agreement, calendar)


def _accounts_waited_for(scene: Scene) -> set[int]:
    """Those with notes that have fallen due."""
    due = PromissoryNote.objects.filter(due_on__lte=scene.day, state__in=("SIGNED", "IN_SAFE", "OVERDUE"))
    return set(due.values_list("agreement__account_id", flat=True))


def _pay_due(scene: Scene, agreement: PaymentAgreement, calendar: BusinessCalendar) -> None:
    fate = _fate(agreement)
    if fate not in _DELAY:
        return
    for note in notes_due_of(agreement.account_id, until=scene.day):
        if fate == _HALVES and not is_done(_key(f"abono:{note.pk}")):
            _pay_note(scene, agreement, note, "abono", part=True)
        elif _DELAY[fate] == 0 or calendar.after(note.due_on, _DELAY[fate]) <= scene.day:
            _pay_note(scene, agreement, note, "pago")
            _give_back(scene, agreement, [note.pk])


def _pay_ahead(scene: Scene, agreement: PaymentAgreement) -> None:
    """Ten days after signing, the last note is paid: its interest has not begun."""
    note = agreement.notes.select_related("document").order_by("-number").first()
    if note is not None and (scene.day - agreement.as_of).days >= 10 and not is_done(_key(f"anticipo:{note.pk}")):
        _pay_note(scene, agreement, note, "anticipo")


def _pay_all(scene: Scene, agreement: PaymentAgreement) -> None:
    """Twelve days after signing they are given their year's bonus, and pay every note."""
    if (scene.day - agreement.as_of).days < 12:
        return
    notes = notes_due_of(agreement.account_id, until=date.max)
    for note in notes:
        _pay_note(scene, agreement, note, "liquida")
    _give_back(scene, agreement, [note.pk for note in notes])


def _pay_note(
    scene: Scene, agreement: PaymentAgreement, note: PromissoryNote, name: str, *, part: bool = False
) -> None:
    owed = note_balances([note.pk])[note.pk].payoff(scene.day)
    amount = (owed / 2).quantize(Decimal(1)) if part else owed
    if amount > 0:
        _take(scene, f"{name}:{note.pk}", agreement, amount, note)


def _give_back(scene: Scene, agreement: PaymentAgreement, note_ids: Iterable[int]) -> None:
    """Some wait at the window until their paid note is given back."""
    if _fate(agreement) not in _RETURNED:
        return
    paid = PromissoryNote.objects.filter(pk__in=list(note_ids), state=PromissoryNote.State.PAID)
    for note in paid.select_related("agreement__obligor").order_by("number"):
        return_note(note=note, to=note.agreement.obligor.name, at=scene.at(13, 5), by=scene.person("coordinador"))


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
    live = PaymentAgreement.objects.filter(state=PaymentAgreement.State.IN_FORCE, key__startswith=PREFIX)
    found = live.select_related("document", "account__holder").order_by("pk")
    return next((agreement for agreement in found if _fate(agreement) == fate), None)


def _cancel(scene: Scene) -> None:
    agreement = _one_in_force(_CANCELLED)
    key = f"{KEY}convenio-cancelado:{scene.day}"
    if agreement is not None and not is_done(key):
        cancel_agreement(
            agreement=agreement,
            reason="El usuario vendió la casa y el comprador paga el total.",
            at=scene.at(13),
            by=scene.person("jefe"),
            key=key,
        )


def _waive(scene: Scene, pesos: int, reason: str, is_granted: bool | None) -> None:
    """Somebody asks that surcharges be waived, and the head grants it, refuses it, or has not looked yet."""
    key = f"{KEY}condonacion:{scene.day}"
    if SurchargeWaiver.objects.filter(key=key).exists():
        return
    taken = set(PaymentAgreement.objects.values_list("account_id", flat=True))
    taken |= set(SurchargeWaiver.objects.values_list("account_id", flat=True))
    waiting = [account for account in scene.town.debtors if account.pk not in taken]
    owed = owing_of([account.pk for account in waiting], day=scene.day)
    for account in waiting:
        if owed[account.pk].owing.months < _MONTHS_WAIVED:
            continue
        quote = quote_agreement(account, on=scene.day, terms=Terms(ZERO, 1), post="coordinador")
        if quote.surcharges <= pesos:
            continue
        by, at = scene.person("coordinador"), scene.at(11, 40)
        waiver = request_waiver(account=account, amount=Decimal(pesos), reason=reason, at=at, by=by, key=key)
        if waiver.state == SurchargeWaiver.State.REQUESTED and is_granted is not None:
            note = "Procede." if is_granted else "No hay causa: los recargos son por ley."
            decide_waiver(
                waiver=waiver, is_granted=is_granted, note=note, at=scene.at(12), by=scene.person(waiver.authoriser)
            )
        return
