"""What every act on the agenda shares: who may, holding what it is about, and telling it."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from cauce.core.clock import local_day
from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.operations import AccountBusy, lock_accounts, no_waiting_in_silence
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User
from cauce.users.queries import has_power, office_calendar, office_hours
from cauce.workorders.models import AgendaSlot, HomeInspection
from cauce.workorders.operations.agenda_refusals import (
    AgendaBusy,
    AgendaPowerMissing,
    InspectionElsewhere,
    InspectionRefused,
    PlaceTaken,
)
from cauce.workorders.queries.agenda import next_free_places, taken_seats, told_slot
from cauce.workorders.rules.inspections import free_seat, is_over

# The power L1: programming the aforos.
POWER = "workorders.open_agenda"


def refuse_without_power(*, what: str, at: datetime, by: User) -> None:
    """Refuse what only who programs the aforos on that day may do.

    :raises AgendaPowerMissing: saying who could.
    """
    if not has_power(by, POWER, local_day(at)):
        raise AgendaPowerMissing(what)


def hold_slots(slot_ids: Iterable[int]) -> dict[int, AgendaSlot]:
    """Half days as they are now, kept from others until the transaction ends, in the order of their ids.

    :raises AgendaBusy: if another session holds one of them for more than three seconds.
    """
    rows = AgendaSlot.objects.select_for_update(no_key=True).filter(pk__in=list(slot_ids)).order_by("pk")
    try:
        with no_waiting_in_silence():
            held = [slot.pk for slot in rows]
    except AccountBusy as error:
        raise AgendaBusy from error
    return {
        slot.pk: slot for slot in AgendaSlot.objects.select_related("technician__user", "sector").filter(pk__in=held)
    }


def hold_inspection(inspection: HomeInspection, *, by: User) -> HomeInspection:
    """An aforo as it is now, kept from others with its account.

    :raises OwnAccount: if ``by`` is linked to the account.
    """
    lock_accounts([inspection.account_id])
    refuse_own_account(by=by, account_ids=[inspection.account_id])
    HomeInspection.objects.select_for_update(no_key=True).get(pk=inspection.pk)
    # Read once held: the half day may be another one than before the wait.
    related = ("document", "account__route", "slot__technician__user")
    return HomeInspection.objects.select_related(*related).get(pk=inspection.pk)


def refuse_unless_booked(inspection: HomeInspection, *, what: str) -> None:
    """Refuse an act on an aforo that nobody waits for any more.

    :raises InspectionElsewhere: saying where it is.
    """
    if inspection.state != HomeInspection.State.BOOKED:
        raise InspectionElsewhere(
            f"El aforo {inspection.document.folio} está «{inspection.get_state_display().lower()}» y ya no se puede "
            f"{what}. Actualice la página: alguien lo movió antes."
        )


def take_place(slot: AgendaSlot, *, account: Account, over_capacity: bool, at: datetime, by: User) -> tuple[int, bool]:
    """The place that an aforo gets in a held half day, and whether it goes over what it holds.

    :raises InspectionRefused: if the half day is past, closed, or on a day of rest.
    :raises PlaceTaken: if it has no place left; it carries the next ones.
    :raises AgendaPowerMissing: if it is to go over what it holds and ``by`` does not program the aforos.
    """
    _refuse_useless(slot, at)
    taken = taken_seats(slot.pk)
    if len(taken) < slot.places:
        return free_seat(taken), False
    if not over_capacity:
        raise PlaceTaken(told_slot(slot), next_free_places(after=at, sector_id=account.route.sector_id, limit=3))
    refuse_without_power(what="pasar del cupo de un medio día", at=at, by=by)
    return free_seat(taken), True


def tell_inspection(
    inspection: HomeInspection,
    *,
    kind: EventKind,
    facts: Mapping[str, object] | None = None,
    at: datetime,
    by: User,
) -> None:
    """Publish what happened to an aforo, in the history of its account."""
    publish(
        kind,
        subject_kind="HomeInspection",
        subject_id=inspection.pk,
        account_id=inspection.account_id,
        facts={"folio": inspection.document.folio, **(facts or {})},
        at=at,
        by=by,
    )


def _refuse_useless(slot: AgendaSlot, at: datetime) -> None:
    if slot.day < local_day(at) or is_over(slot.day, slot.half, at, office_hours()):
        raise InspectionRefused(f"Ese medio día ya pasó ({told_slot(slot)}): elija uno de los que siguen.")
    if not office_calendar().is_business_day(slot.day):
        raise InspectionRefused(f"El {format_date(slot.day)} es inhábil y nadie sale a campo: elija otro día.")
    if slot.closed_reason:
        raise InspectionRefused(
            f"Ese medio día se cerró a los aforos ({told_slot(slot)}): {slot.closed_reason}. Elija otro."
        )
    if not slot.technician.is_active:
        raise InspectionRefused(f"{slot.technician} ya no hace aforos: elija un lugar de otra persona.")
