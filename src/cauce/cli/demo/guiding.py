"""The lineamientos of the demonstration: authorised in August, read by nearly everybody, checked each month."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from cauce.cli.demo.days import KEY, moment
from cauce.core.periods import period_of, previous_period
from cauce.guidelines.models import ChecklistMonth, Guideline, GuidelineVersion
from cauce.guidelines.operations import (
    acknowledge_guideline,
    authorise_guideline,
    capture_checklist,
    close_checklist,
    rewrite_guideline,
    start_guideline_version,
    submit_guideline,
)
from cauce.guidelines.queries import staff_bound_by, text_of
from cauce.guidelines.rules import COMPLIES, FAILS, NOT_APPLICABLE, Answer, Clause
from cauce.reports.queries.guideline_figures import figures_of
from cauce.users.models import User

People = Mapping[str, User]
State = GuidelineVersion.State

_LATE_READERS: Final = ("cajero3", "tecnico2")
# What did not comply or did not apply, by the kind of the lineamiento and the month; the rest complied.
_FOUND: Final[Mapping[tuple[str, date], Mapping[int, Answer]]] = {
    (Guideline.Kind.TARIFF_CONTROL, date(2026, 8, 1)): {
        1: Answer(NOT_APPLICABLE, "Todavía no se factura en este sistema."),
        5: Answer(FAILS, "Una de cinco se contestó de memoria; se recordó usar el simulador."),
    },
    (Guideline.Kind.TARIFF_CONTROL, date(2026, 9, 1)): {
        2: Answer(FAILS, "Quedan hallazgos de agosto sin inspeccionar; se agendan aforos para octubre."),
    },
    (Guideline.Kind.COLLECTION, date(2026, 8, 1)): {
        1: Answer(NOT_APPLICABLE, "En agosto no se emitieron avisos."),
        4: Answer(NOT_APPLICABLE, "Sin pagarés todavía."),
    },
    (Guideline.Kind.TARIFF_CONTROL, date(2026, 10, 1)): {
        1: Answer(NOT_APPLICABLE, "Se revisa al terminar de facturar el mes."),
    },
    (Guideline.Kind.COLLECTION, date(2026, 9, 1)): {
        1: Answer(FAILS, "Hubo casas solas y domicilios mal escritos; se repiten por la tarde y se corrige el padrón."),
        5: Answer(FAILS, "Una aclaración tardó siete días en el banco; se habló con la sucursal."),
    },
    (Guideline.Kind.SUSPENSION, date(2026, 8, 1)): {
        number: Answer(NOT_APPLICABLE, "En agosto no se redujo ningún servicio.") for number in (1, 2, 3, 4)
    },
    (Guideline.Kind.SUSPENSION, date(2026, 9, 1)): {
        **{number: Answer(NOT_APPLICABLE, "En septiembre no se redujo ningún servicio.") for number in (1, 3, 4)},
        2: Answer(FAILS, "Algunas se hicieron un día después por falta de material; se pidió tener existencia."),
    },
    (Guideline.Kind.COLLECTION, date(2026, 10, 1)): {
        1: Answer(FAILS, "Falta entregar lo de la última relación; se asigna otra persona."),
    },
    (Guideline.Kind.SUSPENSION, date(2026, 10, 1)): {
        2: Answer(FAILS, "Dos se hicieron tarde; el Jefe de Operación revisa el programa de los lunes."),
    },
}


def guide(people: People, day: date) -> None:
    """What is done on a day with the lineamientos; what was done is not done again."""
    for act in _DAYS.get(day, ()):
        act(people, day)


def _adopt(people: People, day: date) -> None:
    """The coordinator reads the office's drafts, makes them her own and sends them to be authorised."""
    for version in _of(State.DRAFT):
        mine = rewrite_guideline(
            version=version,
            text=text_of(version),
            valid_from=day,
            changes="",
            edition=version.edition,
            at=moment(day, minutes=20),
            by=people["coordinador"],
            key=f"{KEY}lineamiento:{version.pk}",
        )
        submit_guideline(version=mine, at=moment(day, minutes=50), by=people["coordinador"])


