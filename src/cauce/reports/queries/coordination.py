"""What the coordination reports: the day, the month, and what is handed over with the post."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Avg, Count, F, Max, Min, Model, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from cauce.books.models import AnnexProposal, DayBook
from cauce.books.queries import days_to_close, midnight
from cauce.cases.models import Call, Case, CaseKind, Channel, PhoneMessage, RadioMessage, WindowTicket
from cauce.cashier.models import CashMovement
from cauce.cashier.queries.days import cash_day
from cauce.core.es_mx import format_date, format_money, format_percent, format_period, format_quantity, format_time
from cauce.core.periods import next_period
from cauce.documents.models import SignatureRequest
from cauce.reports.queries.indicators import Cut, OrderFigures, OrderScope, order_figures, order_figures_by
from cauce.users.queries import office_calendar
from cauce.users.roles import role_label
from cauce.workorders.models import HomeInspection, InspectionAct, Origin, WorkOrder

SHOWN = 6
TOP = 10
_ZONE = ZoneInfo(settings.TIME_ZONE)
_NONE = "Ninguno."

Cell = str | int | Decimal
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Section:
    """A table of a report: a Decimal is an amount in pesos, an int a count; ``total`` closes it."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    empty: str = "Sin movimiento."
    more: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its leading figures and its sections."""

    figures: Sequence[tuple[str, Cell]]
    sections: Sequence[Section]


def shown(cell: Cell) -> str:
    """A cell as people read it."""
    if isinstance(cell, Decimal):
        return format_money(cell)
    return format_quantity(cell) if isinstance(cell, int) else cell


def day_news(day: date, *, at: datetime) -> Report:
    """The parte de novedades of a day, for one page."""
    start, end = midnight(day), midnight(day + timedelta(days=1))
    since = min(at, end)
    in_day = {"gte": start, "lt": end}
    cases, orders = Case.objects.all(), WorkOrder.objects.all()
    late_cases = cases.filter(received_at__lt=end, due_on__lt=day).filter(
        Q(resolved_at__isnull=True, state__in=("RECEIVED", "ROUTED", "IN_PROGRESS")) | Q(resolved_at__gte=end)
    )
    late_orders = orders.pending().filter(issued_at__lt=end, due_at__lt=since)
    received = _in(cases, "received_at", in_day).count()
    resolved = _in(cases, "resolved_at", in_day).count()
    issued = _in(orders, "issued_at", in_day).count()
    finished = _in(orders, "finished_at", in_day)
    done = finished.exclude(state="NOT_DONE").count()
    agenda = HomeInspection.objects.filter(slot__day=day)
    calls = _in(Call.objects.all(), "started_at", in_day)
    radio = _in(RadioMessage.objects.all(), "heard_at", in_day)
    attention = [
        ("Casos", received, resolved, late_cases.count()),
        ("Órdenes de trabajo", issued, done, late_orders.count()),
    ]
    tomorrow = office_calendar().next_business_day(day + timedelta(days=1))
    collected = cash_day(day)
    return Report(
        figures=[
            ("Casos recibidos", received),
            ("Órdenes emitidas", issued),
            ("Llamadas", calls.count()),
            ("Cobrado", collected.total),
        ],
        sections=[
            Section("Casos y órdenes", ("", "Entraron", "Se terminaron", "Fuera de plazo"), attention),
            _agenda(agenda),
            _grouped("Llamadas", calls, "outcome", Call.Outcome.choices),
            _grouped("Radio", radio, "matter", RadioMessage.Matter.choices),
            _leaks(radio, _in(cases, "received_at", in_day), _in(orders, "issued_at", in_day)),
            Section(
                "Cobrado por caja",
                ("Caja", "Forma de pago", "Importe"),
                [(row.desk, row.label, row.amount) for row in collected.desks]
                + ([("Bancos y tiendas", "Archivos", collected.bank)] if collected.bank else []),
                total=("Total", "", collected.total),
                empty="No se cobró nada.",
            ),
            _expiring(tomorrow),
        ],
    )


def month_report(period: date, *, at: datetime) -> Report:
    """The monthly report of the coordination: what was received in the month and how it stands."""
    start, end = midnight(period), midnight(next_period(period))
    in_month = {"gte": start, "lt": end}
    cases = _in(Case.objects.all(), "received_at", in_month).annotate(
        resolved_on=TruncDate("resolved_at", tzinfo=_ZONE)
    )
    scope = OrderScope(since=period, until=next_period(period) - timedelta(days=1))
    orders = order_figures(scope, at=at)
    calls = _in(Call.objects.all(), "started_at", in_month)
    radio = _in(RadioMessage.objects.all(), "heard_at", in_month)
    agenda = HomeInspection.objects.filter(slot__day__gte=period, slot__day__lt=next_period(period))
    return Report(
        figures=[
            ("Casos", cases.count()),
            ("Órdenes", orders.received),
            ("En tiempo", "—" if orders.percent is None else format_percent(orders.percent)),
            ("Llamadas", calls.count()),
        ],
        sections=[
            _cases_by("Casos por clase", cases, "type__kind", dict(CaseKind.choices)),
            _cases_by("Casos por canal", cases, "channel", dict(Channel.choices)),
            _cases_by("Tipos de caso más frecuentes", cases, "type__name", {}, top=TOP),
            _waiting(period),
            _grouped("Llamadas por resultado", calls, "outcome", Call.Outcome.choices),
            _grouped("Radio por asunto", radio, "matter", RadioMessage.Matter.choices),
            _orders_by("Órdenes por área", scope, Cut.AREA, at, total=orders),
            _orders_by("Órdenes por tipo", scope, Cut.TYPE, at, top=TOP),
            _orders_by("Órdenes por cuadrilla", scope, Cut.CREW, at),
            _agenda(agenda),
            _conclusions(agenda),
            _collected(period),
            _books(period),
        ],
    )


def hand_over(*, at: datetime) -> Report:
    """What is left open in the post, thing by thing."""
    today = at.astimezone(_ZONE).date()
    cases = Case.objects.open().select_related("document", "area", "holder", "type").order_by("due_on", "pk")
    orders = WorkOrder.objects.pending().select_related("document", "area", "type", "crew").order_by("due_at", "pk")
    booked = HomeInspection.objects.filter(state="BOOKED").select_related(
        "document", "account", "slot__technician__user"
    )
    calls = Call.objects.filter(call_back_at__isnull=False, called_back_at__isnull=True).select_related("attended_by")
    left = PhoneMessage.objects.filter(taken_at__isnull=True).select_related("for_user", "for_area", "left_by")
    signing = SignatureRequest.objects.filter(state="WAITING").select_related("asked_by").order_by("asked_at")
    annexes = AnnexProposal.objects.filter(state="PROPOSED").select_related("book", "proposed_by").order_by("pk")
    sections = [
        Section(
            "Casos abiertos",
            ("Folio", "Asunto", "Área", "Quién lo tiene", "Vence"),
            [
                (
                    one.document.folio,
                    one.matter or str(one.type),
                    str(one.area),
                    str(one.holder or "sin asignar"),
                    format_date(one.due_on),
                )
                for one in cases
            ],
            empty=_NONE,
        ),
        Section(
            "Órdenes de trabajo por hacer",
            ("Folio", "Tipo", "Dónde", "Área", "Estado", "Vence"),
            [
                (
                    one.document.folio,
                    str(one.type),
                    one.place,
                    str(one.area),
                    one.get_state_display(),
                    _day(one.due_at),
                )
                for one in orders
            ],
            empty="Ninguna.",
        ),
        Section(
            "Aforos agendados",
            ("Folio", "Cuenta", "Motivo", "Técnico", "Día"),
            [
                (
                    one.document.folio,
                    one.account.number,
                    one.matter,
                    str(one.slot.technician),
                    f"{format_date(one.slot.day)}, {one.slot.get_half_display().lower()}",
                )
                for one in booked.order_by("slot__day", "slot__half", "pk")
            ],
            empty=_NONE,
        ),
        Section(
            "Libros de registros por cerrar",
            ("Día",),
            [(format_date(day),) for day in days_to_close(before=today)],
            empty="Ninguno hasta ayer.",
        ),
        Section(
            "Anexos por resolver",
            ("Libro", "Qué se agrega", "Quién lo propuso"),
            [(f"n.º {one.of.number}, {format_date(one.of.day)}", one.text, str(one.proposed_by)) for one in annexes],
            empty=_NONE,
        ),
        Section(
            "Llamadas prometidas",
            ("Quién espera", "Asunto", "A más tardar", "Quién prometió"),
            [
                (one.caller_name or "sin nombre", one.matter, _moment(one.call_back_at), str(one.attended_by))
                for one in calls.order_by("call_back_at")
            ],
            empty="Ninguna.",
        ),
        Section(
            "Recados sin tomar",
            ("Para", "Recado", "Lo dejó", "Cuándo"),
            [
                (str(one.for_user or one.for_area), one.text, str(one.left_by), _moment(one.left_at))
                for one in left.order_by("left_at")
            ],
            empty=_NONE,
        ),
        Section(
            "Papeles que esperan firma",
            ("Qué es", "Puesto que firma", "Quién la pidió", "Cuándo"),
            [(one.title, role_label(one.role), str(one.asked_by), _moment(one.asked_at)) for one in signing],
            empty=_NONE,
        ),
    ]
    figures = [(section.title, len(section.rows)) for section in sections[:4]]
    return Report(figures=figures, sections=sections)


def _in(rows: QuerySet[Row], field: str, bounds: dict[str, datetime]) -> QuerySet[Row]:
    return rows.filter(**{f"{field}__{name}": value for name, value in bounds.items()})


def _grouped(title: str, rows: QuerySet[Row], field: str, labels: Iterable[tuple[str, str]]) -> Section:
    counts = dict(rows.order_by().values_list(field).annotate(Count("pk")))
    told = [(str(label), counts[code]) for code, label in labels if counts.get(code)]
    total = sum(count for _, count in told)
    return Section(title, ("", "Cuántos"), told, total=("Total", total) if told else ())


def _agenda(agenda: QuerySet[HomeInspection]) -> Section:
    return _grouped("Aforos", agenda, "state", HomeInspection.State.choices)


def _leaks(radio: QuerySet[RadioMessage], cases: QuerySet[Case], orders: QuerySet[WorkOrder]) -> Section:
    """The leaks told in a day, by the data of their kinds, each once: by radio, as a report, or as an order alone."""
    heard = radio.filter(matter=RadioMessage.Matter.LEAK).select_related("order__document").order_by("heard_at")
    told = cases.filter(type__kind=CaseKind.REPORT, type__order_type__is_leak=True)
    told = told.select_related("document", "type").order_by("received_at")
    issued = orders.filter(type__is_leak=True).exclude(origin_kind__in=(Origin.RADIO, Origin.CASE))
    rows = [
        (
            _hour(one.heard_at),
            one.place or one.message,
            f"Radio, {one.unit}",
            one.order.document.folio if one.order else "",
        )
        for one in heard
    ]
    rows += [(_hour(one.received_at), one.place or one.matter, str(one.type), one.document.folio) for one in told]
    rows += [
        (_hour(one.issued_at), one.place, f"Orden, {one.get_origin_kind_display().lower()}", one.document.folio)
        for one in issued.select_related("document").order_by("issued_at")
    ]
    rows.sort(key=lambda row: row[0].rjust(5))
    return Section(
        "Fugas",
        ("Hora", "Dónde", "Cómo llegó", "Folio"),
        rows[:SHOWN],
        empty="Ninguna.",
        more=max(len(rows) - SHOWN, 0),
    )


def _expiring(day: date) -> Section:
    """What expires on a day: cases and orders, the most pressing first."""
    cases = Case.objects.open().filter(due_on=day).select_related("document", "area").order_by("priority", "pk")
    orders = (
        WorkOrder.objects.pending()
        .filter(due_at__gte=midnight(day), due_at__lt=midnight(day + timedelta(days=1)))
        .select_related("document", "area")
        .order_by("priority", "due_at")
    )
    rows = [(one.document.folio, one.matter, str(one.area), "en el día") for one in cases[: TOP + 1]]
    rows += [(one.document.folio, one.matter, str(one.area), _hour(one.due_at)) for one in orders[: TOP + 1]]
    count = cases.count() + orders.count()
    return Section(
        f"Vence el {format_date(day)}",
        ("Folio", "Asunto", "Área", "Hora"),
        rows[:SHOWN],
        empty="Nada vence el siguiente día hábil.",
        more=max(count - SHOWN, 0),
    )


def _cases_by(title: str, cases: QuerySet[Case], field: str, labels: dict[str, str], *, top: int = 0) -> Section:
    counts = {
        "received": Count("pk"),
        "resolved": Count("pk", filter=Q(resolved_at__isnull=False)),
        "in_time": Count("pk", filter=Q(resolved_on__lte=F("due_on"))),
        "open": Count("pk", filter=Q(state__in=("RECEIVED", "ROUTED", "IN_PROGRESS", "WAITING"))),
        "reopened": Count("pk", filter=Q(times_reopened__gt=0)),
    }
    found = list(cases.order_by().values(field).annotate(**counts).order_by("-received", field))
    kept = found[:top] if top else found
    rows = [(labels.get(row[field], row[field]), *(row[name] for name in counts)) for row in kept]
    total = ("Todos", *(sum(row[name] for row in found) for name in counts)) if found else ()
    heads = ("", "Recibidos", "Resueltos", "En plazo", "Abiertos", "Reabiertos")
    return Section(title, heads, rows, total=total, more=len(found) - len(kept))


def _waiting(period: date) -> Section:
    tickets = WindowTicket.objects.filter(day__gte=period, day__lt=next_period(period))
    wait = F("called_at") - F("taken_at")
    found = tickets.aggregate(
        taken=Count("pk"), called=Count("called_at"), left=Count("left_at"), mean=Avg(wait), longest=Max(wait)
    )
    rows: list[Sequence[Cell]] = [
        ("Turnos tomados", found["taken"]),
        ("Atendidos", found["called"]),
        ("Se fueron sin ser atendidos", found["left"]),
        ("Espera media", _minutes(found["mean"])),
        ("Espera más larga", _minutes(found["longest"])),
    ]
    return Section("Espera en ventanilla", ("", "Cuánto"), rows if found["taken"] else [], empty="Sin turnos tomados.")


def _orders_by(
    title: str, scope: OrderScope, cut: Cut, at: datetime, *, total: OrderFigures | None = None, top: int = 0
) -> Section:
    parts = order_figures_by(scope, cut, at=at)
    kept = parts[:top] if top else parts
    rows = [(part.name, *_order_cells(part.figures)) for part in kept]
    heads = ("", "Recibidas", "En tiempo", "Tarde", "Reabiertas", "K1")
    sums = ("Todas", *_order_cells(total)) if total is not None and parts else ()
    return Section(title, heads, rows, total=sums, more=len(parts) - len(kept))


def _order_cells(figures: OrderFigures) -> tuple[Cell, ...]:
    percent = "—" if figures.percent is None else format_percent(figures.percent)
    return (figures.received, figures.in_time, figures.late, figures.reopened, percent)


def _conclusions(agenda: QuerySet[HomeInspection]) -> Section:
    acts = InspectionAct.objects.filter(inspection__in=agenda)
    return _grouped("Qué encontraron los aforos", acts, "conclusion", InspectionAct.Conclusion.choices)


def _collected(period: date) -> Section:
    moved = CashMovement.objects.filter(booked_on__gte=period, booked_on__lt=next_period(period))
    rows = list(moved.order_by().values_list("desk__name").annotate(amount=Sum("amount")).order_by("desk__name"))
    total = sum((amount for _, amount in rows), Decimal("0.00"))
    return Section("Cobrado por caja y canal", ("Caja", "Importe"), rows, total=("Total", total) if rows else ())


def _books(period: date) -> Section:
    books = DayBook.objects.filter(day__gte=period, day__lt=next_period(period))
    found = books.aggregate(first=Min("number"), last=Max("number"), count=Count("pk"), entries=Sum("entries"))
    rows: list[Sequence[Cell]] = []
    if found["count"]:
        rows = [
            ("Libros cerrados", found["count"]),
            ("Del número", f"{found['first']} al {found['last']}"),
            ("Asientos", found["entries"]),
            ("Anexos sellados", books.aggregate(sealed=Count("annexes"))["sealed"]),
        ]
    return Section("Libro de registros", ("", format_period(period)), rows, empty="No se cerró ningún libro.")


def _day(at: datetime) -> str:
    return format_date(at.astimezone(_ZONE).date())


def _hour(at: datetime) -> str:
    return format_time(at.astimezone(_ZONE))


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{_day(at)}, {_hour(at)}"


def _minutes(wait: timedelta | None) -> str:
    return "—" if wait is None else f"{int(wait.total_seconds()) // 60} min"
