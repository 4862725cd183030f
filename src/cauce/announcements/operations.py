"""Telling the public: announcements written, published and withdrawn, turns of supply, and what is handed out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from cauce.announcements.events import (
    ANNOUNCEMENT_PUBLISHED,
    ANNOUNCEMENT_WITHDRAWN,
    ANNOUNCEMENT_WRITTEN,
    OFFERING_ASKED,
    OFFERING_DELIVERED,
    OFFERING_REFUSED,
    OFFERING_STOCKED,
)
from cauce.announcements.models import (
    Announcement,
    AnnouncementPlace,
    Offering,
    OfferingMovement,
    OfferingRequest,
    SupplyTurn,
)
from cauce.announcements.queries import accounts_reached
from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_datetime
from cauce.core.yaml_files import read_yaml
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.registry.models import Account, Route, Sector
from cauce.users.models import Area, User

SERIES = "AVI"
WEEKDAYS: Mapping[str, int] = {
    "lunes": 0,
    "martes": 1,
    "miércoles": 2,
    "jueves": 3,
    "viernes": 4,
    "sábado": 5,
    "domingo": 6,
}


class AnnouncementRefused(DomainError):
    """The announcement cannot be as it was asked for."""


class NotEnoughLeft(DomainError):
    """There is less of the material than what is asked."""


class RequestAnswered(DomainError):
    """The request was answered before."""


class SupplyTurnsRejected(DomainError):
    """The file of the turns of supply has a fault."""


@transaction.atomic
def write_announcement(
    *,
    kind: Announcement.Kind,
    title: str,
    body: str,
    reason: str = "",
    starts_at: datetime,
    ends_at: datetime,
    is_for_everybody: bool = False,
    sectors: Sequence[Sector] = (),
    routes: Sequence[Route] = (),
    accounts: Sequence[Account] = (),
    at: datetime,
    by: User,
    key: str,
) -> Announcement:
    """Prepare an announcement and say whom it is for. Nobody sees it until it is published. Idempotent by key.

    :raises AnnouncementRefused: if it says nothing, ends before it starts or is over, or reaches nobody.
    """
    first = Announcement.objects.filter(key=key).first()
    if first is not None:
        return first
    if not title.strip() or not body.strip():
        raise AnnouncementRefused("Escriba el título y el texto del aviso.")
    if ends_at <= starts_at or ends_at <= at:
        raise AnnouncementRefused("El aviso debe terminar después de empezar y no antes de ahora; revise las horas.")
    if not is_for_everybody and not (sectors or routes or accounts):
        raise AnnouncementRefused("Diga para quién es: elija sectores, rutas o cuentas, o márquelo para todos.")
    document = create_document(kind=Document.Kind.ANNOUNCEMENT, series=SERIES, issued_on=local_day(at), at=at, by=by)
    written = Announcement.objects.create(
        document=document,
        key=key,
        kind=kind,
        title=title.strip(),
        body=body.strip(),
        reason=reason.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        is_for_everybody=is_for_everybody,
        written_at=at,
        written_by=by,
    )
    AnnouncementPlace.objects.bulk_create(
        [
            *(AnnouncementPlace(announcement=written, sector=sector) for sector in sectors),
            *(AnnouncementPlace(announcement=written, route=route) for route in routes),
            *(AnnouncementPlace(announcement=written, account=account) for account in accounts),
        ]
    )
    _tell(ANNOUNCEMENT_WRITTEN, written, at, by, {"when": _when(written)})
    return written


@transaction.atomic
def publish_announcement(*, announcement: Announcement, at: datetime, by: User) -> Announcement:
    """Show an announcement at the window and to who answers the telephone, from its start to its end. Idempotent.

    :raises AnnouncementRefused: if it was withdrawn, or is over.
    """
    found = _locked(announcement)
    if found.published_at is not None and found.withdrawn_at is None:
        return found
    if found.withdrawn_at is not None:
        raise AnnouncementRefused("Ese aviso se retiró; prepare otro.")
    if found.ends_at <= at:
        raise AnnouncementRefused("Ese aviso ya terminó; prepare otro con las fechas que corresponden.")
    found.published_at, found.published_by = at, by
    found.save(update_fields=["published_at", "published_by"])
    reached = accounts_reached(found).count()
    reach = "para todas las cuentas" if found.is_for_everybody else f"para {reached:,} cuentas"
    _tell(ANNOUNCEMENT_PUBLISHED, found, at, by, {"when": _when(found), "reach": reach})
    return found


@transaction.atomic
def withdraw_announcement(*, announcement: Announcement, reason: str, at: datetime, by: User) -> Announcement:
    """Stop showing an announcement, and say why. Idempotent.

    :raises AnnouncementRefused: if it does not say why.
    """
    if not reason.strip():
        raise AnnouncementRefused("Escriba por qué se retira el aviso.")
    found = _locked(announcement)
    if found.withdrawn_at is None:
        found.withdrawn_at, found.withdrawn_reason = at, reason.strip()
        found.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        _tell(ANNOUNCEMENT_WITHDRAWN, found, at, by, {"reason": found.withdrawn_reason})
    return found


@transaction.atomic
def set_supply_turn(*, sector: Sector, weekday: int, from_time: time, until_time: time, valid_from: date) -> SupplyTurn:
    """Give a sector water on a day of the week between two hours, from a date on. Idempotent.

    :raises SupplyTurnsRejected: if it ends before it starts.
    """
    if until_time <= from_time:
        raise SupplyTurnsRejected(f"{sector}: el suministro debe terminar después de empezar.")
    turn, _ = SupplyTurn.objects.get_or_create(
        sector=sector,
        weekday=weekday,
        from_time=from_time,
        until_time=until_time,
        valid_until=None,
        defaults={"valid_from": valid_from},
    )
    return turn


@transaction.atomic
def end_supply_turn(*, turn: SupplyTurn, on: date) -> SupplyTurn:
    """Let a turn be in force until the day before ``on``. Idempotent.

    :raises SupplyTurnsRejected: if it had not begun.
    """
    found = SupplyTurn.objects.select_for_update(no_key=True).get(pk=turn.pk)
    if found.valid_until is None:
        if on <= found.valid_from:
            raise SupplyTurnsRejected("Ese turno de suministro aún no empieza; ponga una fecha posterior.")
        found.valid_until = on
        found.save(update_fields=["valid_until"])
    return found


@transaction.atomic
def load_supply_turns(*, path: Path, on: date) -> int:
    """Take the turns of supply from a YAML file: by sector, the days with their hours. Idempotent.

    :returns: how many turns were added.
    :raises SupplyTurnsRejected: naming the file and what is wrong in it.
    """
    before = SupplyTurn.objects.count()
    for name, days in _turns_of(path).items():
        sector = Sector.objects.filter(name=name).first()
        if sector is None:
            raise SupplyTurnsRejected(f"«{path.name}»: no existe el sector «{name}»; revise su nombre en el padrón.")
        for day, hours in days.items():
            from_time, until_time = hours
            set_supply_turn(
                sector=sector, weekday=WEEKDAYS[day], from_time=from_time, until_time=until_time, valid_from=on
            )
    return SupplyTurn.objects.count() - before


@transaction.atomic
def stock_offering(*, offering: Offering, quantity: int, reason: str, at: datetime, by: User) -> Offering:
    """Add to what there is of a material, or take from it (negative), with the reason. Not idempotent.

    :raises NotEnoughLeft: if more is taken than there is.
    """
    found = Offering.objects.select_for_update(no_key=True).get(pk=offering.pk)
    _move(found, quantity, reason.strip() or "Existencia", None, at, by)
    publish(
        OFFERING_STOCKED,
        subject_kind="Offering",
        subject_id=found.pk,
        facts={
            "name": found.name,
            "movement": f"entraron {quantity:,}" if quantity > 0 else f"salieron {-quantity:,}",
            "reason": reason.strip(),
        },
        at=at,
        by=by,
    )
    return found


@transaction.atomic
def ask_for_offering(
    *, offering: Offering, quantity: int, area: Area | None, note: str = "", at: datetime, by: User
) -> OfferingRequest:
    """Ask Comunicación Social for a material, or for places in an event. Not idempotent.

    :raises AnnouncementRefused: if who asks has no area.
    :raises NotEnoughLeft: if it asks for nothing or for more than there is.
    """
    if area is None:
        raise AnnouncementRefused("Su cuenta no tiene área; pida a Informática que se la asigne.")
    if not 0 < quantity <= offering.left:
        raise NotEnoughLeft(f"De «{offering.name}» quedan {offering.left:,}; pida entre 1 y eso.")
    asked = OfferingRequest.objects.create(
        offering=offering, quantity=quantity, area=area, note=note.strip(), asked_at=at, asked_by=by
    )
    _tell_request(OFFERING_ASKED, asked, at, by)
    return asked


@transaction.atomic
def deliver_offering(*, request: OfferingRequest, at: datetime, by: User) -> OfferingRequest:
    """Hand over what was asked for. Idempotent.

    :raises RequestAnswered: if it was refused before.
    :raises NotEnoughLeft: if there is no longer enough.
    """
    found = _locked_request(request)
    if found.state == OfferingRequest.State.DELIVERED:
        return found
    if found.state == OfferingRequest.State.REFUSED:
        raise RequestAnswered("Esa solicitud ya se contestó que no se pudo; haga otra.")
    offering = Offering.objects.select_for_update(no_key=True).get(pk=found.offering_id)
    _move(offering, -found.quantity, f"Entregado a {found.area}", found, at, by)
    _answer(found, OfferingRequest.State.DELIVERED, "", at, by)
    _tell_request(OFFERING_DELIVERED, found, at, by)
    return found


@transaction.atomic
def refuse_offering(*, request: OfferingRequest, reason: str, at: datetime, by: User) -> OfferingRequest:
    """Say that what was asked for is not given, and why. Idempotent.

    :raises RequestAnswered: if it does not say why, or it was delivered before.
    """
    if not reason.strip():
        raise RequestAnswered("Escriba por qué no se entrega.")
    found = _locked_request(request)
    if found.state == OfferingRequest.State.DELIVERED:
        raise RequestAnswered("Esa solicitud ya se entregó.")
    if found.state == OfferingRequest.State.ASKED:
        _answer(found, OfferingRequest.State.REFUSED, reason.strip(), at, by)
        _tell_request(OFFERING_REFUSED, found, at, by)
    return found


@transaction.atomic
def save_offering(
    *,
    offering: Offering | None,
    kind: Offering.Kind,
    name: str,
    about: str,
    happens_at: datetime | None = None,
    place: str = "",
    is_active: bool = True,
) -> Offering:
    """Add a leaflet, an event or a course, or correct one. Its stock changes by :func:`stock_offering`. Idempotent.

    :raises AnnouncementRefused: if it has no name, or another has it.
    """
    if not name.strip():
        raise AnnouncementRefused("Escriba el nombre del material.")
    others = Offering.objects.filter(name=name.strip())
    if (others if offering is None else others.exclude(pk=offering.pk)).exists():
        raise AnnouncementRefused(f"Ya hay un material que se llama «{name.strip()}»; corríjalo en lugar de repetirlo.")
    told = {
        "kind": kind,
        "name": name.strip(),
        "about": about.strip(),
        "happens_at": happens_at,
        "place": place.strip(),
        "is_active": is_active,
    }
    if offering is None:
        return Offering.objects.create(**told)
    found = Offering.objects.select_for_update(no_key=True).get(pk=offering.pk)
    for column, value in told.items():
        setattr(found, column, value)
    # How many are left is not the form's: somebody may be handing them out meanwhile.
    found.save(update_fields=list(told))
    return found


def _move(
    offering: Offering, quantity: int, reason: str, request: OfferingRequest | None, at: datetime, by: User
) -> None:
    if offering.left + quantity < 0:
        raise NotEnoughLeft(f"De «{offering.name}» quedan {offering.left:,}: no alcanza.")
    OfferingMovement.objects.create(offering=offering, quantity=quantity, reason=reason, request=request, at=at, by=by)
    offering.left += quantity
    offering.save(update_fields=["left"])


def _answer(request: OfferingRequest, state: OfferingRequest.State, answer: str, at: datetime, by: User) -> None:
    request.state, request.answered_at, request.answered_by, request.answer = state, at, by, answer
    request.save(update_fields=["state", "answered_at", "answered_by", "answer"])


def _locked(announcement: Announcement) -> Announcement:
    return Announcement.objects.select_for_update(no_key=True).get(pk=announcement.pk)


def _locked_request(request: OfferingRequest) -> OfferingRequest:
    return OfferingRequest.objects.select_for_update(no_key=True).get(pk=request.pk)


def _when(announcement: Announcement) -> str:
    starts, ends = timezone.localtime(announcement.starts_at), timezone.localtime(announcement.ends_at)
    return f"del {format_datetime(starts)} al {format_datetime(ends)}"


def _tell(kind: EventKind, announcement: Announcement, at: datetime, by: User, facts: Mapping[str, object]) -> None:
    publish(
        kind,
        subject_kind="Announcement",
        subject_id=announcement.pk,
        facts={"folio": announcement.document.folio, "title": announcement.title, **facts},
        at=at,
        by=by,
    )


def _tell_request(kind: EventKind, request: OfferingRequest, at: datetime, by: User) -> None:
    publish(
        kind,
        subject_kind="OfferingRequest",
        subject_id=request.pk,
        facts={
            "area": str(request.area),
            "quantity": f"{request.quantity:,}",
            "name": request.offering.name,
            "reason": request.answer,
        },
        at=at,
        by=by,
    )


def _turns_of(path: Path) -> dict[str, dict[str, tuple[time, time]]]:
    """The turns of a file, by sector and day.

    :raises SupplyTurnsRejected: naming the file and what is wrong in it.
    """
    content = read_yaml(path, refusal=SupplyTurnsRejected)
    sectors = content.get("tandeo") if isinstance(content, dict) else None
    if not isinstance(sectors, dict) or set(content) != {"tandeo"}:
        raise SupplyTurnsRejected(f"«{path.name}» debe llevar sólo «tandeo», con los sectores y sus días.")
    found: dict[str, dict[str, tuple[time, time]]] = {}
    for sector, days in sectors.items():
        if not isinstance(days, dict) or not days:
            raise SupplyTurnsRejected(f"«{path.name}», «{sector}»: escriba sus días con sus horas.")
        for day, hours in days.items():
            if day not in WEEKDAYS:
                raise SupplyTurnsRejected(f"«{path.name}», «{sector}»: «{day}» no es un día de la semana.")
            try:
                first, last = (time.fromisoformat(part.strip()) for part in str(hours).split("-"))
            except ValueError as error:
                raise SupplyTurnsRejected(
                    f"«{path.name}», «{sector}», {day}: escriba las horas como 06:00-10:00."
                ) from error
            found.setdefault(str(sector), {})[str(day)] = (first, last)
    return found
