"""Deciding readings that wait or are missing: accept, correct, estimate, visit again, park, open again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.es_mx import format_long_period, join_words
from cauce.core.periods import format_period
from cauce.events.operations import publish
from cauce.metering.events import FINDING_SETTLED, READING_DECIDED, READING_REOPENED, READINGS_DECIDED
from cauce.metering.models import Reader, Reading, ReadingDecision, ReadingFinding, ReadingRound
from cauce.metering.operations.deciding import Act, Kind, Refusal, decide, decided_facts
from cauce.metering.operations.decision_cases import Choice
from cauce.metering.operations.refusals import (
    DecisionRefused,
    ImpossibleReading,
    OwnReading,
    PostMayNotRelease,
)
from cauce.metering.queries.anomalies import anomalies_on
from cauce.metering.rules import ESTIMATES, Bills
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.users.queries import posts_of

CHUNK_ACCOUNTS = 200


@dataclass(frozen=True, slots=True)
class DecidedTogether:
    """How many accounts of a batch were decided, and the ones that could not be, each with why."""

    decided: int
    refused: tuple[Refusal, ...]


def accept_reading(*, reading: Reading, reason: str, at: datetime, by: User) -> ReadingDecision:
    """Let a doubtful reading be billed as it was read, counted from the last real one; what was estimated is taken off.

    Idempotent: the same decision by the same person, for the same reason, gives back the one that stands.

    :raises DecisionRefused: naming the account and why (see the subclasses in ``refusals``).
    """
    return _decide_one(reading.round, Choice(reading.account_id, reading.pk), Act(Kind.ACCEPTED, reason), at=at, by=by)


def correct_reading(
    *,
    account: Account,
    reading_round: ReadingRound,
    value: int,
    taken_on: date | None = None,
    reading: Reading | None = None,
    reason: str,
    at: datetime,
    by: User,
) -> ReadingDecision:
    """Bill the figure that the meter really had (a photo, a second visit), read on ``taken_on`` or when it was tried.

    The account may have no reading in the round at all. Idempotent as :func:`accept_reading`.

    :raises DecisionRefused: naming the account and why.
    """
    choice = Choice(account.pk, None if reading is None else reading.pk, value, taken_on)
    return _decide_one(reading_round, choice, Act(Kind.CORRECTED, reason), at=at, by=by)


def estimate_consumption(
    *,
    account: Account,
    reading_round: ReadingRound,
    rule: Bills,
    reading: Reading | None = None,
    reason: str,
    at: datetime,
    by: User,
) -> ReadingDecision:
    """Bill what a rule estimates; the next real readings take it off. Idempotent as :func:`accept_reading`.

    :raises DecisionRefused: naming the account and why.
    """
    act = Act(Kind.ESTIMATED, reason, _estimate(rule))
    return _decide_one(reading_round, _choice(account, reading), act, at=at, by=by)


def request_second_visit(
    *,
    account: Account,
    reading_round: ReadingRound,
    reading: Reading | None = None,
    reason: str,
    at: datetime,
    by: User,
) -> ReadingDecision:
    """Ask that the meter be read again; meanwhile nothing is billed. Idempotent as :func:`accept_reading`.

    :raises DecisionRefused: naming the account and why.
    """
    return _decide_one(reading_round, _choice(account, reading), Act(Kind.REVISIT, reason), at=at, by=by)


def park_reading(
    *,
    account: Account,
    reading_round: ReadingRound,
    reading: Reading | None = None,
    reason: str,
    at: datetime,
    by: User,
) -> ReadingDecision:
    """Bill nothing of the month: the next real reading counts from the last one. Idempotent as :func:`accept_reading`.

    :raises DecisionRefused: naming the account and why.
    """
    return _decide_one(reading_round, _choice(account, reading), Act(Kind.PARKED, reason), at=at, by=by)


def reopen_decision(*, decision: ReadingDecision, reason: str, at: datetime, by: User) -> ReadingDecision:
    """Undo what was decided before the month is billed, so that it may be decided again; not by who decided it.

    :raises DecisionRefused: naming the account and why.
    """
    choice = Choice(decision.account_id, decision.reading_id)
    return _decide_one(decision.round, choice, Act(Kind.REOPENED, reason), at=at, by=by, expects=decision.pk)


def decide_together(
    *,
    reading_round: ReadingRound,
    choices: Sequence[Choice],
    kind: ReadingDecision.Kind,
    rule: Bills | None = None,
    reason: str,
    at: datetime,
    by: User,
) -> DecidedTogether:
    """Decide many accounts of a round in the same way, some hundreds in each transaction, with one event each.

    The ones that cannot be decided so are told by name and hold back no other. Idempotent account by account; a batch
    that was cut is finished by asking for it again.

    :raises DecisionRefused: if it does not say why, or that kind of decision is not taken in batches.
    """
    if kind not in (Kind.ACCEPTED, Kind.ESTIMATED, Kind.REVISIT, Kind.PARKED):
        raise DecisionRefused(
            "Por lote se acepta, se estima, se manda a segunda visita o se aparta; lo demás, una a una."
        )
    act = Act(Kind(kind), reason, _estimate(rule) if kind == Kind.ESTIMATED else None)
    decided, refused = 0, []
    ordered = sorted(set(choices), key=lambda choice: choice.account_id)
    for start in range(0, len(ordered), CHUNK_ACCOUNTS):
        with transaction.atomic():
            outcome = decide(reading_round, choices=ordered[start : start + CHUNK_ACCOUNTS], act=act, at=at, by=by)
            if outcome.written:
                _tell_batch(reading_round, outcome.written, act, at=at, by=by)
        decided += len(outcome.decisions)
        refused.extend(outcome.refusals)
    return DecidedTogether(decided, tuple(refused))


@transaction.atomic
def settle_finding(*, finding: ReadingFinding, note: str, at: datetime, by: User) -> ReadingFinding:
    """Say what was found of a finding; one that held the account lets it be billed. Idempotent.

    :raises DecisionRefused: if it does not say what was found.
    :raises OwnReading: if who says it read or captured the reading.
    :raises PostMayNotRelease: if the table of anomalies names other posts.
    """
    if not note.strip():
        raise DecisionRefused("Escriba cómo se atendió el hallazgo; queda en la historia de la cuenta.")
    account = Account.objects.select_for_update(no_key=True).get(pk=finding.account_id)
    finding = ReadingFinding.objects.select_related("reading", "round").get(pk=finding.pk)
    if finding.settled_at is not None:
        return finding
    reading = finding.reading
    if reading is not None and (
        reading.captured_by_id == by.pk or Reader.objects.filter(code=reading.reader_code, user=by).exists()
    ):
        raise OwnReading(f"Usted tomó o capturó la lectura de la cuenta {account.number}: la atiende otra persona.")
    row = anomalies_on(finding.round.period).row(finding.code)
    if not by.is_system and not row.releases & posts_of(by, local_day(at)):
        who = join_words(sorted(row.releases), conjunction="o")
        raise PostMayNotRelease(
            f"«{row.name}» de la cuenta {account.number} la atiende {who}: pídalo a quien corresponde."
        )
    finding.settled_at, finding.settled_by, finding.note = at, by, note.strip()
    finding.save(update_fields=["settled_at", "settled_by", "note"])
    publish(
        FINDING_SETTLED,
        subject_kind="ReadingFinding",
        subject_id=finding.pk,
        account_id=account.pk,
        facts={"period": format_long_period(finding.round.period), "name": row.name, "note": finding.note},
        at=at,
        by=by,
    )
    return finding


@transaction.atomic
def _decide_one(
    reading_round: ReadingRound, choice: Choice, act: Act, *, at: datetime, by: User, expects: int | None = None
) -> ReadingDecision:
    outcome = decide(reading_round, choices=[choice], act=act, at=at, by=by)
    if outcome.refusals:
        raise outcome.refusals[0].error
    decision = outcome.decisions[0]
    if expects is not None and decision.replaces_id not in (expects, None) and decision.pk != expects:
        raise ImpossibleReading("Esa decisión ya cambió: vuelva a abrir la cuenta y mire la que vale.")
    if outcome.written:
        publish(
            READING_REOPENED if act.kind is Kind.REOPENED else READING_DECIDED,
            subject_kind="ReadingDecision",
            subject_id=decision.pk,
            account_id=decision.account_id,
            facts=decided_facts(decision, reading_round=reading_round),
            at=at,
            by=by,
        )
    return decision


def _tell_batch(
    reading_round: ReadingRound, written: Sequence[ReadingDecision], act: Act, *, at: datetime, by: User
) -> None:
    publish(
        READINGS_DECIDED,
        subject_kind="ReadingRound",
        subject_id=reading_round.pk,
        facts={
            "period": format_period(reading_round.period),
            "cycle": reading_round.cycle,
            "accounts": len(written),
            "what": act.kind.label.lower(),
            "reason": act.reason.strip(),
            "numbers": ", ".join(decision.account.number for decision in written),
        },
        at=at,
        by=by,
    )


def _choice(account: Account, reading: Reading | None) -> Choice:
    return Choice(account.pk, None if reading is None else reading.pk)


def _estimate(rule: Bills | None) -> Bills:
    if rule not in ESTIMATES:
        raise DecisionRefused("Elija con qué se estima: promedio de 6 meses, anterior más promedio o consumo mínimo.")
    return rule
