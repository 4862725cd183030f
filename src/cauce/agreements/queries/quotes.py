"""What an agreement would come to, and who could grant it. Writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db import connection

from cauce.agreements.models import AgreementPolicy, PaymentAgreement
from cauce.agreements.queries.agreements import earlier_broken, live_agreement, restructures_before
from cauce.agreements.queries.policies import policy_on
from cauce.agreements.rules import (
    AgreementLimits,
    Eligibility,
    PlannedInstalment,
    Request,
    ScheduleFault,
    Terms,
    judge,
    plan_instalments,
    share_vat,
)
from cauce.core.money import ZERO, split
from cauce.core.periods import add_months
from cauce.ledger.models import Book
from cauce.ledger.queries import CollectionLaw, collection_law, open_charges, surcharges_due
from cauce.ledger.rules import OpenCharge, allocate, overdue_periods
from cauce.registry.models import Account
from cauce.tariffs.rules.values import SURCHARGE, VAT, ConceptKind
from cauce.users.queries import office_calendar

_BILLED = """
    SELECT DISTINCT period FROM ledger_transfer
    WHERE account_id = %(account)s AND period = ANY(%(periods)s) AND reason IN ('BILL', 'ADJUSTMENT', 'OPENING')
"""


@dataclass(frozen=True, slots=True)
class AgreedPart:
    """A charge of the debt, in pesos: what is pending of it, how much the down payment, the notes or nobody pays."""

    charge: OpenCharge
    down: Decimal
    financed: Decimal
    waived: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """An agreement as it would be on a day. ``fault`` is why it makes no schedule, empty when it does."""

    on: date
    terms: Terms
    policy: AgreementPolicy
    limits: AgreementLimits
    parts: tuple[AgreedPart, ...]
    overdue_periods: tuple[date, ...]
    planned: tuple[PlannedInstalment, ...]
    vats: tuple[Decimal, ...]
    eligibility: Eligibility
    down_payment_due_on: date
    fault: str = ""

    @property
    def debt(self) -> Decimal:
        """All that enters."""
        return sum((part.charge.pending for part in self.parts), ZERO)

    @property
    def surcharges(self) -> Decimal:
        """How much of it is surcharges."""
        return sum((part.charge.pending for part in self.parts if part.charge.concept == SURCHARGE), ZERO)

    @property
    def financed(self) -> Decimal:
        """What the notes promise, without interest."""
        return sum((part.financed for part in self.parts), ZERO)

    @property
    def interest(self) -> Decimal:
        """What the notes promise besides."""
        return sum((instalment.interest for instalment in self.planned), ZERO)

    @property
    def reasons(self) -> list[str]:
        """Why the post that asks does not grant it by itself, in sentences."""
        return [*([self.fault] if self.fault else []), *self.eligibility.reasons]

    @property
    def is_eligible(self) -> bool:
        """Whether the post that asks may grant it by itself."""
        return not self.fault and self.eligibility.is_eligible

    @property
    def is_possible(self) -> bool:
        """Whether somebody may grant it."""
        return not self.fault and self.eligibility.is_possible


def quote_agreement(
    account: Account,
    *,
    on: date,
    terms: Terms,
    post: str,
    is_represented: bool = True,
    restructures: PaymentAgreement | None = None,
    law: CollectionLaw | None = None,
) -> Quote:
    """Say what an agreement over what the account's holder owes would come to on the day ``on``.

    What is overdue enters, surcharges to that day included, and the billed periods of ``terms.also``. What is not yet
    billed never does. ``restructures`` is the agreement that this one would take the place of, already undone.

    :raises NoPolicyInForce: if no policy had begun.
    :raises NoLawInForce: if no law had begun.
    :raises ValueError: if the policy does not name ``post``.
    """
    law = law or collection_law(on)
    policy, limits = policy_on(on)
    calendar = office_calendar()
    charges = _debt(account, on, law, terms.also)
    parts, fault = _parts(charges, terms, law, on)
    financed = sum((part.financed for part in parts), ZERO)
    vat = sum((part.financed for part in parts if part.charge.concept == VAT), ZERO)
    planned: list[PlannedInstalment] = []
    try:
        if not fault:
            planned = plan_instalments(
                financed,
                count=terms.instalments,
                monthly_percent=limits.monthly_percent,
                signed_on=on,
                # Rolled before it is kept: asked again with it, the later ones fall on the same days.
                first_due_on=terms.first_due_on or calendar.next_business_day(add_months(on, 1)),
                calendar=calendar,
            )
    except ScheduleFault as error:
        fault = str(error)
    months = overdue_periods(charges, law.order, on)
    live = live_agreement(account.pk)
    asked = Request(
        debt=sum((charge.pending for charge in charges), ZERO),
        surcharges=sum((charge.pending for charge in charges if charge.concept == SURCHARGE), ZERO),
        overdue_periods=months,
        unbilled_periods=_unbilled(account.pk, terms.also),
        account_state=account.state,
        account_state_label=account.get_state_display(),
        earlier_broken=earlier_broken(account.pk, account.holder_id, on=on, within_months=limits.broken_within_months),
        has_live_agreement=live is not None and live != restructures,
        is_represented=is_represented,
        down_payment=terms.down_payment,
        instalments=terms.instalments,
        smallest=min((instalment.amount for instalment in planned), default=limits.smallest_instalment),
        waived=terms.waived,
        restructures=restructures_before(restructures),
    )
    return Quote(
        on=on,
        terms=terms,
        policy=policy,
        limits=limits,
        parts=tuple(parts),
        overdue_periods=tuple(months),
        planned=tuple(planned),
        vats=tuple(share_vat(vat, planned)) if planned else (),
        eligibility=judge(asked, limits, post=post),
        down_payment_due_on=calendar.after(on, limits.down_payment_business_days),
        fault=fault,
    )


def _debt(account: Account, on: date, law: CollectionLaw, also: Iterable[date]) -> list[OpenCharge]:
    """The overdue charges of the account's holder, with the surcharges not yet posted under a made-up id."""
    wanted = set(also)
    owed = [
        charge
        for charge in open_charges([account.pk]).get(account.pk, ())
        if charge.party_id == account.holder_id
        and charge.book == Book.RECEIVABLE
        and (charge.due_on < on or charge.period in wanted or law.order.kind_of(charge) is ConceptKind.ENFORCEMENT)
    ]
    made_up = 0
    for due in surcharges_due([account.pk], on, law.surcharges):
        if due.party_id != account.holder_id:
            continue
        for concept, amount in ((SURCHARGE, due.amount), (VAT, law.surcharges.vat_on(due.amount))):
            if amount > 0:
                made_up -= 1
                owed.append(
                    OpenCharge(
                        made_up, concept, due.period, due.due_on, amount, amount, on, account.pk, due.party_id, None,
                        Book.RECEIVABLE,
                    )
                )  # fmt: skip
    return owed


