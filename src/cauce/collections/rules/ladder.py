"""Where an account stands on the ladder, what comes next, from which day, and what stops it: pure, of values."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from cauce.core.business_days import BusinessCalendar
from cauce.core.es_mx import count_of, format_date, format_money, join_words

WAITING: Final = frozenset({"SELECTED", "AUTHORISED", "ISSUED"})
"""An act in hand: it was chosen or issued, and nobody has said what came of it."""
SERVING: Final = frozenset({"DELIVERED", "DONE"})
"""An act that ended well: what follows it counts its days from then."""
FOLLOW_UP: Final = "FOLLOW_UP"

NAMES_OF_USE: Final[Mapping[str, str]] = {
    "DOMESTIC": "doméstico",
    "MIXED": "combinado",
    "COMMERCIAL": "comercial",
    "INDUSTRIAL": "industrial",
    "PUBLIC_SCHOOL": "escuela oficial",
    "PRIVATE_SCHOOL": "escuela particular",
    "GOVERNMENT": "gobierno",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTerms:
    """What a step is, what must come before it and how long before, and for whom."""

    name: str
    kind: str
    position: int
    predecessors: tuple[str, ...] = ()
    min_days: int = 0
    max_days: int | None = None
    min_debt: Decimal = Decimal(0)
    min_months: int = 1
    use_classes: tuple[str, ...] = ()
    channel: str = "NONE"
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung(StepTerms):
    """A step of the ladder as its rule needs it."""

    code: str


class Taken(NamedTuple):
    """An act that was taken, or is being taken, with an account: the rung, how it is, and when it ended well."""

    step: str
    state: str
    issued_on: date | None = None
    ended_on: date | None = None


class Owing(NamedTuple):
    """What the ladder asks of an account as of a day. ``debt`` is overdue, in pesos."""

    debt: Decimal
    months: int
    use_class: str
    state: str = "ACTIVE"
    is_holder_dead: bool = False
    holds: tuple[str, ...] = ()
    has_agreement: bool = False
    email: str = ""
    phone: str = ""


class Standing(NamedTuple):
    """Where an account is.

    ``current`` is the highest rung that serves or is in hand, ``next`` the one that follows, ``from_day`` the first day
    in which its term lets it be taken (``until`` the last), and ``blocks`` what stops it, each a sentence.
    """

    current: Rung | None
    current_act: Taken | None
    next: Rung | None
    from_day: date | None
    until: date | None
    blocks: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs in their order, and the calendar by which their terms are counted."""

    rungs: tuple[Rung, ...]
    calendar: BusinessCalendar

    def rung(self, code: str) -> Rung | None:
        """A rung by its code."""
        return next((rung for rung in self.rungs if rung.code == code), None)


def ladder_of(rungs: Iterable[Rung], calendar: BusinessCalendar) -> Ladder:
    """A ladder with its rungs in order."""
    return Ladder(tuple(sorted(rungs, key=lambda rung: rung.position)), calendar)


def why_not(ladder: Ladder, rung: Rung, owing: Owing, taken: Sequence[Taken], day: date) -> tuple[str, ...]:
    """Why a rung may not be taken with an account on a day, in sentences; none, and it may."""
    said = [
        *_what_stops_all(owing),
        *_what_it_asks(rung, owing),
        *_what_is_in_hand(ladder, rung, taken, day),
        *_what_must_come_before(ladder, rung, taken, day),
    ]
    return tuple(dict.fromkeys(said))


def window(ladder: Ladder, rung: Rung, taken: Sequence[Taken]) -> tuple[date, date | None] | None:
    """The first and the last day in which the term after its predecessor lets a rung be taken.

    None when no predecessor was delivered or done; of several, the one that lets it be taken for longer.
    """
    windows = [_window_after(ladder, rung, act) for act in taken if act.step in rung.predecessors and _ended(act)]
    if not windows:
        return None
    return max(windows, key=lambda each: (each[1] is None, each[1] or date.min, each[0]))


