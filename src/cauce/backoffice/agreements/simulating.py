"""What the simulator shows of an agreement to be: its terms, the debt, who may grant it and its instalments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal

from django.http import QueryDict

from cauce.agreements.models import PaymentAgreement
from cauce.agreements.operations import undone_for_a_moment
from cauce.agreements.queries import AgreedPart, Quote, highest_post, policy_on, quote_agreement
from cauce.agreements.rules import AgreementLimits, Finding, Terms
from cauce.backoffice.agreements.forms import Capacity, TermsForm
from cauce.core.es_mx import format_date
from cauce.core.money import ZERO
from cauce.core.periods import add_months, format_period
from cauce.ledger.models import Book
from cauce.ledger.queries import DebtSummary, collection_law, debt_summary
from cauce.ledger.rules import PAID_TOGETHER
from cauce.registry.models import Account, Customer
from cauce.registry.queries import PersonHit, search_people
from cauce.tariffs.rules.values import SURCHARGE
from cauce.users.models import User
from cauce.users.roles import role_label

_CENT = Decimal("0.01")
_USUAL_INSTALMENTS = 3


@dataclass(slots=True)
class DebtRow:
    """What a period puts in the agreement and what becomes of it, in pesos; without period, one-off charges."""

    period: date | None
    services: Decimal = ZERO
    surcharges: Decimal = ZERO
    others: Decimal = ZERO
    down: Decimal = ZERO
    financed: Decimal = ZERO
    waived: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All of it."""
        return self.services + self.surcharges + self.others


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A criterion with who may grant it, when it is not the post that asks."""

    finding: Finding
    who: str


@dataclass(frozen=True, slots=True)
class SoonRow:
    """A billed period that is not due yet and may enter."""

    value: str
    period: date
    due_on: date
    total: Decimal
    is_ticked: bool


@dataclass(slots=True)
class Draft:
    """The simulator's page."""

    account: Account
    form: TermsForm
    post: str
    limits: AgreementLimits
    signer: Customer | None = None
    guarantor: Customer | None = None
    replaces: PaymentAgreement | None = None
    quote: Quote | None = None
    rows: list[DebtRow] = field(default_factory=list)
    findings: list[FindingRow] = field(default_factory=list)
    soon: list[SoonRow] = field(default_factory=list)
    signer_hits: Sequence[PersonHit] = ()
    guarantor_hits: Sequence[PersonHit] = ()
    warnings: list[str] = field(default_factory=list)

    @property
    def capacity(self) -> str:
        """As what somebody signs."""
        return str(self.form.data.get("firma", Capacity.HOLDER))

    @property
    def needs_signer(self) -> bool:
        """Whether who signs is still to be said."""
        return self.capacity != Capacity.HOLDER and self.signer is None

    @property
    def may_grant(self) -> bool:
        """Whether the person's own post grants it."""
        return self.quote is not None and self.quote.is_eligible and not self.needs_signer

    @property
    def may_send(self) -> bool:
        """Whether somebody else may grant it."""
        return self.quote is not None and self.quote.is_possible and not self.needs_signer and not self.may_grant

    @property
    def authoriser(self) -> str:
        """Who may grant it, in words."""
        authoriser = None if self.quote is None else self.quote.eligibility.authoriser
        return "" if authoriser is None else role_label(authoriser)