def _parts(charges: Sequence[OpenCharge], terms: Terms, law: CollectionLaw, on: date) -> tuple[list[AgreedPart], str]:
    """Who pays what of each charge, or why it cannot be."""
    if not charges:
        return [], "La cuenta no tiene adeudo vencido que convenir."
    if terms.down_payment < 0 or terms.waived < 0:
        return [AgreedPart(charge, ZERO, charge.pending, ZERO) for charge in charges], "Los importes no son negativos."
    surcharges = [charge for charge in charges if charge.concept == SURCHARGE]
    total = sum((charge.pending for charge in surcharges), ZERO)
    if terms.waived > total:
        fault = "No se condona más de lo que la cuenta debe de recargos."
        return [AgreedPart(charge, ZERO, charge.pending, ZERO) for charge in charges], fault
    waived: dict[int, Decimal] = {}
    if terms.waived > 0:
        shares = split(terms.waived, [charge.pending for charge in surcharges])
        waived = {charge.id: share for charge, share in zip(surcharges, shares, strict=True)}
    left = [replace(charge, pending=charge.pending - waived.get(charge.id, ZERO)) for charge in charges]
    down = dict(allocate(terms.down_payment, left, law.order, on=on)) if terms.down_payment > 0 else {}
    parts = []
    for charge in charges:
        paid, let_go = down.get(charge.id, ZERO), waived.get(charge.id, ZERO)
        parts.append(AgreedPart(charge, paid, charge.pending - paid - let_go, let_go))
    if terms.down_payment > sum(down.values(), ZERO):
        return parts, "El enganche es mayor que el adeudo: cóbrelo completo, sin convenio."
    return parts, ""


def _unbilled(account_id: int, periods: Sequence[date]) -> list[date]:
    """Those of ``periods`` that no bill of the account has charged."""
    if not periods:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, {"account": account_id, "periods": list(periods)})
        billed = {period for (period,) in cursor.fetchall()}
    return sorted(set(periods) - billed)
