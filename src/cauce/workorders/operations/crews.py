"""Crews: who goes together, and how much they do in a day."""

from datetime import date, datetime

from django.db import transaction

from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.users.models import Area, User
from cauce.workorders.events import CREW_CHANGED
from cauce.workorders.models import Crew, CrewMember, WorkOrder
from cauce.workorders.operations.refusals import CatalogueRejected


@transaction.atomic
def save_crew(
    *,
    crew: Crew | None,
    name: str,
    area: Area,
    radio: str = "",
    orders_a_day: int = 8,
    is_active: bool = True,
    at: datetime,
    by: User,
) -> Crew:
    """Add a crew, or correct one. Idempotent. Its history is kept by the database.

    :raises CatalogueRejected: if it has no name, another has it, it does no order a day, or it leaves orders behind.
    """
    name = name.strip()
    if not name:
        raise CatalogueRejected("Escriba el nombre de la cuadrilla.")
    if orders_a_day < 1:
        raise CatalogueRejected("Escriba cuántas órdenes hace al día: una o más.")
    others = Crew.objects.filter(name__iexact=name)
    if (others if crew is None else others.exclude(pk=crew.pk)).exists():
        raise CatalogueRejected(f"Ya hay una cuadrilla que se llama «{name}»; corríjala en lugar de repetirla.")
    found = Crew() if crew is None else Crew.objects.select_for_update(no_key=True).get(pk=crew.pk)
    if found.pk is not None and (not is_active or found.area_id != area.pk):
        _refuse_with_orders(found)
    before = (found.name, found.area_id, found.radio, found.orders_a_day, found.is_active)
    found.name, found.area, found.radio = name, area, radio.strip()
    found.orders_a_day, found.is_active = orders_a_day, is_active
    if found.pk is None or before != (name, area.pk, radio.strip(), orders_a_day, is_active):
        what = "se dio de alta" if found.pk is None else "se corrigieron sus datos"
        found.save()
        _tell(found, what, at, by)
    return found


@transaction.atomic
def add_crew_member(*, crew: Crew, user: User, on: date, at: datetime, by: User) -> CrewMember:
    """Put a person in a crew from a day on. Idempotent while they are in it.

    :raises CatalogueRejected: if the person is not in service.
    """
    Crew.objects.select_for_update(no_key=True).get(pk=crew.pk)
    if not user.is_active or user.is_system:
        raise CatalogueRejected(f"{user} no está en servicio: elija a otra persona.")
    member, is_new = CrewMember.objects.get_or_create(
        crew=crew, user=user, valid_until=None, defaults={"valid_from": on}
    )
    if is_new:
        _tell(crew, f"entra {user} el {format_date(on)}", at, by)
    return member


@transaction.atomic
def end_crew_member(*, member: CrewMember, on: date, at: datetime, by: User) -> CrewMember:
    """Take a person out of a crew on a day, which is the first one without them. Idempotent.

    :raises CatalogueRejected: if the person entered that day or later.
    """
    found = CrewMember.objects.select_for_update(no_key=True).get(pk=member.pk)
    if found.valid_until is not None:
        return found
    if on <= found.valid_from:
        raise CatalogueRejected(
            f"{found.user} entró el {format_date(found.valid_from)}: su salida debe ser de un día posterior."
        )
    found.valid_until = on
    found.save(update_fields=["valid_until"])
    _tell(found.crew, f"sale {found.user} el {format_date(on)}", at, by)
    return found


def _refuse_with_orders(crew: Crew) -> None:
    waiting = WorkOrder.objects.filter(crew=crew, state__in=("PROGRAMMED", "IN_FIELD")).count()
    if waiting:
        raise CatalogueRejected(
            f"«{crew}» tiene {waiting:,} órdenes programadas: páselas a otra cuadrilla antes de cambiarla."
        )


def _tell(crew: Crew, what: str, at: datetime, by: User) -> None:
    publish(
        CREW_CHANGED, subject_kind="Crew", subject_id=crew.pk, facts={"name": str(crew), "what": what}, at=at, by=by
    )