def draft_of(data: QueryDict, *, account: Account, user: User, at: datetime, on: date) -> Draft:
    """The agreement that an address asks for; without terms, the usual ones.

    :raises NoPolicyInForce: if no policy says who grants agreements.
    :raises NoLawInForce: if no law says how to collect.
    """
    _, limits = policy_on(on)
    post = highest_post(user, limits, on) or limits.posts[0]
    summary = debt_summary(account.pk, on=on, law=collection_law(on))
    replaces = _replaced(data, account)
    given = data if "enganche" in data else _usual(data, summary, limits, post, on)
    form = TermsForm(given)
    soon = [one for one in summary.periods if not one.is_overdue and not one.is_agreement and one.services > 0]
    form.offer_periods([format_period(one.period) for one in soon])
    draft = Draft(account, form, post, limits, replaces=replaces)
    is_valid = form.is_valid()
    said = form.cleaned_data
    draft.signer = _person(said.get("obligado"))
    draft.guarantor = _person(said.get("aval"))
    if draft.capacity == Capacity.HOLDER:
        draft.signer = account.holder
    elif draft.signer is None:
        draft.signer_hits = search_people(said.get("firmante") or "")
    if draft.guarantor is None and said.get("nombre_aval"):
        draft.guarantor_hits = search_people(said["nombre_aval"])
    ticked = set(said.get("periodo") or ())
    draft.soon = [
        SoonRow(format_period(one.period), one.period, one.due_on, one.total, format_period(one.period) in ticked)
        for one in soon
    ]
    if account.holder.died_on is not None:
        draft.warnings.append(
            f"El titular falleció el {format_date(account.holder.died_on)}: firma un obligado, o se abre la sucesión."
        )
    if is_valid:
        draft.quote = _quote(draft, form.terms(), at=at, by=user, on=on)
        draft.rows = rows_of(draft.quote)
        draft.findings = [
            FindingRow(one, "" if one.is_met or one.authoriser is None else role_label(one.authoriser))
            for one in draft.quote.eligibility.findings
        ]
    return draft


def rows_of(quote: Quote) -> list[DebtRow]:
    """The debt of a quote by period, the oldest first, what has no period last."""
    order = collection_law(quote.on).order
    rows: dict[date | None, DebtRow] = {}
    for part in quote.parts:
        row = rows.setdefault(part.charge.period, DebtRow(part.charge.period))
        _add(row, part, is_service=order.kind_of(part.charge) in PAID_TOGETHER)
    return sorted(rows.values(), key=lambda row: (row.period is None, row.period or quote.on))


def _add(row: DebtRow, part: AgreedPart, *, is_service: bool) -> None:
    if part.charge.concept == SURCHARGE:
        row.surcharges += part.charge.pending
    elif is_service:
        row.services += part.charge.pending
    else:
        row.others += part.charge.pending
    row.down += part.down
    row.financed += part.financed
    row.waived += part.waived


def _quote(draft: Draft, terms: Terms, *, at: datetime, by: User, on: date) -> Quote:
    is_dead_holder = draft.capacity == Capacity.HOLDER and draft.account.holder.died_on is not None

    def quoted() -> Quote:
        return quote_agreement(
            draft.account,
            on=on,
            terms=terms,
            post=draft.post,
            is_represented=not is_dead_holder,
            restructures=draft.replaces,
        )

    if draft.replaces is None:
        return quoted()
    return undone_for_a_moment(agreement=draft.replaces, look=quoted, at=at, by=by)


def _usual(data: QueryDict, debt: DebtSummary, limits: AgreementLimits, post: str, on: date) -> QueryDict:
    """What is usually asked for: the least down payment of the post, and a few instalments from next month."""
    given = data.copy()
    overdue = sum(
        (charge.pending for charge in debt.charges if charge.book == Book.RECEIVABLE and charge.due_on < on),
        debt.surcharges_to_post,
    )
    percent = limits.down_percent.get(post, ZERO)
    given.setdefault("enganche", f"{(overdue * percent / 100).quantize(_CENT, ROUND_CEILING):.2f}")
    given.setdefault("parcialidades", str(_USUAL_INSTALMENTS))
    given.setdefault("primera", add_months(on, 1).isoformat())
    given.setdefault("firma", Capacity.HOLDER)
    return given


def _replaced(data: QueryDict, account: Account) -> PaymentAgreement | None:
    asked = data.get("reestructura", "")
    if not asked.isdecimal():
        return None
    live = PaymentAgreement.objects.select_related("document")
    return live.filter(pk=int(asked), account=account, state=PaymentAgreement.State.IN_FORCE).first()


def _person(pk: int | None) -> Customer | None:
    return None if pk is None else Customer.objects.filter(pk=pk, merged_into__isnull=True).first()