def standing(ladder: Ladder, owing: Owing, taken: Sequence[Taken], day: date) -> Standing:
    """Where an account stands on a day, what comes next and what stops it."""
    current, act = _current(ladder, taken, day)
    following = _following(ladder, current, act, owing, taken)
    if following is None:
        return Standing(current, act, None, None, None, (), _sentence(current, act, None, None, day))
    opens = window(ladder, following, taken)
    from_day, until = opens if opens is not None else (None, None)
    blocks = why_not(ladder, following, owing, taken, day)
    if not following.predecessors and not blocks:
        from_day = ladder.calendar.next_business_day(day)
    return Standing(current, act, following, from_day, until, blocks, _sentence(current, act, following, from_day, day))


def still_serves(ladder: Ladder, act: Taken, day: date) -> bool:
    """Whether an ended act still lets something follow it; what nothing follows serves for its own most days."""
    if not _ended(act):
        return False
    rung = ladder.rung(act.step)
    followers = [each for each in ladder.rungs if act.step in each.predecessors and each.is_active]
    if rung is None:
        return False
    if not followers:
        return _is_open(_own_window(ladder, rung, act), day) if rung.kind != FOLLOW_UP else False
    return any(_is_open(_window_after(ladder, each, act), day) for each in followers)


def _current(ladder: Ladder, taken: Sequence[Taken], day: date) -> tuple[Rung | None, Taken | None]:
    best: tuple[Rung | None, Taken | None] = (None, None)
    for act in taken:
        rung = ladder.rung(act.step)
        if rung is None or not (act.state in WAITING or still_serves(ladder, act, day)):
            continue
        if best[0] is None or rung.position >= best[0].position:
            best = (rung, act)
    return best


def _following(
    ladder: Ladder, current: Rung | None, act: Taken | None, owing: Owing, taken: Sequence[Taken]
) -> Rung | None:
    """The lowest rung above where it stands that is for its use, can reach it and whose predecessor was taken."""
    if act is not None and act.state in WAITING:
        return None
    ended = {each.step for each in taken if _ended(each)}
    above = 0 if current is None else current.position + 1
    for rung in ladder.rungs:
        if rung.position < above or not rung.is_active:
            continue
        if not _is_for_use(rung, owing.use_class) or _what_it_lacks(rung, owing):
            continue
        if not rung.predecessors or ended & set(rung.predecessors):
            return rung
    return None


def _what_stops_all(owing: Owing) -> list[str]:
    said = [f"Tiene una retención: {hold}." for hold in owing.holds]
    if owing.debt <= 0:
        said.insert(0, "Ya pagó: no tiene adeudo vencido.")
    if owing.has_agreement:
        said.append("Tiene un convenio de pago vigente.")
    if owing.is_holder_dead:
        said.append("El titular falleció: antes se actualiza el padrón con quien sucede en la toma.")
    if owing.state == "CLOSED":
        said.append("La cuenta está en baja definitiva: su adeudo se cobra por otra vía.")
    return said


def _what_it_asks(rung: Rung, owing: Owing) -> list[str]:
    said = []
    if not rung.is_active:
        said.append(f"«{rung.name}» ya no se usa.")
    if not _is_for_use(rung, owing.use_class):
        uses = join_words([NAMES_OF_USE.get(use, use.lower()) for use in rung.use_classes])
        said.append(f"«{rung.name}» no es para su uso: es para {uses}.")
    if 0 < owing.debt < rung.min_debt:
        said.append(f"Debe {format_money(owing.debt)} vencidos y «{rung.name}» es desde {format_money(rung.min_debt)}.")
    if owing.debt > 0 and owing.months < rung.min_months:
        said.append(
            f"Tiene {count_of(owing.months, 'mes', 'meses')} de adeudo y «{rung.name}» es desde {rung.min_months}."
        )
    return said + _what_it_lacks(rung, owing)


def _what_it_lacks(rung: Rung, owing: Owing) -> list[str]:
    if rung.channel == "EMAIL" and not owing.email:
        return ["No tiene correo electrónico en el padrón."]
    if rung.channel in {"TEXT", "CALL"} and not owing.phone:
        return ["No tiene teléfono en el padrón."]
    return []


