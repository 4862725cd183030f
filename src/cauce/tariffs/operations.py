"""Loading a law: read, tried against its worked cases, approved by a second person and put in force."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db import connection, transaction

from cauce.core.errors import DomainError
from cauce.core.es_mx import count_of, format_date
from cauce.events.operations import publish
from cauce.tariffs import rules
from cauce.tariffs.events import LAW_LOADED
from cauce.tariffs.models import LawInForce, Schedule, TariffCode
from cauce.users.models import User

_LAW_SUFFIXES = (".yaml", ".yml", ".csv")
_SHOWN_DIFFERENCES = 20


class NotALawFolder(DomainError):
    """The folder is not there, or cannot be read."""


class CasesDiffer(DomainError):
    """The law prices some worked cases otherwise than they say; ``law.cases`` lists them."""

    def __init__(self, law: "ReadLaw") -> None:
        self.law = law
        outcome = law.cases
        shown = [str(difference) for difference in outcome.differences[:_SHOWN_DIFFERENCES]]
        if len(outcome.differences) > len(shown):
            shown.append("…")
        super().__init__(
            "\n".join(
                [
                    f"La ley no se cargó: {count_of(outcome.failed, 'caso', 'casos')} de {outcome.cases} de "
                    f"{rules.CASES_FILE} no coinciden. Corrija los casos o las tablas.",
                    *shown,
                ]
            )
        )


class LawNeedsTwoPeople(DomainError):
    """Who loads a law may not approve it."""


class LawOverlaps(DomainError):
    """Another law already rules some of its days."""


@dataclass(frozen=True, slots=True)
class ReadLaw:
    """A law read from a folder: its text by file, what it says, and how its worked cases came out."""

    files: Mapping[str, str]
    schedule: rules.Schedule
    cases: rules.CasesOutcome


@dataclass(frozen=True, slots=True)
class LoadedLaw:
    """A law that was loaded; ``is_new`` is False when it already was."""

    schedule: Schedule
    law: ReadLaw
    is_new: bool


def check_law(*, directory: Path) -> ReadLaw:
    """Read a law's folder strictly and try its worked cases, writing nothing. The cases may differ: see ``cases``.

    :raises NotALawFolder: there is no such folder.
    :raises LawRejected: with every fault by file, row and column.
    """
    files = _read_folder(directory)
    schedule = rules.read_law(files)
    text = files.get(rules.CASES_FILE)
    cases = [] if text is None else rules.read_cases(rules.CASES_FILE, text)
    return ReadLaw(files, schedule, rules.run_cases(cases, lambda _month: schedule))


@transaction.atomic
def load_law(*, directory: Path, at: datetime, by: User, approved_by: User) -> LoadedLaw:
    """Load the law of a folder and put it in force from its first day; new claves become known to the padrón.

    A law that names another in ``amends`` ends it on its own first day; otherwise its days must be free.
    Idempotent by the law's hash: loading it again tries its cases again and changes nothing.

    :raises NotALawFolder: there is no such folder.
    :raises LawRejected: with every fault by file, row and column.
    :raises CasesDiffer: a worked case does not come out to the centavo.
    :raises LawNeedsTwoPeople: the same person loads and approves.
    :raises LawOverlaps: another law rules some of its days and this one does not amend it.
    """
    if by.pk == approved_by.pk:
        raise LawNeedsTwoPeople("Quien carga la ley no puede autorizarla; pida a otra persona que la autorice.")
    law = check_law(directory=directory)
    if law.cases.differences:
        raise CasesDiffer(law)
    with connection.cursor() as cursor:
        # Two loads at once would both find the days free: one waits for the other.
        cursor.execute("LOCK TABLE tariffs_lawinforce IN SHARE ROW EXCLUSIVE MODE")
    known = Schedule.objects.filter(sha256=law.schedule.sha256).first()
    if known is not None:
        return LoadedLaw(known, law, is_new=False)
    _make_room(law.schedule)
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
        approved_at=at,
        approved_by=approved_by,
    )
    LawInForce.objects.create(
        schedule=schedule, valid_from=law.schedule.valid_from, valid_until=law.schedule.valid_until
    )
    TariffCode.objects.bulk_create(
        [
            TariffCode(code=entry.code, name=entry.name, use_class=entry.use_class)
            for entry in law.schedule.tariff_codes.values()
        ],
        ignore_conflicts=True,
    )
    publish(
        LAW_LOADED,
        subject_kind="schedule",
        subject_id=schedule.pk,
        facts={
            "decree": schedule.decree,
            "municipality": schedule.municipality,
            "year": schedule.year,
            "valid_from": format_date(schedule.valid_from),
            "hash": schedule.sha256[:16],
            "approved_by": str(approved_by),
        },
        at=at,
        by=by,
    )
    return LoadedLaw(schedule, law, is_new=True)


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


def _read_folder(directory: Path) -> dict[str, str]:
    if not directory.is_dir():
        raise NotALawFolder(f"No hay una carpeta «{directory}»; indique la que tiene {rules.LAW_FILE} y sus tablas.")
    files = {}
    for path in sorted(directory.iterdir()):
        if path.suffix not in _LAW_SUFFIXES or not path.is_file():
            continue
        try:
            files[path.name] = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise rules.LawRejected(
                [rules.Defect(path.name, None, None, "no es texto en UTF-8; guárdelo de nuevo en UTF-8.")]
            ) from None
    return files