def _authorise(people: People, day: date) -> None:
    """The head authorises them, and the Director General the one that limits services."""
    for version in _of(State.REVIEW):
        is_limiting = version.guideline.kind == Guideline.Kind.SUSPENSION
        authorise_guideline(
            version=version,
            resolution="Oficio DG/044/2026" if is_limiting else "Oficio COM/118/2026",
            valid_from=day,
            edition=version.edition,
            at=moment(day, minutes=200),
            by=people["director" if is_limiting else "jefe"],
        )


def _read(people: People, day: date) -> None:
    """Half of the staff reads them each day, but for those who leave it for later."""
    for version in _of(State.AUTHORISED):
        bound = staff_bound_by(version).exclude(username__in=_LATE_READERS).order_by("pk")
        for place, person in enumerate(bound):
            if person.pk % 2 == day.day % 2:
                at = moment(day, minutes=35 + 9 * place)
                acknowledge_guideline(version=version, sha256=version.sha256, at=at, by=person)


def _check_last_month(people: People, day: date) -> None:
    """The month that ended is checked, and closed."""
    period = previous_period(period_of(day))
    for version in _of(State.AUTHORISED):
        _capture(people, version, period, day, until=99)
        at, by = moment(day, minutes=300), people["coordinador"]
        close_checklist(guideline=version.guideline, period=period, at=at, by=by)


def _begin_this_month(people: People, day: date) -> None:
    """Some points of the month under way are looked at before it ends."""
    for version in _of(State.AUTHORISED):
        _capture(people, version, period_of(day), day, until=3)


def _capture(people: People, version: GuidelineVersion, period: date, day: date, *, until: int) -> None:
    if ChecklistMonth.objects.filter(guideline=version.guideline, period=period).exists():
        return
    points = list(version.checks.filter(number__lte=until).order_by("number"))
    figures = figures_of(period, {each.figure for each in points if each.figure})
    found = _FOUND.get((version.guideline.kind, period), {})
    answers = {
        each.number: replace(found.get(each.number, Answer(COMPLIES)), figure=figures.get(each.figure, ""))
        for each in points
    }
    capture_checklist(
        guideline=version.guideline,
        period=period,
        answers=answers,
        at=moment(day, minutes=270),
        by=people["coordinador"],
    )


def _propose_another(people: People, day: date) -> None:
    """The coordinator begins another version of the one of collection, which waits as a draft."""
    guideline = Guideline.objects.get(kind=Guideline.Kind.COLLECTION)
    at, by = moment(day, minutes=150), people["coordinador"]
    draft = start_guideline_version(guideline=guideline, at=at, by=by, key=f"{KEY}lineamiento:otra")
    text = text_of(draft)
    added = Clause(
        "A quien paga en el banco se le pide conservar su ficha, y en la ventanilla se le explica en cuántos días "
        "se verá su pago; nadie le dice que «no aparece» sin abrirle una aclaración.",
        "Política de cobranza del organismo",
    )
    if draft.edition == 1:
        rewrite_guideline(
            version=draft,
            text=replace(text, clauses=[*text.clauses, added]),
            valid_from=date(2026, 12, 1),
            changes="Se agrega qué decir a quien pagó en el banco y su pago todavía no se ve.",
            edition=1,
            at=at,
            by=by,
            key=f"{KEY}lineamiento:otra:texto",
        )


def _of(state: GuidelineVersion.State) -> list[GuidelineVersion]:
    return list(GuidelineVersion.objects.filter(state=state).select_related("guideline").order_by("pk"))


_DAYS: Final[Mapping[date, tuple[Callable[[People, date], None], ...]]] = {
    date(2026, 8, 3): (_adopt,),
    date(2026, 8, 4): (_authorise,),
    date(2026, 8, 5): (_read,),
    date(2026, 8, 6): (_read,),
    date(2026, 9, 3): (_check_last_month,),
    date(2026, 10, 5): (_check_last_month,),
    date(2026, 10, 20): (_begin_this_month, _propose_another),
}