def _what_is_in_hand(ladder: Ladder, rung: Rung, taken: Sequence[Taken], day: date) -> list[str]:
    said = []
    for act in taken:
        if act.step != rung.code:
            continue
        if act.state in WAITING:
            said.append(f"Ya tiene en curso «{rung.name}».")
        elif still_serves(ladder, act, day) and act.ended_on is not None:
            said.append(f"«{rung.name}» ya se hizo el {format_date(act.ended_on)} y todavía vale.")
    return said


def _what_must_come_before(ladder: Ladder, rung: Rung, taken: Sequence[Taken], day: date) -> list[str]:
    if not rung.predecessors:
        return []
    opens = window(ladder, rung, taken)
    names = join_words([_name(ladder, code) for code in rung.predecessors], conjunction="o")
    if opens is None:
        return [f"Falta {names}: «{rung.name}» va después, ya entregado o hecho."]
    first, last = opens
    if day < first:
        return [
            f"Corre el plazo de {count_of(rung.min_days, 'día hábil', 'días hábiles')}: "
            f"«{rung.name}» puede hacerse desde el {format_date(first)}."
        ]
    if last is not None and day > last:
        return [f"Lo anterior dejó de valer el {format_date(last)}: hay que repetir {names} antes de «{rung.name}»."]
    return []


def _window_after(ladder: Ladder, rung: Rung, act: Taken) -> tuple[date, date | None]:
    assert act.ended_on is not None
    first = ladder.calendar.next_business_day(_after(ladder.calendar, act.ended_on, rung.min_days))
    last = None if rung.max_days is None else max(first, _after(ladder.calendar, act.ended_on, rung.max_days))
    return first, last


def _own_window(ladder: Ladder, rung: Rung, act: Taken) -> tuple[date, date | None]:
    assert act.ended_on is not None
    last = None if rung.max_days is None else _after(ladder.calendar, act.ended_on, rung.max_days)
    return act.ended_on, last


@lru_cache(maxsize=4096)
def _after(calendar: BusinessCalendar, day: date, business_days: int) -> date:
    """The end of a term: the accounts of a batch had theirs delivered in a few days, and ask for the same ones."""
    return calendar.after(day, business_days)


def _is_open(opens: tuple[date, date | None], day: date) -> bool:
    """Whether its last day has not passed: a term that still runs serves too."""
    return opens[1] is None or day <= opens[1]


def _ended(act: Taken) -> bool:
    return act.state in SERVING and act.ended_on is not None


def _is_for_use(rung: Rung, use_class: str) -> bool:
    return not rung.use_classes or use_class in rung.use_classes


def _name(ladder: Ladder, code: str) -> str:
    rung = ladder.rung(code)
    return f"«{code if rung is None else rung.name}»"


def _sentence(current: Rung | None, act: Taken | None, following: Rung | None, from_day: date | None, day: date) -> str:
    """Where it stands and what comes next, as it is read."""
    if current is None or act is None:
        stands = "Aún no se le hace ninguna acción de cobranza que valga hoy."
    elif act.state in WAITING:
        when = "" if act.issued_on is None else f" desde el {format_date(act.issued_on)}"
        return f"Está en «{current.name}»{when}: falta saber su resultado."
    else:
        assert act.ended_on is not None
        stands = f"Está en «{current.name}», del {format_date(act.ended_on)}."
    if following is None:
        return f"{stands} No sigue otra acción."
    if from_day is None or from_day <= day:
        return f"{stands} Sigue «{following.name}»."
    return f"{stands} Sigue «{following.name}», desde el {format_date(from_day)}."


def days_of(places: int, capacity: int | None) -> int:
    """How many days a batch of so many places takes at a capacity a day."""
    if places == 0:
        return 0
    return 1 if not capacity else -(-places // capacity)


def names_of_uses(codes: Collection[str]) -> str:
    """The uses, as they are read."""
    return join_words([NAMES_OF_USE.get(code, code.lower()) for code in codes]) if codes else "todos"
