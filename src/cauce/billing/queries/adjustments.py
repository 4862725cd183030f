"""Reads of adjustments: the policies in force, what a bill would come to, and the adjustments of an account."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet

from cauce.agreements.models import AgreedDebt, PaymentAgreement, PrepaidMonth
from cauce.billing.models import AdjustedBill, Adjustment, AdjustmentPolicy, Bill, BillLine
from cauce.billing.rules.adjustment_kinds import KindRules, kind_rules
from cauce.billing.rules.adjustments import (
    AccountFacts,
    BilledFacts,
    BilledLine,
    Corrected,
    Correction,
    CorrectionFault,
    Formula,
    Level,
    average_of,
    corrected_bill,
    level_of,
)
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, format_long_period
from cauce.core.periods import add_months, previous_period
from cauce.metering.queries import consumption_last_months
from cauce.registry.models import Account
from cauce.tariffs.queries import schedule_for_period, schedule_of
from cauce.tariffs.rules.errors import NoLawInForce
from cauce.tariffs.rules.values import Schedule

_MONTHS_BACK = 12
# How far back the measured months of an average are looked for.
_AVERAGE_REACH = 36
_MEASURED = "MEASURED"


class NoAdjustmentPolicy(DomainError):
    """No policy of that kind rules."""

    def __init__(self, kind: str, on: date) -> None:
        super().__init__(
            f"No hay política de ajustes «{kind}» vigente el {format_date(on)}; cárguela con los datos de la oficina o "
            "propóngala."
        )


def policies_in_force(on: date) -> list[AdjustmentPolicy]:
    """The policy of each kind that rules on a day: the last that began by then, by name. One query."""
    rows = AdjustmentPolicy.objects.filter(state=AdjustmentPolicy.State.IN_FORCE, valid_from__lte=on)
    ruling = {policy.kind: policy for policy in rows.order_by("valid_from", "pk")}
    return sorted(ruling.values(), key=lambda policy: policy.name)


def policy_in_force(kind: str, on: date) -> AdjustmentPolicy:
    """The policy of a kind that rules on a day.

    :raises NoAdjustmentPolicy: if none does.
    """
    rows = AdjustmentPolicy.objects.filter(kind=kind, state=AdjustmentPolicy.State.IN_FORCE, valid_from__lte=on)
    policy = rows.order_by("-valid_from", "-pk").first()
    if policy is None:
        raise NoAdjustmentPolicy(kind, on)
    return policy


def live_bills_of(account: Account, *, months: int = 24) -> QuerySet[Bill]:
    """The bills of an account that nothing replaces, the last first."""
    return (
        Bill.objects.filter(account=account, replaced_by__isnull=True)
        .select_related("document", "run", "replaces__document")
        .order_by("-period")[:months]
    )


def facts_of_bill(bill: Bill) -> BilledFacts:
    """What a bill was made of, as the rules take it."""
    lines = BillLine.objects.filter(bill=bill).order_by("position")
    return BilledFacts(
        period=bill.period,
        tariff_code=bill.tariff_code,
        m3=bill.volume_m3,
        lines=tuple(BilledLine(line.concept, line.amount, line.vat_percent, line.vat) for line in lines),
        proof=bill.proof,
        usage=bill.usage,
    )


def quote_of(bill: Bill, kind: KindRules, asked: Correction) -> Corrected:
    """What a bill comes to once corrected, priced by its own law.

    :raises CorrectionFault: if what is asked cannot be, changes nothing, or the law gives no price for it.
    """
    if kind.formula == Formula.AVERAGE:
        asked = _average(bill, kind)
    elif kind.formula == Formula.REPRICE and not kind.changes_tariff and asked.m3 is None:
        raise CorrectionFault(f"Escriba el consumo correcto de {format_long_period(bill.period)}, en metros cúbicos.")
    return corrected_bill(
        facts_of_bill(bill), kind=kind, asked=asked, account=_account_facts(bill.account_id), laws=_laws(bill)
    )


def _average(bill: Bill, kind: KindRules) -> Correction:
    before = previous_period(bill.period)
    months = consumption_last_months([bill.account_id], before, _AVERAGE_REACH).get(bill.account_id, [])
    measured = [m3 for _, m3, source in months if source == _MEASURED][-kind.average_months :]
    if not measured:
        raise CorrectionFault(
            f"La cuenta no tiene meses medidos antes de {format_long_period(bill.period)}: use otra clase de ajuste."
        )
    return Correction(m3=average_of(measured), average_months=len(measured))


def _account_facts(account_id: int) -> AccountFacts:
    account = Account.objects.select_related("connection").get(pk=account_id)
    return AccountFacts(
        category=account.category or None,
        dwellings=account.connection.dwellings,
        exemption=account.exemption or None,
        pupils=account.pupils,
        discharge_m3=account.discharge_m3,
    )


def _laws(bill: Bill) -> list[Schedule]:
    """The bill's law and those of the months before, for readings that reach back into them."""
    laws = [schedule_of(bill.schedule_id)]
    for months in range(1, _MONTHS_BACK + 1):
        try:
            earlier = schedule_for_period(add_months(bill.period, -months))
        except NoLawInForce:
            break
        if all(earlier.sha256 != law.sha256 for law in laws):
            laws.append(earlier)
    return laws


