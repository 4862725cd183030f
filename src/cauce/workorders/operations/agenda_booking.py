"""Booking an aforo, moving it, and booking again the one in which nobody was found."""

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from cauce.cashier.operations import issue_service_order
from cauce.core.clock import local_day
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.ledger.operations import lock_accounts
from cauce.registry.models import Account, Customer
from cauce.registry.operations import refuse_own_account
from cauce.registry.rules.contact import is_phone
from cauce.users.models import User
from cauce.workorders.events import (
    INSPECTION_BOOKED,
    INSPECTION_BOOKED_AGAIN,
    INSPECTION_BOOKED_OVER,
    INSPECTION_MOVED,
)
from cauce.workorders.models import AgendaSlot, HomeInspection, InspectionMove, Origin
from cauce.workorders.operations.agenda_refusals import AlreadyBooked, InspectionElsewhere, InspectionRefused
from cauce.workorders.operations.agenda_steps import (
    hold_inspection,
    hold_slots,
    refuse_unless_booked,
    take_place,
    tell_inspection,
)
from cauce.workorders.queries.agenda import booked_inspection, told_slot
from cauce.workorders.rules.inspections import CHARGED_AS, fee_key

SERIES = "AF"
LONGEST_REASON = 160


@transaction.atomic
def book_inspection(
    *,
    account: Account,
    slot: AgendaSlot,
    contact_name: str,
    contact_phone: str = "",
    matter: str,
    detail: str = "",
    origin_kind: str,
    origin_id: int | None = None,
    over_capacity: bool = False,
    is_charged: bool = False,
    party: Customer | None = None,
    at: datetime,
    by: User,
    key: str,
) -> HomeInspection:
    """Give an account a place in a half day: somebody goes to the house to see its installations and its meter.

    With ``is_charged`` the payment order of the service goes out with it, to the holder or to ``party``.
    Idempotent by key: the same key gives the first booking. Of two that want the last place, one gets it.

    :raises PlaceTaken: if the half day has no place left; it carries the next ones.
    :raises InspectionRefused: if the half day is past, closed or on a day of rest, or it is not said who receives or
        what for.
    :raises AlreadyBooked: if the account has an aforo ahead.
    :raises AgendaPowerMissing: if it is to go over what the half day holds and ``by`` does not program the aforos.
    :raises OwnAccount: if ``by`` is linked to the account or the person.
    :raises AccountBusy: if another session is working on the account or the half day.
    :raises NoLawInForce: if it is charged and no law rules that day.
    """
    lock_accounts([account.pk])
    first = _with_key(key)
    if first is not None:
        return first
    refuse_own_account(by=by, account_ids=[account.pk], party_ids=[] if party is None else [party.pk])
    account = Account.objects.select_related("route", "holder").get(pk=account.pk)
    _refuse_closed_account(account)
    _refuse_second(account)
    held = hold_slots([slot.pk])[slot.pk]
    seat, is_over = take_place(held, account=account, over_capacity=over_capacity, at=at, by=by)
    inspection = HomeInspection(
        key=key,
        account=account,
        party=party,
        contact_name=_required(contact_name, "Escriba quién recibirá al técnico."),
        contact_phone=_phone(contact_phone),
        matter=_required(matter, "Escriba el motivo: consumo alto, posible fuga, prueba del medidor…"),
        detail=detail.strip(),
        origin_kind=Origin(origin_kind),
        origin_id=origin_id,
        slot=held,
        seat=seat,
        is_over_capacity=is_over,
        booked_at=at,
        booked_by=by,
    )
    if not _write(inspection, at, by):
        # Another session with the same key got here first; its folio is the one that stands.
        return HomeInspection.objects.select_related("document", "slot__technician__user").get(key=key)
    if is_charged:
        issue_service_order(
            party=party or account.holder,
            account=account,
            services={CHARGED_AS: Decimal(1)},
            at=at,
            by=by,
            key=fee_key(key),
        )
    kind = INSPECTION_BOOKED_OVER if is_over else INSPECTION_BOOKED
    tell_inspection(inspection, kind=kind, at=at, by=by, facts={"slot": told_slot(held), "matter": inspection.matter})
    return inspection


