"""What paying months ahead would come to, and which accounts have paid them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db import connection
from django.db.models import QuerySet

from cauce.agreements.models import PrepaidMonth, Prepayment
from cauce.agreements.rules.prepayments import LIVE_PREPAYMENTS, PlannedMonth, plan_months
from cauce.core.es_mx import format_date, format_money
from cauce.core.money import ZERO
from cauce.core.periods import add_months, period_of
from cauce.ledger.models import Reason, Transfer
from cauce.ledger.queries import open_charges
from cauce.metering.queries import consumption_last_months, metered_account_ids
from cauce.registry.models import Account
from cauce.tariffs.queries import law_for_period
from cauce.tariffs.rules import NoLawInForce
from cauce.tariffs.rules.errors import PricingError
from cauce.tariffs.rules.pricing import Pricer
from cauce.tariffs.rules.values import PrepaymentRule, Usage

_YEAR = 12


@dataclass(frozen=True, slots=True)
class PrepaymentQuote:
    """Months paid ahead as they would be on a day, in pesos. ``reasons`` say why not, empty when they may be."""

    on: date
    schedule_id: int | None
    percent: Decimal
    monthly_m3: int | None
    months: tuple[PlannedMonth, ...]
    reasons: tuple[str, ...]

    @property
    def gross(self) -> Decimal:
        """What the months are expected to cost."""
        return sum((month.gross for month in self.months), ZERO)

    @property
    def discount(self) -> Decimal:
        """What the law lets go."""
        return sum((month.discount for month in self.months), ZERO)

    @property
    def net(self) -> Decimal:
        """What is paid for them."""
        return self.gross - self.discount


def quote_prepayment(account: Account, *, on: date, months: int | None = None) -> PrepaymentQuote:
    """What the next ``months`` of an account would come to if they were paid on a day; all of the year's by default.

    The first is the one after the last that was billed. A metered account is expected to use each month the average of
    its last twelve.
    """
    try:
        law = law_for_period(period_of(on))
    except NoLawInForce:
        return PrepaymentQuote(on, None, ZERO, None, (), (f"No hay ley en vigor el {format_date(on)}.",))
    rule = law.schedule.parameters.prepayment
    percent = ZERO if rule is None else rule.percent_on(on)
    first = _first_unbilled(account, on)
    left = max(0, (first.year == on.year) * (_YEAR + 1 - first.month))
    wanted = left if months is None else months
    reasons = list(_reasons(account, rule, percent, wanted=wanted, left=left))
    wanted = min(wanted, left)
    monthly_m3 = _monthly_m3(account, first)
    try:
        pricer = Pricer(law.schedule)
        expected = [
            (period, pricer.price(_usage(account, period, monthly_m3)).total)
            for period in (add_months(first, index) for index in range(wanted))
        ]
    except PricingError as error:
        return PrepaymentQuote(on, law.id, percent, monthly_m3, (), (*reasons, str(error)))
    return PrepaymentQuote(on, law.id, percent, monthly_m3, plan_months(expected, percent), tuple(reasons))


def _reasons(
    account: Account, rule: PrepaymentRule | None, percent: Decimal, *, wanted: int, left: int
) -> Iterator[str]:
    """Why an account cannot pay ahead, in words that say what to do."""
    if rule is None:
        yield "La ley en vigor no da descuento por pago anticipado."
        return
    if account.tariff_code_id not in rule.codes:
        yield f"El pago anticipado es para las claves {', '.join(sorted(rule.codes))}."
    elif percent <= 0:
        yield "Ya pasó la última fecha del año para pagar por anticipado."
    if account.state != Account.State.ACTIVE:
        yield f"La cuenta está «{account.get_state_display().lower()}»: sólo paga anticipado una activa."
    owed = sum((charge.pending for charge in open_charges([account.pk]).get(account.pk, ())), ZERO)
    if owed > 0:
        yield f"La cuenta debe {format_money(owed)}: primero se paga lo que ya se debe."
    if Prepayment.objects.filter(account=account, state__in=LIVE_PREPAYMENTS).exists():
        yield "La cuenta ya tiene un pago anticipado."
    if wanted < rule.least_months:
        yield f"Son {wanted} meses y el menor pago anticipado es de {rule.least_months}."
    if wanted > left:
        yield f"Quedan {left} meses por facturar este año y la ley del siguiente aún no rige."


def prepayments_of(account_id: int) -> QuerySet[Prepayment]:
    """The prepayments of an account, the last first, with their document."""
    return Prepayment.objects.filter(account=account_id).select_related("document").order_by("-offered_at")


def prepaid_months(account_ids: Collection[int], period: date) -> dict[int, PrepaidMonth]:
    """By account, the month of a prepayment in force that has no bill yet, with its prepayment. One query."""
    found = PrepaidMonth.objects.filter(
        period=period,
        bill__isnull=True,
        prepayment__state=Prepayment.State.IN_FORCE,
        prepayment__account__in=account_ids,
    ).select_related("prepayment__document")
    return {month.prepayment.account_id: month for month in found}


def prepayments_in_force() -> bool:
    """Whether any is: an office that has none pays nothing for asking by account. One query."""
    return Prepayment.objects.filter(state=Prepayment.State.IN_FORCE).exists()


def _first_unbilled(account: Account, on: date) -> date:
    """The month after the last that was billed, or the present one."""
    last = (
        Transfer.objects.filter(account=account, reason__in=(Reason.BILL, Reason.OPENING), period__isnull=False)
        .order_by("-period")
        .values_list("period", flat=True)
        .first()
    )
    return period_of(on) if last is None else max(add_months(last, 1), period_of(on))


def _monthly_m3(account: Account, first: date) -> int | None:
    if not (account.has_water and metered_account_ids([account.pk])):
        return None
    series: Sequence[tuple[date, int, str]] = consumption_last_months([account.pk], add_months(first, -1)).get(
        account.pk, ()
    )
    if not series:
        return 0
    return int((Decimal(sum(m3 for _, m3, _ in series)) / len(series)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _usage(account: Account, period: date, monthly_m3: int | None) -> Usage:
    return Usage(
        tariff_code=account.tariff_code_id,
        period=period,
        m3=monthly_m3,
        category=account.category or None,
        has_water=account.has_water,
        has_sewerage=account.has_sewerage,
        has_treatment=account.has_treatment,
        discharge_m3=account.discharge_m3,
        dwellings=_dwellings(account),
        exemption=account.exemption or None,
        pupils=account.pupils,
    )


def _dwellings(account: Account) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT dwellings FROM registry_connection WHERE id = %s", [account.connection_id])
        row = cursor.fetchone()
    return 1 if row is None else int(row[0])