def agreements_of_bills(bill_ids: Sequence[int]) -> list[tuple[str, str, bool]]:
    """Of these bills, those whose debt is in an agreement: their folio, the agreement's, and whether it was kept."""
    binding = (PaymentAgreement.State.SIGNED, PaymentAgreement.State.IN_FORCE, PaymentAgreement.State.KEPT)
    rows = AgreedDebt.objects.filter(charge__document__in=bill_ids, agreement__state__in=binding)
    return [
        (debt.charge.document.folio, debt.agreement.document.folio, debt.agreement.state == "KEPT")
        for debt in rows.select_related("charge__document", "agreement__document").order_by("agreement", "pk")[:1]
        if debt.charge.document is not None
    ]


def prepaid_bills(bill_ids: Sequence[int]) -> list[tuple[str, str, Decimal]]:
    """Of these bills, those paid ahead with a discount: their folio, the prepayment's, and the pesos let go."""
    rows = PrepaidMonth.objects.filter(bill__in=bill_ids, discounted__gt=0).order_by("period", "pk")
    return [
        (month.bill.folio, month.prepayment.document.folio, month.discounted)
        for month in rows.select_related("bill", "prepayment__document")
        if month.bill is not None and month.discounted is not None
    ]


def times_adjusted(account: Account, kind: str, *, months: int | None, on: date) -> int:
    """How many applied adjustments of a kind the account has in the months before a day, those undone aside."""
    if months is None:
        return 0
    undone = Adjustment.objects.filter(undoes=OuterRef("pk"), state=Adjustment.State.APPLIED)
    rows = Adjustment.objects.filter(account=account, policy__kind=kind, state=Adjustment.State.APPLIED, undoes=None)
    return rows.filter(~Exists(undone), applied_at__date__gt=add_months(on, -months)).count()


def level_for(
    account: Account, policy: AdjustmentPolicy, *, periods: Sequence[date], difference: Decimal, on: date
) -> Level:
    """Who decides an adjustment of these periods that changes so many pesos, by a policy. One query at most."""
    rules = kind_rules(policy.rules)
    earlier = times_adjusted(account, policy.kind, months=rules.once_in_months, on=on)
    return level_of(kind=rules, difference=difference, periods=periods, today=on, earlier=earlier)


def adjustments_with_people() -> QuerySet[Adjustment]:
    """The adjustments with what a list shows of them."""
    return Adjustment.objects.select_related(
        "document", "account__holder", "policy", "proposed_by", "decided_by", "applied_by", "undoes__document"
    )


def adjustments_of_account(account_id: int) -> QuerySet[Adjustment]:
    """The adjustments of an account, the last first."""
    return adjustments_with_people().filter(account=account_id).order_by("-document")


def adjustments_of_origin(kind: str, origin_id: int) -> QuerySet[Adjustment]:
    """The adjustments that something of a package above asked for, the last first."""
    return adjustments_with_people().filter(origin_kind=kind, origin_id=origin_id).order_by("-document")


def adjusted_bills(adjustment: Adjustment) -> list[AdjustedBill]:
    """The bills of an adjustment with their papers, by period."""
    rows = adjustment.bills.select_related("bill__document", "corrected__document").order_by("bill__period", "pk")
    return list(rows)


def rules_of(policy: AdjustmentPolicy) -> KindRules:
    """A policy's rules, read."""
    return kind_rules(policy.rules)
