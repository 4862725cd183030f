"""What happens on some days of the office: Informática, notices, leaflets, a suplencia, an annex, a report to sign."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from cauce.announcements.models import Announcement, Offering
from cauce.announcements.operations import (
    ask_for_offering,
    deliver_offering,
    publish_announcement,
    refuse_offering,
    save_offering,
    stock_offering,
    write_announcement,
)
from cauce.books.models import DayBook
from cauce.books.operations import approve_annex, propose_annex
from cauce.cases.models import SystemRequest
from cauce.cases.operations import (
    accept_system_request,
    ask_informatics,
    end_system_request,
    hand_over_post,
    put_off_system_request,
    start_system_request,
)
from cauce.cli.demo.days import moment
from cauce.cli.demo.office import OfficeDay
from cauce.registry.models import Sector

LEAVE: Final = (date(2026, 9, 7), date(2026, 9, 14))
ANNEXED_DAY: Final = date(2026, 9, 30)

_FAULT, _SUPPORT, _NEED = SystemRequest.Nature.FAULT, SystemRequest.Nature.SUPPORT, SystemRequest.Nature.NEED


class Asked(NamedTuple):
    """What somebody asks of Informática, and in how many days it is done; none, it still waits."""

    who: str
    nature: SystemRequest.Nature
    category: SystemRequest.Category
    matter: str
    detail: str
    days: int | None


_REQUESTS: Final = {
    date(2026, 8, 5): Asked(
        "cajero",
        _FAULT,
        SystemRequest.Category.HARDWARE,
        "La impresora de la caja 1 no jala papel",
        "Desde ayer hay que meter las hojas de una en una.",
        1,
    ),
    date(2026, 8, 12): Asked(
        "coordinador",
        _FAULT,
        SystemRequest.Category.TELEPHONY,
        "Ruido en la extensión 10",
        "Se oye como lluvia y hay que repetir todo.",
        3,
    ),
    date(2026, 8, 20): Asked(
        "facturacion",
        _NEED,
        SystemRequest.Category.SOFTWARE,
        "Lista de lecturas en cero por ruta",
        "Hoy se arma a mano antes de cada cierre.",
        9,
    ),
    date(2026, 8, 27): Asked(
        "operacion",
        _FAULT,
        SystemRequest.Category.TELECOM,
        "El radio base se apaga",
        "Se apaga cuando llueve; las cuadrillas no oyen.",
        2,
    ),
    date(2026, 9, 3): Asked(
        "jefe",
        _SUPPORT,
        SystemRequest.Category.SOFTWARE,
        "Cómo sacar el reporte del mes a Excel",
        "Para la reunión del Consejo.",
        0,
    ),
    date(2026, 9, 9): Asked(
        "contabilidad",
        _NEED,
        SystemRequest.Category.HARDWARE,
        "Segundo monitor para conciliar",
        "Se comparan dos listas todo el día.",
        None,
    ),
    date(2026, 9, 17): Asked(
        "comunicacion",
        _FAULT,
        SystemRequest.Category.NETWORK,
        "No hay red en la oficina de atrás",
        "El cable pasa por donde entra el agua.",
        4,
    ),
    date(2026, 9, 24): Asked(
        "coordinador",
        _NEED,
        SystemRequest.Category.TELEPHONY,
        "Diadema para contestar y escribir",
        "Se atienden más de diez llamadas al día.",
        8,
    ),
    date(2026, 10, 1): Asked(
        "cajero",
        _FAULT,
        SystemRequest.Category.HARDWARE,
        "El lector de códigos no lee recibos arrugados",
        "Hay que teclear la cuenta.",
        2,
    ),
    date(2026, 10, 7): Asked(
        "operacion",
        _NEED,
        SystemRequest.Category.SOFTWARE,
        "Ver el programa del día en el teléfono",
        "Las cuadrillas llevan la hoja y se moja.",
        None,
    ),
    date(2026, 10, 14): Asked(
        "facturacion",
        _SUPPORT,
        SystemRequest.Category.SOFTWARE,
        "Abrir el archivo del lecturista",
        "Viene con otra separación.",
        0,
    ),
    date(2026, 10, 20): Asked(
        "director",
        _NEED,
        SystemRequest.Category.NETWORK,
        "Red inalámbrica en la sala del Consejo",
        "Para la sesión de noviembre.",
        None,
    ),
    date(2026, 10, 22): Asked(
        "cajero",
        _FAULT,
        SystemRequest.Category.HARDWARE,
        "El cajón de la caja 2 se atora",
        "Hay que abrirlo con llave.",
        None,
    ),
}


def happen(today: OfficeDay) -> None:
    """What happens on this day beside the ordinary."""
    for affair in AFFAIRS.get(today.day, ()):
        affair(today)
    _informatics(today)


def _first_day(today: OfficeDay) -> None:
    """The leaflets and courses there are."""
    at, by = today.at(9), today.person("comunicacion")
    for kind, name, about, left in (
        (Offering.Kind.LEAFLET, "Cuidemos el agua en casa", "Diez cosas que hacer hoy.", 800),
        (Offering.Kind.LEAFLET, "Cómo leer su recibo", "Qué es cada renglón y cómo se calcula.", 500),
        (Offering.Kind.COURSE, "Taller de detección de fugas en casa", "Para amas de casa y comités.", 25),
        (Offering.Kind.EVENT, "Día del Agua en la plaza", "Actividades para niños y atención de trámites.", 200),
    ):
        offering = save_offering(offering=None, kind=kind, name=name, about=about)
        stock_offering(offering=offering, quantity=left, reason="Primera existencia", at=at, by=by)


def _leaflets(today: OfficeDay) -> None:
    offering = Offering.objects.get(name="Cómo leer su recibo")
    by = today.coordinator
    asked = ask_for_offering(
        offering=offering, quantity=150, area=by.area, note="Para la ventanilla", at=today.at(10), by=by
    )
    deliver_offering(request=asked, at=today.at(13), by=today.person("comunicacion"))


def _course(today: OfficeDay) -> None:
    offering = Offering.objects.get(name="Taller de detección de fugas en casa")
    by = today.person("operacion")
    asked = ask_for_offering(
        offering=offering, quantity=20, area=by.area, note="Comité de una comunidad", at=today.at(10), by=by
    )
    reason = "El taller de ese mes ya está completo; se agenda el siguiente."
    refuse_offering(request=asked, reason=reason, at=today.at(12), by=today.person("comunicacion"))


def _leaflets_waiting(today: OfficeDay) -> None:
    offering = Offering.objects.get(name="Cuidemos el agua en casa")
    by = today.person("director")
    ask_for_offering(offering=offering, quantity=60, area=by.area, note="Visita escolar", at=today.at(11), by=by)


def _cut_of_september(today: OfficeDay) -> None:
    _cut(today, today.office.sectors[-1], timedelta(days=1), 8, "Se lava el tanque elevado.", "lavado")


def _cut_now(today: OfficeDay) -> None:
    """The one that is in force in the last days."""
    _cut(today, today.office.sectors[0], timedelta(0), 4 * 24, "Se cambia un tramo de la red principal.", "tramo")


def _cut(today: OfficeDay, sector: Sector, until: timedelta, hours: int, reason: str, name: str) -> None:
    by = today.person("comunicacion")
    starts = today.at(12) + until
    announcement = write_announcement(
        kind=Announcement.Kind.SUPPLY_CUT,
        title=f"Corte de agua en el sector {sector}",
        body=f"{reason} Le pedimos guardar agua para lo indispensable; el servicio vuelve poco a poco.",
        reason=reason,
        starts_at=starts,
        ends_at=starts + timedelta(hours=hours),
        sectors=[sector],
        at=today.at(9, 30),
        by=by,
        key=today.key(f"aviso:{name}"),
    )
    publish_announcement(announcement=announcement, at=today.at(9, 50), by=by)


def _notice(today: OfficeDay) -> None:
    by = today.person("comunicacion")
    announcement = write_announcement(
        kind=Announcement.Kind.NOTICE,
        title="El 16 de septiembre no hay servicio en oficinas",
        body="Las fugas se reportan por teléfono; la guardia atiende todo el día.",
        starts_at=today.at(8),
        ends_at=moment(date(2026, 9, 17)),
        is_for_everybody=True,
        at=today.at(8, 30),
        by=by,
        key=today.key("aviso:descanso"),
    )
    publish_announcement(announcement=announcement, at=today.at(8, 40), by=by)


def _leave(today: OfficeDay) -> None:
    """The coordinator is away for a week and the head of billing holds the post."""
    hand_over_post(
        absent=today.person("coordinador"),
        substitute=today.person("facturacion"),
        role="coordinador",
        document_number="JUMAPAC/DG/118/2026",
        reason="Vacaciones",
        valid_from=LEAVE[0],
        valid_until=LEAVE[1],
        at=today.at(13),
        by=today.person("jefe"),
    )


def _annex(today: OfficeDay) -> None:
    """Something that had been left out of a book: one proposes it and another approves it."""
    proposal = propose_annex(
        book=DayBook.objects.get(day=ANNEXED_DAY),
        text="Se atendió en el mercado a doce locatarios con su recibo; quedaron de pasar a cajas.",
        reason="La lista se hizo en papel y se entregó dos días después.",
        happened_at=datetime.combine(ANNEXED_DAY, moment(ANNEXED_DAY).time(), moment(ANNEXED_DAY).tzinfo)
        + timedelta(hours=4),
        at=today.at(11),
        by=today.person("coordinador"),
        key=today.key("anexo"),
    )
    approve_annex(proposal=proposal, at=today.at(12, 30), by=today.person("jefe"))


def _annex_waiting(today: OfficeDay) -> None:
    day = date(2026, 10, 19)
    propose_annex(
        book=DayBook.objects.get(day=day),
        text="El comité de colonos entregó en mano la lista de registros sin tapa.",
        reason="El oficio se selló en Presidencia y llegó hoy.",
        happened_at=moment(day) + timedelta(hours=3),
        at=today.at(11),
        by=today.person("coordinador"),
        key=today.key("anexo"),
    )


def _informatics(today: OfficeDay) -> None:
    """Each request is accepted the day it is asked, and done some days after; two wait."""
    by = today.person("informatica")
    for day, wanted in _REQUESTS.items():
        if day == today.day:
            asked = ask_informatics(
                nature=wanted.nature,
                category=wanted.category,
                matter=wanted.matter,
                detail=wanted.detail,
                priority=1 if wanted.nature == _FAULT else 2,
                at=today.at(9, 15),
                by=today.person(wanted.who),
                key=today.key("informatica"),
            )
            if wanted.days is not None or wanted.nature == _NEED:
                _accept_request(today, asked, wanted.days)
        elif wanted.days and today.office.calendar.after(day, wanted.days) == today.day:
            request = SystemRequest.objects.get(matter=wanted.matter)
            end_system_request(request=request, is_done=True, answer="Se revisó y quedó.", at=today.at(14, 10), by=by)


def _accept_request(today: OfficeDay, asked: SystemRequest, days: int | None) -> None:
    by = today.person("informatica")
    effort = SystemRequest.Effort.DAYS if days else SystemRequest.Effort.HOURS
    accept_system_request(
        request=asked,
        effort=effort if days is not None else SystemRequest.Effort.WEEKS,
        priority=asked.priority,
        target_on=None if days is None else today.office.calendar.after(today.day, days + 1),
        at=today.at(9, 40),
        by=by,
    )
    if days is None:
        return
    start_system_request(request=asked, at=today.at(10), by=by)
    if days > 7:
        put_off_system_request(request=asked, note="Falta la pieza; llega la otra semana.", at=today.at(11), by=by)
        start_system_request(request=asked, at=today.at(14), by=by)
    if days == 0:
        answer = "Se acompañó a la persona y quedó."
        end_system_request(request=asked, is_done=True, answer=answer, at=today.at(12), by=by)


AFFAIRS: Final[dict[date, tuple[Callable[[OfficeDay], None], ...]]] = {
    date(2026, 8, 3): (_first_day,),
    date(2026, 8, 18): (_leaflets,),
    date(2026, 8, 25): (_course,),
    date(2026, 9, 4): (_leave,),
    date(2026, 9, 15): (_notice,),
    date(2026, 9, 22): (_cut_of_september,),
    date(2026, 10, 2): (_annex,),
    date(2026, 10, 20): (_leaflets_waiting,),
    date(2026, 10, 22): (_cut_now, _annex_waiting),
}
