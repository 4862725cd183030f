"""What the pages of the portfolio share: the day they are of, who sees them, and what is asked for in words."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cauce.collections.models import ArrearsSnapshot
from cauce.collections.queries import latest_snapshot
from cauce.collections.rules import AGES, CAUSE_NAMES, MONTH_BANDS, Filters
from cauce.core import clock
from cauce.core.es_mx import format_money
from cauce.registry.models import Account, Route, Sector
from cauce.tariffs.rules import USE_CLASS_NAMES

SEE: Final = "collections.view_arrears"
SELECT: Final = "collections.build_batch"
AGE_NAMES: Final = {age.code: age.label for age in AGES}


@dataclass(frozen=True, slots=True)
class Shown:
    """The portfolio that a page shows: of the day asked for, or the last one; None when that day is not taken."""

    day: date
    snapshot: ArrearsSnapshot | None

    @property
    def is_last(self) -> bool:
        """Whether it is of today."""
        return self.day == clock.today()


def shown_on(day: date | None) -> Shown:
    """The portfolio of ``day``, or the last one taken."""
    if day is not None:
        return Shown(day, ArrearsSnapshot.objects.filter(day=day).select_related("taken_by").first())
    snapshot = latest_snapshot()
    return Shown(clock.today() if snapshot is None else snapshot.day, snapshot)


def in_words(filters: Filters) -> list[str]:
    """What ``filters`` ask for, a sentence each, for the lists that keep them."""
    said: list[str] = []
    if filters.sector is not None:
        name = Sector.objects.filter(pk=filters.sector).values_list("name", flat=True).first()
        said.append(f"Sector {name or filters.sector}")
    if filters.route is not None:
        number = Route.objects.filter(pk=filters.route).values_list("number", flat=True).first()
        said.append(f"Ruta {number or filters.route}")
    uses = {use.value: name for use, name in USE_CLASS_NAMES.items()}
    states = dict(Account.State.choices)
    said += [_listed("Uso", filters.use_classes, uses), _listed("Tarifa", filters.tariff_codes, {})]
    said += [_listed("Estado", filters.account_states, {code: str(label) for code, label in states.items()})]
    said += [_listed("Antigüedad", filters.ages, AGE_NAMES), _listed("Causa", filters.causes, CAUSE_NAMES)]
    said += [_between("Adeudo", _pesos(filters.min_debt), _pesos(filters.max_debt)), _months(filters)]
    if filters.with_agreement is not None:
        said.append("Con convenio vigente" if filters.with_agreement else "Sin convenio vigente")
    if filters.has_meter is not None:
        said.append("Con medidor" if filters.has_meter else "Sin medidor")
    if filters.cycle is not None:
        said.append(f"Ciclo {filters.cycle}")
    return [each for each in said if each]


def _listed(name: str, codes: tuple[str, ...], names: dict[str, str]) -> str:
    return f"{name}: {', '.join(names.get(code, code) for code in codes)}" if codes else ""


def _pesos(amount: object) -> str:
    return "" if amount is None else format_money(amount)  # type: ignore[arg-type]


def _between(name: str, least: str, most: str) -> str:
    if least and most:
        return f"{name} de {least} a {most}"
    return f"{name} desde {least}" if least else f"{name} hasta {most}" if most else ""


def _months(filters: Filters) -> str:
    first, last = filters.min_months, filters.max_months
    band = next((band for band in MONTH_BANDS if (band.first, band.last) == (first, last)), None)
    if band is not None and first is not None:
        return band.label
    return _between("Meses de adeudo", "" if first is None else str(first), "" if last is None else str(last))
