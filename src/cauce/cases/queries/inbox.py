"""The inbox: what waits for a person and their areas, by pile, and how many there are of each."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from cauce.cases.models import Case
from cauce.cases.queries.cases import cases_with_people
from cauce.cases.queries.holders import areas_of
from cauce.cases.rules.states import OPEN
from cauce.users.models import User

State = Case.State
PILES: Final[Mapping[str, str]] = {
    "VENCIDOS": "Vencidos",
    "HOY": "Vencen hoy",
    "MIOS": "Míos",
    "POR-TOMAR": "Sin tomar",
    "CANALIZADOS": "Canalizados a mi área",
    "ESPERA": "En espera del usuario",
    "POR-CERRAR": "Resueltos por cerrar",
    "ABIERTOS": "Todos los abiertos",
}


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """How many cases there are in each pile."""

    late: int
    today: int
    mine: int
    untaken: int
    routed: int
    waiting: int
    to_close: int
    open: int


def inbox_pile(user: User, pile: str, *, today: date) -> QuerySet[Case]:
    """The cases of one pile of a person's inbox, without order."""
    areas = areas_of(user, today)
    return cases_with_people().filter(_of_areas(user, areas), _piles(user, areas, today)[pile])


def inbox_counts(user: User, *, today: date) -> InboxCounts:
    """How many there are in each pile. Three queries at most, whatever the number of cases."""
    areas = areas_of(user, today)
    piles = _piles(user, areas, today)
    names = [each.name for each in fields(InboxCounts)]
    wanted = Case.objects.filter(_of_areas(user, areas), state__in=[*OPEN, State.RESOLVED])
    counted = wanted.aggregate(
        **{f"{name}_": Count("pk", filter=condition) for name, condition in zip(names, piles.values(), strict=True)}
    )
    return InboxCounts(**{name: counted[f"{name}_"] for name in names})


def _of_areas(user: User, areas: frozenset[int]) -> Q:
    return Q(area__in=areas) | Q(holder=user)


def _piles(user: User, areas: frozenset[int], today: date) -> dict[str, Q]:
    attended = Q(state__in=[State.RECEIVED, State.ROUTED, State.IN_PROGRESS])
    here = Q(area__in=areas)
    conditions = (
        attended & here & Q(due_on__lt=today),
        attended & here & Q(due_on=today),
        attended & Q(holder=user),
        here & Q(state__in=[State.RECEIVED, State.IN_PROGRESS], holder__isnull=True),
        here & Q(state=State.ROUTED),
        here & Q(state=State.WAITING),
        here & Q(state=State.RESOLVED),
        here & Q(state__in=OPEN),
    )
    return dict(zip(PILES, conditions, strict=True))
