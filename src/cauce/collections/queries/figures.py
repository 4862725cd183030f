"""The portfolio in figures: what the pages tell, added up from the tables that the snapshot keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When

from cauce.collections.models import (
    ArrearsConcentration,
    ArrearsFigure,
    ArrearsLine,
    ArrearsMeter,
    ArrearsRoute,
    ArrearsSnapshot,
)
from cauce.collections.models.portfolio import AGE_COLUMNS
from cauce.collections.queries.portfolio import condition_of
from cauce.collections.rules import AGES, CAUSES, MONTH_BANDS, Filters
from cauce.core.money import ZERO
from cauce.registry.models import Account
from cauce.tariffs.rules import USE_CLASS_NAMES


class Cut(StrEnum):
    """By what the portfolio is told apart."""

    USE = "use_class"
    TARIFF = "tariff_code"
    SECTOR = "sector"
    ROUTE = "route"
    STATE = "state"
    CAUSE = "cause"
    MONTHS = "months_band"
    METER = "has_meter"
    AGREEMENT = "with_agreement"


@dataclass(frozen=True, slots=True)
class Part:
    """What some of the debtors owe: pesos whole and by the age of each charge, in the order of ``AGES``.

    ``key`` is the value of the cut: an id, a code, or the number of a route.
    """

    key: Any
    name: str
    accounts: int
    debt: Decimal
    by_age: tuple[Decimal, ...] = field(default=(ZERO,) * len(AGES))


@dataclass(frozen=True, slots=True)
class AgePart:
    """An age: pesos of charges of that age, and the accounts whose oldest charge has it with all that they owe."""

    code: str
    label: str
    charges: Decimal
    accounts: int
    debt: Decimal


# The figures keep these and no more: what else is asked for is added up account by account.
_KEPT: Final = frozenset(
    {"sector", "use_classes", "tariff_codes", "ages", "account_states", "causes", "with_agreement", "has_meter"}
)
_SUMS: Final = {"sum_debt": Sum("debt")} | {f"sum_{column}": Sum(column) for column in AGE_COLUMNS}
_OF_COLUMNS: Final = {Cut.TARIFF: "tariff_code_id", Cut.SECTOR: "sector_id", Cut.ROUTE: "route__number"}
_NAMES_OF: Final = {Cut.TARIFF: "tariff_code__name", Cut.SECTOR: "sector__name"}
_LABELS: Final[dict[Cut, dict[Any, str]]] = {
    Cut.USE: {use.value: name for use, name in USE_CLASS_NAMES.items()},
    Cut.STATE: {value: str(label) for value, label in Account.State.choices},
    Cut.CAUSE: {cause.code: cause.label for cause in CAUSES},
    Cut.MONTHS: {band.code: band.label for band in MONTH_BANDS},
    Cut.METER: {True: "Con medidor", False: "Sin medidor"},
    Cut.AGREEMENT: {True: "Con convenio vigente", False: "Sin convenio vigente"},
}
_IN_ORDER: Final = frozenset({Cut.CAUSE, Cut.MONTHS})


def latest_snapshot(day: date | None = None) -> ArrearsSnapshot | None:
    """The last portfolio taken by ``day``, or at all."""
    taken = ArrearsSnapshot.objects.all() if day is None else ArrearsSnapshot.objects.filter(day__lte=day)
    return taken.order_by("-day").first()


def parts_of(snapshot: ArrearsSnapshot, filters: Filters, cut: Cut) -> list[Part]:
    """The portfolio told apart by ``cut``: most owed first, save what has an order of its own. One query."""
    rows, counted = _source(snapshot, filters, cut)
    column = _OF_COLUMNS.get(cut, cut.value)
    named = _NAMES_OF.get(cut)
    grouped = rows.values(column, *([named] if named else [])).annotate(accounts_in=counted, **_SUMS).order_by()
    parts = [
        Part(
            key=row[column],
            name=_name(cut, row[column], row[named] if named else None),
            accounts=row["accounts_in"],
            debt=row["sum_debt"],
            by_age=tuple(row[f"sum_{age}"] for age in AGE_COLUMNS),
        )
        for row in grouped
    ]
    if cut in _IN_ORDER:
        order = list(_LABELS[cut])
        return sorted(parts, key=lambda part: order.index(part.key))
    return sorted(parts, key=lambda part: (-part.debt, part.name))


def counted_of(snapshot: ArrearsSnapshot, filters: Filters) -> int | None:
    """How many debtors ``filters`` let through, from the figures; None when only going through them would tell."""
    asked = set(filters.as_dict())
    if not asked:
        return snapshot.accounts
    if asked <= {"sector", "route"}:
        rows: QuerySet[Any] = ArrearsRoute.objects.filter(snapshot=snapshot).filter(condition_of(filters))
    else:
        rows, _ = _source(snapshot, filters, None)
    if rows.model is ArrearsLine:
        return None
    counted: int = rows.aggregate(counted=Sum("accounts", default=0))["counted"]
    return counted


def ages_of(snapshot: ArrearsSnapshot, filters: Filters) -> list[AgePart]:
    """The portfolio by age. One query."""
    rows, counted = _source(snapshot, filters, None)
    found = {row["age"]: row for row in rows.values("age").annotate(accounts_in=counted, **_SUMS).order_by()}
    return [
        AgePart(
            code=age.code,
            label=age.label,
            charges=sum((row[f"sum_{column}"] for row in found.values()), ZERO),
            accounts=found[age.code]["accounts_in"] if age.code in found else 0,
            debt=found[age.code]["sum_debt"] if age.code in found else ZERO,
        )
        for age, column in zip(AGES, AGE_COLUMNS, strict=True)
    ]


def concentration(snapshot: ArrearsSnapshot, use_class: str = "") -> list[ArrearsConcentration]:
    """How few debtors hold each share of what is owed."""
    return list(ArrearsConcentration.objects.filter(snapshot=snapshot, use_class=use_class).order_by("percent"))


METER_YEARS: Final = ((5, "hasta 5 años"), (10, "6 a 10 años"), (15, "11 a 15 años"))


def meters_by_tariff(snapshot: ArrearsSnapshot) -> list[Any]:
    """Debtors by tariff with and without meter. One query."""
    return list(
        ArrearsMeter.objects.filter(snapshot=snapshot)
        .values("tariff_code_id", "tariff_code__name")
        .annotate(
            debtors=Sum("accounts"),
            owed=Sum("debt"),
            metered=Sum("accounts", filter=Q(has_meter=True), default=0),
            metered_owed=Sum("debt", filter=Q(has_meter=True), default=ZERO),
        )
        .order_by("-owed")
    )


def meters_by_brand(snapshot: ArrearsSnapshot) -> list[Any]:
    """Debtors that have a meter, by its brand and diameter. One query."""
    return list(
        ArrearsMeter.objects.filter(snapshot=snapshot, has_meter=True)
        .values("brand", "diameter")
        .annotate(debtors=Sum("accounts"), owed=Sum("debt"))
        .order_by("-debtors", "brand", "diameter")
    )


def meters_by_years(snapshot: ArrearsSnapshot) -> list[Any]:
    """Debtors that have a meter, by the years it has been in place. One query."""
    year = snapshot.day.year
    bands = Case(
        When(installed_in__isnull=True, then=Value("sin fecha de instalación")),
        *(When(installed_in__gte=year - years, then=Value(label)) for years, label in METER_YEARS),
        default=Value("más de 15 años"),
    )
    return list(
        ArrearsMeter.objects.filter(snapshot=snapshot, has_meter=True)
        .annotate(years=bands)
        .values("years")
        .annotate(debtors=Sum("accounts"), owed=Sum("debt"))
        .order_by("-debtors")
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A debtor on the map; ``debt`` in pesos and ``age`` a code of ``AGES``."""

    account_id: int
    number: str
    latitude: Decimal
    longitude: Decimal
    debt: Decimal
    age: str


