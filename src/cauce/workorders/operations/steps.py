"""What every act on an order shares: holding it, taking a step with it, and telling it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from cauce.core.es_mx import count_of, join_words
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.ledger.operations import lock_accounts
from cauce.users.models import Area, User
from cauce.workorders.models import Crew, WorkOrder, WorkOrderStep
from cauce.workorders.operations.refusals import AreaWithoutStaff, WorkOrderRefused, WrongState
from cauce.workorders.rules.states import ORDER_EDGES

_NAMED_AT_MOST = 6


def hold(order: WorkOrder) -> WorkOrder:
    """The order as it is now, kept from others until the transaction ends: its account first and then the order."""
    return hold_all([order])[0]


def hold_all(orders: Sequence[WorkOrder]) -> list[WorkOrder]:
    """The orders as they are now, in the order they were given, once each; kept from others.

    :raises WorkOrderRefused: if there is none.
    """
    if not orders:
        raise WorkOrderRefused("Elija al menos una orden de la lista.")
    account_ids = {order.account_id for order in orders if order.account_id is not None}
    if account_ids:
        lock_accounts(sorted(account_ids))
    wanted = list(dict.fromkeys(order.pk for order in orders))
    held = WorkOrder.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    # Held first and read afterwards: what is joined to a row that was waited for is as it was before the wait.
    ids = [order.pk for order in held]
    rows = WorkOrder.objects.select_related("document", "type", "area", "crew", "account").filter(pk__in=ids)
    found = {order.pk: order for order in rows}
    return [found[pk] for pk in wanted]


def take_step(
    order: WorkOrder,
    *,
    to_state: str,
    note: str = "",
    at: datetime,
    by: User,
    also: Collection[str] = (),
) -> None:
    """Move a held order to a state, write its step, and save the fields named in ``also`` with it."""
    from_state = order.state
    order.state = to_state
    order.save(update_fields=["state", *also])
    WorkOrderStep.objects.create(
        order=order,
        from_state=from_state,
        to_state=to_state,
        note=note,
        crew=order.crew,
        programmed_on=order.programmed_on,
        at=at,
        by=by,
    )


def refuse_unless_may(order: WorkOrder, *, to_state: str, what: str) -> None:
    """Refuse a step that the graph does not have.

    :raises WrongState: saying where the order is.
    """
    if (order.state, to_state) not in ORDER_EDGES:
        raise WrongState(
            f"La orden {order.document.folio} está «{order.get_state_display().lower()}» y no se puede {what}. "
            "Actualice la página: alguien la movió antes o le falta un paso."
        )


def refuse_without_staff(area: Area) -> None:
    """Refuse to give an order to an area in which nobody would see it.

    :raises AreaWithoutStaff: naming the area.
    """
    if not User.objects.filter(area=area, is_active=True, is_system=False).exists():
        raise AreaWithoutStaff(
            f"En el área «{area}» no hay personal con cuenta activa y nadie vería la orden. Pida a Informática que dé "
            "de alta a alguien del área o elija otra."
        )


def tell(
    order: WorkOrder, *, kind: EventKind, at: datetime, by: User, facts: Mapping[str, object] | None = None
) -> None:
    """Publish what happened to one order."""
    publish(
        kind,
        subject_kind="WorkOrder",
        subject_id=order.pk,
        account_id=order.account_id,
        facts={"folio": order.document.folio, **(facts or {})},
        at=at,
        by=by,
    )


def named(orders: Sequence[WorkOrder]) -> str:
    """How many orders and, if they are few, which."""
    count = count_of(len(orders), "orden", "órdenes")
    if len(orders) > _NAMED_AT_MOST:
        return count
    return f"{count} ({join_words([order.document.folio for order in orders])})"


def required(text: str, *, question: str) -> str:
    """What somebody wrote, which the act cannot go without.

    :raises WorkOrderRefused: if it is blank; ``question`` says what to write.
    """
    if not text.strip():
        raise WorkOrderRefused(question)
    return text.strip()


def next_places(crew: Crew, *, day: date) -> int:
    """The first free place in a crew's day."""
    last = (
        WorkOrder.objects.filter(crew=crew, programmed_on=day, place_in_day__isnull=False)
        .order_by("-place_in_day")
        .values_list("place_in_day", flat=True)
        .first()
    )
    return (last or 0) + 1
