"""The office of the small town: an announcement, supply by turns, leaflets, a suplencia, a request to Informática."""

from dataclasses import dataclass
from datetime import time, timedelta

from cauce.announcements.models import Announcement, Offering, OfferingRequest, SupplyTurn
from cauce.announcements.operations import (
    ask_for_offering,
    save_offering,
    set_supply_turn,
    stock_offering,
    write_announcement,
)
from cauce.cases.models import SystemRequest
from cauce.cases.operations import ask_informatics, hand_over_post
from cauce.core import clock
from cauce.registry.models import Route, Sector
from cauce.users.models import Substitution
from tests.backoffice.town import Town


@dataclass(frozen=True, slots=True)
class OfficeTown:
    """What the screens of the office show."""

    announcement: Announcement
    turn: SupplyTurn
    offering: Offering
    asked: OfferingRequest
    substitution: Substitution
    request: SystemRequest


def office_town(town: Town) -> OfficeTown:
    """Make it; what was made is found again, but for the stock."""
    now, today = clock.now(), clock.today()
    communication, coordinator = town.staff["comunicacion"], town.staff["coordinador"]
    sector, _ = Sector.objects.get_or_create(name="Centro")
    Route.objects.filter(pk=town.account.route_id).update(sector=sector)
    announcement = write_announcement(
        kind=Announcement.Kind.SUPPLY_CUT,
        title="Corte por cambio de válvula",
        body="No habrá agua en el Centro.",
        starts_at=now + timedelta(hours=1),
        ends_at=now + timedelta(hours=6),
        sectors=[sector],
        at=now,
        by=communication,
        key="town/aviso",
    )
    turn = set_supply_turn(
        sector=sector, weekday=0, from_time=time(6), until_time=time(10), valid_from=today - timedelta(days=7)
    )
    offering = Offering.objects.filter(name="Cuide el agua").first()
    if offering is None:
        offering = save_offering(
            offering=None, kind=Offering.Kind.LEAFLET, name="Cuide el agua", about="Ahorro en casa"
        )
        offering = stock_offering(offering=offering, quantity=200, reason="Imprenta", at=now, by=communication)
    asked = offering.requests.first() or ask_for_offering(
        offering=offering, quantity=50, area=coordinator.area, note="Ventanilla", at=now, by=coordinator
    )
    substitution = hand_over_post(
        absent=coordinator,
        substitute=town.staff["facturacion"],
        role="coordinador",
        document_number="JUM/COM/012/2026",
        reason="Vacaciones",
        valid_from=today,
        valid_until=today + timedelta(days=5),
        at=now,
        by=town.staff["jefe"],
    )
    request = ask_informatics(
        nature=SystemRequest.Nature.FAULT,
        category=SystemRequest.Category.TELEPHONY,
        matter="No suena la extensión 12",
        detail="Desde ayer no entra ninguna llamada.",
        at=now,
        by=coordinator,
        key="town/informatica",
    )
    return OfficeTown(announcement, turn, offering, asked, substitution, request)
