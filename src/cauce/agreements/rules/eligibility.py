"""Who may grant an agreement, criterion by criterion, with the text of each one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cauce.core.es_mx import count_of, format_money, format_percent, format_periods
from cauce.core.money import ZERO


class Criterion(StrEnum):
    """What is looked at before an agreement is granted."""

    MONTHS = "MONTHS"
    SERVICE = "SERVICE"
    BROKEN = "BROKEN"
    DOWN_PAYMENT = "DOWN_PAYMENT"
    INSTALMENTS = "INSTALMENTS"
    WAIVER = "WAIVER"
    NO_LIVE_AGREEMENT = "NO_LIVE_AGREEMENT"
    BILLED = "BILLED"
    SMALLEST = "SMALLEST"
    DEBTOR = "DEBTOR"
    RESTRUCTURES = "RESTRUCTURES"


@dataclass(frozen=True, slots=True)
class AgreementLimits:
    """The policy in force: up to where each post decides, lowest first; a limit of None has no end.

    ``months``, ``instalments``, ``broken`` and ``waiver_percent`` are maxima and ``down_percent`` a minimum, by post; a
    post that one does not name cannot decide on it. ``states`` gives, by state of the account, the lowest post that may
    grant one in spite of it; a state in ``barring`` admits none.
    """

    posts: tuple[str, ...]
    months: Mapping[str, Decimal | None]
    instalments: Mapping[str, Decimal | None]
    broken: Mapping[str, Decimal | None]
    waiver_percent: Mapping[str, Decimal | None]
    down_percent: Mapping[str, Decimal]
    states: Mapping[str, str]
    barring: frozenset[str]
    broken_within_months: int
    monthly_percent: Decimal
    smallest_instalment: Decimal
    down_payment_business_days: int
    breaks_after_overdue: int
    grace_business_days: int
    most_restructures: int
    rule_text: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody asks for: pesos down, how many instalments, when the first, and surcharges not to be asked for.

    ``also`` are billed periods not yet due that enter besides what is overdue. Without ``first_due_on``, in a month.
    """

    down_payment: Decimal
    instalments: int
    first_due_on: date | None = None
    waived: Decimal = ZERO
    also: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for and what is known of who asks, in pesos and dates."""

    debt: Decimal
    surcharges: Decimal
    overdue_periods: Sequence[date]
    unbilled_periods: Sequence[date]
    account_state: str
    account_state_label: str
    earlier_broken: int
    has_live_agreement: bool
    is_represented: bool
    down_payment: Decimal
    instalments: int
    smallest: Decimal
    waived: Decimal = ZERO
    restructures: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion looked at: whether the post that asks may decide it, who may, and the sentence that says so.

    ``authoriser`` is the lowest post that may grant it, None when nobody may.
    """

    criterion: Criterion
    is_met: bool
    authoriser: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """All that was looked at; ``authoriser`` is the lowest post that may grant the agreement, None if nobody may."""

    findings: tuple[Finding, ...]
    authoriser: str | None
    is_granted_by: str

    @property
    def is_eligible(self) -> bool:
        """Whether the post that asks may grant it by itself."""
        return all(finding.is_met for finding in self.findings)

    @property
    def is_possible(self) -> bool:
        """Whether somebody may grant it."""
        return self.authoriser is not None

    @property
    def reasons(self) -> list[str]:
        """The sentences of what is not met, in order."""
        return [finding.sentence for finding in self.findings if not finding.is_met]


def judge(asked: Request, limits: AgreementLimits, *, post: str) -> Eligibility:
    """Look at each criterion as the post ``post`` that would grant the agreement.

    :raises ValueError: if the policy does not name the post.
    """
    if post not in limits.posts:
        raise ValueError(f"the policy does not name the post {post!r}")
    findings = tuple(
        Finding(
            criterion=criterion,
            is_met=authoriser is not None and limits.posts.index(authoriser) <= limits.posts.index(post),
            authoriser=authoriser,
            sentence=sentence,
        )
        for criterion, authoriser, sentence in _looked_at(asked, limits)
    )
    authoriser: str | None = limits.posts[0]
    for finding in findings:
        if finding.authoriser is None:
            authoriser = None
            break
        assert authoriser is not None
        authoriser = max(authoriser, finding.authoriser, key=limits.posts.index)
    return Eligibility(findings, authoriser, post)


_Looked = tuple[Criterion, str | None, str]