@transaction.atomic
def move_inspection(
    *,
    inspection: HomeInspection,
    slot: AgendaSlot,
    reason: str,
    over_capacity: bool = False,
    at: datetime,
    by: User,
) -> HomeInspection:
    """Take an aforo to another half day, with why. Idempotent: where it already is, nothing changes.

    :raises InspectionRefused: if it does not say why, or the half day is past, closed or on a day of rest.
    :raises InspectionElsewhere: if it was attended, missed or cancelled.
    :raises PlaceTaken: if the half day has no place left; it carries the next ones.
    :raises AgendaPowerMissing: if it is to go over what the half day holds and ``by`` does not program the aforos.
    :raises OwnAccount: if ``by`` is linked to the account.
    """
    reason = _required(reason, "Escriba por qué se reprograma y quién lo pidió.")
    held = hold_inspection(inspection, by=by)
    if held.slot_id == slot.pk and held.state == HomeInspection.State.BOOKED:
        return held
    refuse_unless_booked(held, what="reprogramar")
    before = _put(held, slot, reason, over_capacity=over_capacity, at=at, by=by)
    facts = {"before": told_slot(before), "slot": told_slot(held.slot), "reason": reason}
    tell_inspection(held, kind=INSPECTION_MOVED, at=at, by=by, facts=facts)
    return held


@transaction.atomic
def book_inspection_again(
    *, inspection: HomeInspection, slot: AgendaSlot, over_capacity: bool = False, at: datetime, by: User
) -> HomeInspection:
    """Give another place to an aforo in which nobody was found, with the same folio. Idempotent.

    :raises InspectionElsewhere: if it was attended or cancelled.
    :raises InspectionRefused: if the half day is past, closed or on a day of rest.
    :raises AlreadyBooked: if the account has another aforo ahead.
    :raises PlaceTaken: if the half day has no place left; it carries the next ones.
    :raises AgendaPowerMissing: if it is to go over what the half day holds and ``by`` does not program the aforos.
    :raises OwnAccount: if ``by`` is linked to the account.
    """
    held = hold_inspection(inspection, by=by)
    if held.slot_id == slot.pk and held.state == HomeInspection.State.BOOKED:
        return held
    if held.state != HomeInspection.State.NO_SHOW:
        raise InspectionElsewhere(
            f"El aforo {held.document.folio} está «{held.get_state_display().lower()}»: sólo se vuelve a agendar aquel "
            "en el que no se encontró a nadie."
        )
    _refuse_second(held.account)
    held.state = HomeInspection.State.BOOKED
    _put(held, slot, "No se encontró a nadie", over_capacity=over_capacity, at=at, by=by)
    tell_inspection(held, kind=INSPECTION_BOOKED_AGAIN, at=at, by=by, facts={"slot": told_slot(held.slot)})
    return held


def _put(
    held: HomeInspection, slot: AgendaSlot, reason: str, *, over_capacity: bool, at: datetime, by: User
) -> AgendaSlot:
    """Take a held aforo to another half day; the one it leaves."""
    slots = hold_slots({held.slot_id, slot.pk})
    before, after = slots[held.slot_id], slots[slot.pk]
    seat, is_over = take_place(after, account=held.account, over_capacity=over_capacity, at=at, by=by)
    held.slot, held.seat, held.is_over_capacity = after, seat, is_over
    held.times_moved += 1
    held.save(update_fields=["slot", "seat", "is_over_capacity", "state", "times_moved"])
    InspectionMove.objects.create(inspection=held, from_slot=before, to_slot=after, reason=reason, at=at, by=by)
    return before


def _write(inspection: HomeInspection, at: datetime, by: User) -> bool:
    """Write a new aforo; False if another session wrote one with its key."""
    try:
        with transaction.atomic():
            inspection.document = create_document(
                kind=Document.Kind.INSPECTION, series=SERIES, issued_on=local_day(at), at=at, by=by
            )
            inspection.save(force_insert=True)
    except IntegrityError:
        if _with_key(inspection.key) is None:
            raise
        return False
    return True


def _with_key(key: str) -> HomeInspection | None:
    return HomeInspection.objects.select_related("document", "slot__technician__user").filter(key=key).first()


def _refuse_closed_account(account: Account) -> None:
    if account.state == Account.State.CLOSED or account.merged_into_id is not None:
        raise InspectionRefused("La cuenta está cancelada y no se le hacen aforos: busque la cuenta vigente.")


def _refuse_second(account: Account) -> None:
    ahead = booked_inspection(account.pk)
    if ahead is not None:
        raise AlreadyBooked(
            f"La cuenta ya tiene el aforo {ahead.document.folio} para el {told_slot(ahead.slot)}: reprográmelo "
            "en lugar de agendar otro."
        )


def _phone(text: str) -> str:
    phone = text.strip()
    if phone and not is_phone(phone):
        raise InspectionRefused("El teléfono lleva diez dígitos, como 411 155 0050; si no hay, déjelo en blanco.")
    return phone


def _required(text: str, question: str) -> str:
    if not text.strip():
        raise InspectionRefused(question)
    return text.strip()[:LONGEST_REASON]
