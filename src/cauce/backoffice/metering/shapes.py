"""How the review of readings is shown: permissions, ready reasons, what may be done with a case, its map."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from cauce.core import es_mx
from cauce.core.clock import local_day
from cauce.metering.models import Reader, ReadingCapture, ReadingDecision
from cauce.metering.queries import ChartPoint, Proposal, ReviewCard
from cauce.metering.rules import ESTIMATES, Bills, Place
from cauce.users.models import User
from cauce.users.queries import posts_of
from cauce.users.roles import role_label

SEE: Final = "metering.view_readinground"
REVIEW: Final = "metering.review_readings"
REOPEN: Final = "metering.reopen_decision"
ASSIGN: Final = "metering.assign_routes"
CHANGE_READER: Final = "metering.change_reader"

ACCEPT, CORRECT, ESTIMATE, REVISIT, PARK, SETTLE, TOGETHER, AGAIN = (
    "aceptar",
    "corregir",
    "estimar",
    "visita",
    "apartar",
    "atender",
    "lote",
    "abrir",
)

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    ACCEPT: (
        "La lectura se comprobó con la fotografía",
        "El consumo corresponde a lo que la casa usa",
        "El medidor dio la vuelta",
        "El usuario confirmó su consumo",
    ),
    CORRECT: (
        "La fotografía muestra otra cifra",
        "Se volvió a leer en la casa",
        "Se capturó con los números cambiados",
    ),
    ESTIMATE: (
        "No se pudo leer el medidor",
        "El medidor está parado o dañado",
        "La lectura no es creíble",
    ),
    REVISIT: (
        "Verificar la lectura en la casa",
        "Verificar la serie del medidor",
        "Buscar una fuga",
    ),
    PARK: (
        "La casa está deshabitada",
        "Falta capturar el cambio de medidor",
        "Se resuelve con la lectura del mes próximo",
    ),
    SETTLE: (
        "Se revisó y está bien",
        "Se avisó al usuario",
        "Se mandó revisar en campo",
    ),
    AGAIN: (
        "Llegó la segunda visita",
        "Se decidió con otra cuenta a la vista",
        "El usuario trajo una fotografía",
    ),
}
"""The reasons most given for each act; any other is written."""

TITLES: Final = {
    ACCEPT: "Aceptar la lectura",
    CORRECT: "Corregir la lectura",
    ESTIMATE: "Estimar el consumo",
    REVISIT: "Pedir segunda visita",
    PARK: "Apartar: no se factura este mes",
    SETTLE: "Atender el hallazgo",
    AGAIN: "Volver a abrir",
}
_DECIDES_AGAIN = (ReadingDecision.Kind.REVISIT, ReadingDecision.Kind.REOPENED)
_WIDTH, _HEIGHT, _MARGIN = 320, 170, 34


class Dot(NamedTuple):
    """A point of the drawing."""

    name: str
    across: float
    down: float


@dataclass(frozen=True, slots=True)
class Case:
    """An account of a round on the screen.

    ``acts`` are what this person may do with it, and ``why_not`` why nothing.
    """

    card: ReviewCard
    acts: frozenset[str]
    why_not: str
    estimates: list[Proposal]
    months: list[tuple[ChartPoint, str, str]]
    dots: list[Dot]
    capture: ReadingCapture | None
    has_estimates: bool


def case_of(card: ReviewCard, user: User, at: datetime) -> Case:
    """What a person sees of an account and may do with it. Five queries."""
    acts, why_not = _acts(card, user, at)
    readings = [each.pk for each in card.readings]
    captures = ReadingCapture.objects.filter(reading__in=readings, photo__isnull=False).select_related("photo")
    capture = captures.order_by("-pk").first()
    return Case(
        card=card,
        acts=acts,
        why_not=why_not,
        estimates=[each for each in card.proposals if each.bills in ESTIMATES and each.volume_m3 is not None],
        months=[(point, es_mx.format_month(point.period), _NOTES.get(point.source or "", "")) for point in card.series],
        dots=_dots(card.read_at, card.house),
        capture=capture,
        has_estimates=any(point.source == "ESTIMATED" for point in card.series),
    )


_NOTES = {"ESTIMATED": "estimado", "HISTORY": "del sistema anterior"}


def _acts(card: ReviewCard, user: User, at: datetime) -> tuple[frozenset[str], str]:
    decision, reading = card.decision, card.reading
    decided = decision is not None and decision.kind not in _DECIDES_AGAIN
    waits = reading is not None and reading.status == "REVIEW"
    if card.round.closed_at is not None:
        return frozenset(), "El mes ya se aprobó para facturar: se corrige con un ajuste."
    if decided and not waits:
        assert decision is not None
        if not user.has_perm(REOPEN):
            return frozenset(), "Ya se decidió. La vuelve a abrir el Jefe de Comercialización."
        if decision.decided_by_id == user.pk:
            return frozenset(), "Usted la decidió: la vuelve a abrir otra persona."
        return frozenset({AGAIN}), ""
    if not user.has_perm(REVIEW):
        return frozenset(), "Usted la puede ver. La decide el Encargado de facturación."
    if reading is not None and (why := _own(reading.captured_by_id, reading.reader_code, user)):
        return frozenset(), why
    if not card.row.releases & posts_of(user, local_day(at)):
        who = es_mx.join_words([role_label(each) for each in sorted(card.row.releases)], conjunction="o")
        return frozenset(), f"«{card.row.name}» la libera {who}."
    return frozenset(_open_acts(card)), ""


def _open_acts(card: ReviewCard) -> set[str]:
    reading = card.reading
    acts = {CORRECT, REVISIT, PARK}
    measured = next((each for each in card.proposals if each.bills is Bills.MEASURED), None)
    if reading is not None and reading.status != "OK" and measured is not None and measured.volume_m3 is not None:
        acts.add(ACCEPT)
    if any(each.bills in ESTIMATES and each.volume_m3 is not None for each in card.proposals):
        acts.add(ESTIMATE)
    if any(finding.settled_at is None for finding in card.findings):
        acts.add(SETTLE)
    return acts


def _own(captured_by_id: int | None, reader_code: str, user: User) -> str:
    if captured_by_id == user.pk:
        return "Usted capturó esta lectura: la decide otra persona."
    if reader_code and Reader.objects.filter(user=user, code=reader_code).exists():
        return "Usted tomó esta lectura: la decide otra persona."
    return ""


def _dots(read_at: Place | None, house: Place | None) -> list[Dot]:
    """Where the house is and where it was read, north up, in a drawing of 320 by 170."""
    places = [(name, place) for name, place in (("La casa", house), ("Se leyó aquí", read_at)) if place is not None]
    if len(places) < 2:
        return [Dot(name, _WIDTH / 2, _HEIGHT / 2) for name, _ in places]
    (_, one), (_, other) = places
    across = float(other.longitude - one.longitude) * 0.937
    down = float(one.latitude - other.latitude)
    longest = max(abs(across) / (_WIDTH - 2 * _MARGIN), abs(down) / (_HEIGHT - 2 * _MARGIN)) or 1
    return [
        Dot(name, round(_WIDTH / 2 + side * across / longest / 2, 1), round(_HEIGHT / 2 + side * down / longest / 2, 1))
        for side, (name, _) in zip((-1, 1), places, strict=True)
    ]


def hours_text(seconds: int) -> str:
    """«4 h 30 min»."""
    hours, minutes = divmod(round(Decimal(seconds) / 60), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