def _looked_at(asked: Request, limits: AgreementLimits) -> list[_Looked]:
    everybody = limits.posts[0]
    looked: list[_Looked] = []
    months = len(asked.overdue_periods)
    # How many they are is said before: a span of many says it again.
    told = f" ({format_periods(asked.overdue_periods).partition(' (')[0]})" if months else ""
    looked.append(
        (
            Criterion.MONTHS,
            _lowest_up_to(limits.posts, limits.months, Decimal(months)),
            f"Debe {count_of(months, 'mes', 'meses')}{told}; {_maxima(limits.posts, limits.months, 'mes', 'meses')}.",
        )
    )
    barred = asked.account_state in limits.barring
    needed = None if barred else limits.states.get(asked.account_state, everybody)
    state = asked.account_state_label.lower()
    looked.append(
        (
            Criterion.SERVICE,
            needed,
            f"El servicio está en «{state}»"
            + (": así no se convienen pagos." if barred else "." if needed == everybody else ": se autoriza."),
        )
    )
    looked.append(
        (
            Criterion.BROKEN,
            _lowest_up_to(limits.posts, limits.broken, Decimal(asked.earlier_broken)),
            f"Convenios incumplidos en los últimos {limits.broken_within_months} meses: {asked.earlier_broken}.",
        )
    )
    looked.append(_down_payment(asked, limits))
    looked.append(
        (
            Criterion.INSTALMENTS,
            _lowest_up_to(limits.posts, limits.instalments, Decimal(asked.instalments)),
            f"Pide {count_of(asked.instalments, 'parcialidad', 'parcialidades')}; "
            f"{_maxima(limits.posts, limits.instalments, 'parcialidad', 'parcialidades')}.",
        )
    )
    if asked.waived > 0:
        percent = asked.waived * 100 / asked.surcharges if asked.surcharges > 0 else Decimal(100)
        looked.append(
            (
                Criterion.WAIVER,
                _lowest_up_to(limits.posts, limits.waiver_percent, percent),
                f"Se condonarían {format_money(asked.waived)} de recargos ({format_percent(round(percent))}).",
            )
        )
    if asked.smallest < limits.smallest_instalment:
        looked.append(
            (
                Criterion.SMALLEST,
                None,
                f"La parcialidad sería de {format_money(asked.smallest)} y la mínima es de "
                f"{format_money(limits.smallest_instalment)}: pida menos parcialidades.",
            )
        )
    if asked.has_live_agreement:
        looked.append(
            (
                Criterion.NO_LIVE_AGREEMENT,
                None,
                "Ya hay un convenio vigente sobre este adeudo: se reestructura o se paga, no se firma otro.",
            )
        )
    if asked.unbilled_periods:
        looked.append(
            (
                Criterion.BILLED,
                None,
                f"Un periodo sin facturar no entra en convenio ({format_periods(asked.unbilled_periods)}).",
            )
        )
    if not asked.is_represented:
        looked.append(
            (
                Criterion.DEBTOR,
                None,
                "Quien firma no es el titular: debe firmar como obligado o presentar carta poder.",
            )
        )
    if asked.restructures > limits.most_restructures:
        looked.append(
            (
                Criterion.RESTRUCTURES,
                None,
                f"El convenio ya se reestructuró {count_of(asked.restructures - 1, 'vez', 'veces')}, lo más que se "
                "permite.",
            )
        )
    return looked


def _down_payment(asked: Request, limits: AgreementLimits) -> _Looked:
    percent = asked.down_payment * 100 / asked.debt if asked.debt > 0 else ZERO
    authoriser = next(
        (post for post in limits.posts if post in limits.down_percent and percent >= limits.down_percent[post]), None
    )
    wanted = limits.down_percent[next(iter(limits.down_percent))]
    least = asked.debt * wanted / 100
    return (
        Criterion.DOWN_PAYMENT,
        authoriser,
        f"Da {format_money(asked.down_payment)} de enganche ({format_percent(round(percent))}); lo mínimo es "
        f"{format_percent(wanted)}, {format_money(least.quantize(Decimal('0.01')))}.",
    )


def _lowest_up_to(posts: Sequence[str], maxima: Mapping[str, Decimal | None], value: Decimal) -> str | None:
    for post in posts:
        if post in maxima:
            limit = maxima[post]
            if limit is None or value <= limit:
                return post
    return None


def _maxima(posts: Sequence[str], maxima: Mapping[str, Decimal | None], singular: str, plural: str) -> str:
    first = next((post for post in posts if post in maxima), None)
    limit = None if first is None else maxima[first]
    return "sin límite" if limit is None else f"hasta {count_of(int(limit), singular, plural)} sin autorización"
