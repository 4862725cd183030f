"""A law's way: received by one person, put in force by another; a pending one may be discarded and taken up again."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction

from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.events.rules import EventKind
from cauce.tariffs import events, rules
from cauce.tariffs.models import LawDecision, LawInForce, Schedule, TariffCode
from cauce.tariffs.operations.folders import ReadLaw, check_law
from cauce.tariffs.operations.refusals import (
    CasesDiffer,
    FallsNotSigned,
    LawNeedsTwoPeople,
    LawNotPending,
    LawOverlaps,
)
from cauce.tariffs.queries import is_discarded
from cauce.users.models import User

_SIGNED_BY_COMMAND = "Firmado en la línea de comandos por quien puso la ley en vigor."


@dataclass(frozen=True, slots=True)
class LoadedLaw:
    """A law that was loaded; ``is_new`` is False when it already was."""

    schedule: Schedule
    law: ReadLaw
    is_new: bool


@transaction.atomic
def receive_law(*, law: ReadLaw, at: datetime, by: User) -> LoadedLaw:
    """Keep a law that was read, pending: it rules nothing until another person puts it in force.

    Idempotent by the law's hash: receiving it again changes nothing, whatever its state.

    :raises CasesDiffer: a worked case does not come out to the centavo.
    """
    if law.cases.differences:
        raise CasesDiffer(law.schedule, law.cases)
    _one_at_a_time()
    known = Schedule.objects.filter(sha256=law.schedule.sha256).first()
    if known is not None:
        return LoadedLaw(known, law, is_new=False)
    schedule = Schedule.objects.create(
        municipality=law.schedule.municipality,
        year=law.schedule.year,
        law=law.schedule.law,
        decree=law.schedule.decree,
        valid_from=law.schedule.valid_from,
        valid_until=law.schedule.valid_until,
        official=law.schedule.official,
        sha256=law.schedule.sha256,
        content={name: text for name, text in law.files.items() if name != rules.CASES_FILE},
        loaded_at=at,
        loaded_by=by,
    )
    _publish(events.LAW_LOADED, schedule, at=at, by=by)
    return LoadedLaw(schedule, law, is_new=True)


@transaction.atomic
def put_law_in_force(*, schedule: Schedule, falls_basis: str = "", at: datetime, by: User) -> LawInForce:
    """Put a pending law in force from its first day; new claves become known to the padrón.

    A law that names another in ``amends`` ends it on its own first day; otherwise its days must be free. Where an edge
    of its tables makes more water cost less, ``falls_basis`` is the article that says so. Idempotent: one that is
    already in force is given as it is.

    :raises LawNeedsTwoPeople: who loaded it puts it in force.
    :raises LawNotPending: it was discarded.
    :raises FallsNotSigned: an edge falls and nobody says by which article.
    :raises LawOverlaps: another law rules some of its days and this one does not amend it.
    """
    _one_at_a_time()
    ruling = LawInForce.objects.filter(schedule=schedule).first()
    if ruling is not None:
        return ruling
    if schedule.loaded_by_id == by.pk:
        raise LawNeedsTwoPeople("Quien carga la ley no puede ponerla en vigor; pida a otra persona que la autorice.")
    if is_discarded(schedule):
        raise LawNotPending(f"{schedule.decree} se descartó; retómela antes de ponerla en vigor.")
    law = rules.read_law(schedule.content)
    falls = rules.sweep_boundaries(law).falls
    if falls and not falls_basis.strip():
        raise FallsNotSigned(falls)
    _make_room(law)
    ruling = LawInForce.objects.create(
        schedule=schedule,
        valid_from=law.valid_from,
        valid_until=law.valid_until,
        approved_at=at,
        approved_by=by,
        falls_basis=falls_basis.strip() if falls else "",
    )
    TariffCode.objects.bulk_create(
        [
            TariffCode(code=entry.code, name=entry.name, use_class=entry.use_class)
            for entry in law.tariff_codes.values()
        ],
        ignore_conflicts=True,
    )
    _publish(events.LAW_PUT_IN_FORCE, schedule, at=at, by=by)
    return ruling


@transaction.atomic
def load_law(*, directory: Path, at: datetime, by: User, approved_by: User) -> LoadedLaw:
    """Receive the law of a folder and put it in force in one act, with its two people: for the command line.

    The second person signs the edges of its tables that fall, if any. Idempotent by the law's hash: loading it again
    tries its cases again and changes nothing; one that was waiting is put in force.

    :raises NotALawFolder: there is no such folder.
    :raises LawRejected: with every fault by file, row and column.
    :raises CasesDiffer: a worked case does not come out to the centavo.
    :raises LawNeedsTwoPeople: the same person loads and approves.
    :raises LawNotPending: it was discarded.
    :raises LawOverlaps: another law rules some of its days and this one does not amend it.
    """
    if by.pk == approved_by.pk:
        raise LawNeedsTwoPeople("Quien carga la ley no puede ponerla en vigor; pida a otra persona que la autorice.")
    loaded = receive_law(law=check_law(directory=directory), at=at, by=by)
    put_law_in_force(schedule=loaded.schedule, falls_basis=_SIGNED_BY_COMMAND, at=at, by=approved_by)
    return loaded


@transaction.atomic
def discard_law(*, schedule: Schedule, reason: str, at: datetime, by: User) -> LawDecision:
    """Leave a pending law aside, for a reason; it may be taken up again.

    :raises LawNotPending: it is in force or was discarded already, or there is no reason.
    """
    _one_at_a_time()
    if LawInForce.objects.filter(schedule=schedule).exists():
        raise LawNotPending(f"{schedule.decree} está en vigor y no se descarta; una reforma es otra ley.")
    if is_discarded(schedule):
        raise LawNotPending(f"{schedule.decree} ya se había descartado.")
    return _decide(schedule, LawDecision.Kind.DISCARDED, events.LAW_DISCARDED, reason, at, by)


@transaction.atomic
def take_up_law(*, schedule: Schedule, reason: str, at: datetime, by: User) -> LawDecision:
    """Make a discarded law pending again, for a reason.

    :raises LawNotPending: it was not discarded, or there is no reason.
    """
    _one_at_a_time()
    if not is_discarded(schedule):
        raise LawNotPending(f"{schedule.decree} no está descartada.")
    return _decide(schedule, LawDecision.Kind.TAKEN_UP, events.LAW_TAKEN_UP, reason, at, by)


def _decide(
    schedule: Schedule, kind: LawDecision.Kind, event: EventKind, reason: str, at: datetime, by: User
) -> LawDecision:
    if not reason.strip():
        raise LawNotPending("Escriba el motivo: queda en la historia de la ley.")
    decision = LawDecision.objects.create(
        schedule=schedule, kind=kind, reason=reason.strip(), decided_at=at, decided_by=by
    )
    _publish(event, schedule, at=at, by=by, reason=reason.strip())
    return decision


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        # Two loads at once would both find the days free: one waits for the other.
        cursor.execute("LOCK TABLE tariffs_lawinforce IN SHARE ROW EXCLUSIVE MODE")


def _publish(event: EventKind, schedule: Schedule, *, at: datetime, by: User, **more: str) -> None:
    publish(
        event,
        subject_kind="schedule",
        subject_id=schedule.pk,
        facts={
            "decree": schedule.decree,
            "municipality": schedule.municipality,
            "year": schedule.year,
            "valid_from": format_date(schedule.valid_from),
            "hash": schedule.sha256[: rules.SHORT_HASH],
            "loaded_by": str(schedule.loaded_by),
            **more,
        },
        at=at,
        by=by,
    )


def _make_room(law: rules.Schedule) -> None:
    """End the law that this one amends; any other in its days is a refusal."""
    overlapping = LawInForce.objects.select_related("schedule").filter(
        valid_from__lt=law.valid_until, valid_until__gt=law.valid_from
    )
    for ruling in overlapping:
        amended = ruling.schedule.decree
        if law.amends != amended:
            raise LawOverlaps(
                f"{amended} ya rige del {format_date(ruling.valid_from)} al {_last_day(ruling.valid_until)}. "
                f"Si ésta la reforma, escriba «amends: {amended}» en {rules.LAW_FILE}; si no, corrija su vigencia."
            )
        if not (ruling.valid_from < law.valid_from and law.valid_until >= ruling.valid_until):
            raise LawOverlaps(
                f"Una reforma de {amended} debe empezar después que él ({format_date(ruling.valid_from)}) y regir "
                f"hasta su último día ({_last_day(ruling.valid_until)}); corrija su vigencia en {rules.LAW_FILE}."
            )
        ruling.valid_until = law.valid_from
        ruling.save(update_fields=["valid_until"])


def _last_day(valid_until: date) -> str:
    return format_date(date.fromordinal(valid_until.toordinal() - 1))
