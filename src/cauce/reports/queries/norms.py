"""Each law and regulation with the rules of the system that say they rest on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from cauce.agreements.models import AgreementPolicy
from cauce.billing.models import WatchRule
from cauce.billing.models.adjustments import AdjustmentPolicy
from cauce.cases.models import CaseType
from cauce.collections.models import LadderStep
from cauce.documents.models import Norm
from cauce.documents.rules.norms import cited_in
from cauce.guidelines.models import GuidelineClause
from cauce.metering.models import AnomalyTable
from cauce.tariffs.queries import schedule_for_period
from cauce.tariffs.rules import NoLawInForce
from cauce.users.models import Holiday


@dataclass(frozen=True, slots=True)
class RestingRule:
    """A rule of the system: where it is, what it is called and the words on which it rests."""

    group: str
    name: str
    legal_basis: str


@dataclass(slots=True)
class NormPage:
    """A law or regulation with the rules that rest on it, by group."""

    norm: Norm
    groups: dict[str, list[RestingRule]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many rules rest on it."""
        return sum(len(rules) for rules in self.groups.values())


@dataclass(slots=True)
class Norms:
    """All of them, and the rules whose basis names none."""

    pages: list[NormPage]
    unplaced: list[RestingRule]


def norms_with_rules(today: date) -> Norms:
    """The laws and regulations of the office, each with what rests on it today; a rule may rest on several."""
    pages = [NormPage(norm) for norm in Norm.objects.select_related("file").order_by("place")]
    unplaced = []
    for rule in _rules(today):
        named = [page for page in pages if cited_in(rule.legal_basis, page.norm.cited_as)]
        for page in named:
            page.groups.setdefault(rule.group, []).append(rule)
        if not named:
            unplaced.append(rule)
    return Norms(pages, unplaced)


def _rules(today: date) -> Iterator[RestingRule]:
    yield from _of_the_law(today)
    for group, rows in _CATALOGUES:
        for name, basis in rows():
            yield RestingRule(group, name, basis)


def _of_the_law(today: date) -> Iterator[RestingRule]:
    try:
        law = schedule_for_period(today.replace(day=1))
    except NoLawInForce:
        return
    for name, basis in law.parameters.legal_basis.items():
        yield RestingRule("Parámetros de la ley vigente", name, basis)


def _case_types() -> list[tuple[str, str]]:
    return list(CaseType.objects.exclude(legal_basis="").order_by("name").values_list("name", "legal_basis"))


def _steps() -> list[tuple[str, str]]:
    return list(LadderStep.objects.exclude(legal_basis="").order_by("pk").values_list("name", "legal_basis"))


def _watch() -> list[tuple[str, str]]:
    return list(WatchRule.objects.filter(is_active=True).order_by("place").values_list("name", "legal_basis"))


def _agreements() -> list[tuple[str, str]]:
    return [
        (f"Política {each.resolution}", each.legal_basis) for each in AgreementPolicy.objects.order_by("valid_from")
    ]


def _adjustments() -> list[tuple[str, str]]:
    return [(str(each), each.legal_basis) for each in AdjustmentPolicy.objects.order_by("pk")]


def _anomalies() -> list[tuple[str, str]]:
    return [(str(each), each.legal_basis) for each in AnomalyTable.objects.order_by("valid_from")]


def _guidelines() -> list[tuple[str, str]]:
    ruling = GuidelineClause.objects.filter(version__state="AUTHORISED").select_related("version")
    rows = ruling.order_by("version__guideline_id", "number")
    return [(f"{each.version.title}, cláusula {each.number}", each.legal_basis) for each in rows]


def _holidays() -> list[tuple[str, str]]:
    return sorted({(each.name, each.legal_basis) for each in Holiday.objects.exclude(legal_basis="")})


_CATALOGUES: tuple[tuple[str, Callable[[], list[tuple[str, str]]]], ...] = (
    ("Políticas de convenios", _agreements),
    ("Políticas de ajustes", _adjustments),
    ("Tabla de anomalías de lectura", _anomalies),
    ("Vigilancia de tarifas", _watch),
    ("Escalera de cobranza", _steps),
    ("Lineamientos", _guidelines),
    ("Tipos de caso", _case_types),
    ("Días inhábiles", _holidays),
)
