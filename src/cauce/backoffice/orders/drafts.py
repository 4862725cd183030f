"""An order before it is issued: what it would charge, line by line, and what must be known first."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django import forms
from django.http import QueryDict

from cauce.backoffice.orders.forms import QUANTITY_PREFIX, AdvanceForm, DebtForm, ServicesForm
from cauce.cashier.queries.orders import (
    PeriodDebt,
    advance_line,
    debt_by_period,
    debt_lines,
    order_expiry,
    priced_services,
    services_of_law,
)
from cauce.cashier.rules import OrderLine
from cauce.core.es_mx import format_money
from cauce.core.money import ZERO
from cauce.core.periods import format_period
from cauce.ledger.queries import CollectionLaw, collection_law
from cauce.registry.models import Account
from cauce.tariffs.rules.values import OneOffCharge

SERVICES, DEBT, ADVANCE = "servicios", "adeudo", "anticipo"


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service of the law and the field of its quantity."""

    service: OneOffCharge
    field: forms.BoundField


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period that owes and whether it is ticked."""

    debt: PeriodDebt
    value: str
    is_ticked: bool


@dataclass(slots=True)
class Draft:
    """What the screen shows of an order to be: its form, and its lines once what it asks is clear."""

    what: str
    form: forms.Form
    today: date
    last_day: date
    expires_on: date
    lines: list[OrderLine] = field(default_factory=list)
    services: list[ServiceRow] = field(default_factory=list)
    periods: list[PeriodRow] = field(default_factory=list)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def subtotal(self) -> Decimal:
        """The lines before VAT."""
        return sum((line.amount for line in self.lines), ZERO)

    @property
    def vat(self) -> Decimal:
        """The VAT of the lines."""
        return sum((line.vat for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        """What the order would be for."""
        return self.subtotal + self.vat

    @property
    def chosen(self) -> set[date]:
        """The periods whose debt is asked for."""
        return {row.debt.period for row in self.periods if row.is_ticked}


def draft_of(what: str, data: QueryDict, *, account: Account | None, today: date) -> Draft:
    """The order that ``data`` asks for. Without data a debt is all of it to today; the others wait for their figures.

    :raises NoLawInForce: if no law says what a service costs or how to collect.
    """
    last_day = order_expiry(today)
    if what == DEBT and account is not None:
        return _debt(data, account, today, last_day)
    if what == ADVANCE and account is not None:
        return _advance(data, account, today, last_day)
    return _services(data, today, last_day)


def _services(data: QueryDict, today: date, last_day: date) -> Draft:
    offered = services_of_law(today)
    is_asked = any(name.startswith(QUANTITY_PREFIX) and str(data[name]).strip() for name in data)
    form = ServicesForm(data if is_asked else None, services=offered)
    draft = Draft(SERVICES, form, today, last_day, last_day)
    if is_asked and form.is_valid():
        asked = form.asked()
        draft.lines = priced_services(asked, today)
        draft.hidden = [(f"{QUANTITY_PREFIX}{code}", str(quantity)) for code, quantity in asked.items()]
    draft.services = [ServiceRow(service, form[f"{QUANTITY_PREFIX}{code}"]) for code, service in offered.items()]
    return draft


def _debt(data: QueryDict, account: Account, today: date, last_day: date) -> Draft:
    law = collection_law(today)
    given = data if "al" in data else QueryDict(f"al={today.isoformat()}&cuales=todo")
    owed = debt_by_period(account.pk, today, law)
    form = DebtForm(given, periods=[format_period(debt.period) for debt in owed])
    draft = Draft(DEBT, form, today, last_day, today)
    form.fields["al"].widget.attrs |= {"min": today.isoformat(), "max": last_day.isoformat()}
    if form.is_valid():
        draft.expires_on = form.cleaned_data["al"]
        if today <= draft.expires_on <= last_day:
            owed = debt_by_period(account.pk, draft.expires_on, law)
        else:
            form.add_error("al", f"Elija un día de hoy al {last_day:%d/%m/%Y}: la ley no deja que una orden dure más.")
    ticks = _ticks(form, owed) if form.is_valid() else set()
    draft.periods = [PeriodRow(debt, format_period(debt.period), debt.period in ticks) for debt in owed]
    asked = [row.debt for row in draft.periods if row.is_ticked]
    draft.lines = [line for debt in asked for line in debt_lines(debt, draft.expires_on)]
    draft.hidden = [("al", draft.expires_on.isoformat()), ("cuales", "elegidos")]
    draft.hidden += [("periodo", row.value) for row in draft.periods if row.is_ticked]
    if asked and draft.expires_on > today:
        draft.warnings = _sooner(account, law, today, draft)
    return draft


def _ticks(form: DebtForm, owed: list[PeriodDebt]) -> set[date]:
    which = form.cleaned_data["cuales"]
    if which == "elegidos":
        return form.chosen()
    return {debt.period for debt in owed if which == "todo" or debt.is_overdue}


def _sooner(account: Account, law: CollectionLaw, today: date, draft: Draft) -> list[str]:
    """That paying today would be less, when a month of surcharge starts before the day chosen."""
    now = sum((debt.total for debt in debt_by_period(account.pk, today, law) if debt.period in draft.chosen), ZERO)
    if now == draft.total:
        return []
    return [f"Si la paga hoy son {format_money(now)}: antes de ese día empieza otro mes de recargos."]


def _advance(data: QueryDict, account: Account, today: date, last_day: date) -> Draft:
    form = AdvanceForm(data if "importe" in data else None)
    draft = Draft(ADVANCE, form, today, last_day, last_day)
    if form.is_bound and form.is_valid():
        amount = form.cleaned_data["importe"]
        draft.lines = [advance_line(amount)]
        draft.hidden = [("importe", f"{amount:.2f}")]
    owed = debt_by_period(account.pk, today, collection_law(today))
    overdue = sum((debt.total for debt in owed if debt.is_overdue), ZERO)
    if overdue > 0:
        draft.warnings = [
            f"La cuenta debe {format_money(overdue)} vencidos y el anticipo no los paga: queda a favor para lo que "
            "venga. Si lo que quiere es pagar, emita la orden de su adeudo."
        ]
    return draft