def points_of(snapshot: ArrearsSnapshot, filters: Filters, *, most: int) -> list[Point]:
    """Where the ``most`` debtors that owe the most are; those whose place is not known are left out.

    One query, and one that keeps it in one process: to start a second one takes longer than it saves on a page.
    """
    places = "account__connection__premises__"
    rows = (
        ArrearsLine.objects.filter(snapshot=snapshot)
        .filter(condition_of(filters), **{f"{places}latitude__isnull": False, f"{places}longitude__isnull": False})
        .order_by("-debt", "pk")
        .values_list("account_id", "account__number", f"{places}latitude", f"{places}longitude", "debt", "age")
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        return [Point(*row) for row in rows[:most]]


def _source(snapshot: ArrearsSnapshot, filters: Filters, cut: Cut | None) -> tuple[QuerySet[Any], Any]:
    """The smallest table that can answer, with what counts its accounts."""
    asked = set(filters.as_dict())
    if cut is Cut.ROUTE and asked <= {"sector"}:
        return ArrearsRoute.objects.filter(snapshot=snapshot).filter(condition_of(filters)), Sum("accounts")
    bands = _bands(filters)
    if cut is Cut.ROUTE or not asked - {"min_months", "max_months"} <= _KEPT or bands is None:
        return ArrearsLine.objects.filter(snapshot=snapshot).filter(condition_of(filters)), Count("pk")
    rows = ArrearsFigure.objects.filter(snapshot=snapshot).filter(condition_of(_without_months(filters)))
    if len(bands) < len(MONTH_BANDS):
        rows = rows.filter(months_band__in=bands)
    return rows, Sum("accounts")


def _bands(filters: Filters) -> Sequence[str] | None:
    """The bands of months that are asked for, or None when what is asked for cuts one in two."""
    first, last = filters.min_months or 0, filters.max_months
    chosen = [band for band in MONTH_BANDS if band.first >= first and (last is None or (band.last or 10**6) <= last)]
    cut_in_two = [
        band
        for band in MONTH_BANDS
        if band not in chosen and (band.last is None or band.last >= first) and (last is None or band.first <= last)
    ]
    return None if cut_in_two else [band.code for band in chosen]


def _without_months(filters: Filters) -> Filters:
    kept = filters.as_dict()
    kept.pop("min_months", None)
    kept.pop("max_months", None)
    return Filters.from_dict(kept)


def _name(cut: Cut, key: Any, named: str | None) -> str:
    if cut is Cut.TARIFF:
        return f"{key} {named}"
    if cut is Cut.SECTOR:
        return named or "Sin sector"
    if cut is Cut.ROUTE:
        return f"Ruta {key}"
    return _LABELS[cut].get(key, str(key))
