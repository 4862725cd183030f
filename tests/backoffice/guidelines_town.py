"""The lineamientos of the small town: one that rules with its month open, and the draft of its next version."""

from dataclasses import dataclass

from cauce.core import clock
from cauce.core.periods import period_of
from cauce.guidelines.models import ChecklistMonth, Guideline, GuidelineVersion
from cauce.guidelines.operations import (
    authorise_guideline,
    capture_checklist,
    start_guideline_version,
    submit_guideline,
    write_guideline,
)
from cauce.guidelines.rules import COMPLIES, FAILS, FIGURES, Answer, Clause, GuidelineText, Point
from tests.backoffice.town import Town

TEXT = GuidelineText(
    title="Cobranza con trato",
    purpose="Que se cobre por pasos y con respeto.",
    clauses=[
        Clause("Se cobra por pasos.", "Código Territorial, artículos 318 a 320"),
        Clause("Al deudor se le trata de usted.", "Política de cobranza del organismo"),
    ],
    points=[
        *(Point(f"Se revisa {label.lower()}"[:200], "Lista del mes", "Todos", code) for code, label in FIGURES.items()),
        Point("Trato en ventanilla", "Cinco llamadas al azar", "Cinco de cinco"),
    ],
    roles=["coordinador", "jefe", "cajero"],
)


@dataclass(frozen=True, slots=True)
class GuidelinesTown:
    """What the screens of the lineamientos show."""

    guideline: Guideline
    ruling: GuidelineVersion
    draft: GuidelineVersion
    month: ChecklistMonth


def guidelines_town(town: Town) -> GuidelinesTown:
    """Make it; what was made is found again."""
    now, today = clock.now(), clock.today()
    coordinator, head = town.staff["coordinador"], town.staff["jefe"]
    version = write_guideline(
        kind=Guideline.Kind.COLLECTION, text=TEXT, valid_from=today, at=now, by=coordinator, key="town/lineamiento"
    )
    if version.state == GuidelineVersion.State.DRAFT:
        submit_guideline(version=version, at=now, by=coordinator)
        version = authorise_guideline(
            version=version, resolution="Oficio 1", valid_from=today, edition=1, at=now, by=head
        )
    guideline = version.guideline
    draft = start_guideline_version(guideline=guideline, at=now, by=coordinator, key="town/otra")
    month = ChecklistMonth.objects.filter(guideline=guideline).first() or capture_checklist(
        guideline=guideline,
        period=period_of(today),
        answers={1: Answer(COMPLIES, figure="9 de 10"), 2: Answer(FAILS, "Se reprograma.")},
        at=now,
        by=coordinator,
    )
    return GuidelinesTown(guideline, version, draft, month)
