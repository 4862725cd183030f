"""How decisions about readings are judged and written: many accounts of one round at once, each by the same rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from cauce.core.clock import local_day
from cauce.core.es_mx import format_date, format_long_period, join_words
from cauce.core.periods import add_months
from cauce.metering.models import (
    Consumption,
    Reader,
    Reading,
    ReadingDecision,
    ReadingFinding,
    ReadingRound,
)
from cauce.metering.operations.decision_cases import Case, Choice, cases_of, hold_month
from cauce.metering.operations.refusals import (
    AlreadyDecided,
    DecisionRefused,
    ImpossibleReading,
    LaterMonthCounted,
    MeterChangeWithoutClosing,
    MonthAlreadyBilled,
    NotBilledSo,
    NotDecided,
    OwnReading,
    PostMayNotRelease,
)
from cauce.metering.queries.anomalies import anomalies_on
from cauce.metering.rules import (
    BILLS_NAMES,
    AnomalyRules,
    Bills,
    Settlement,
    estimated_figure,
    reason_name,
    run_ahead,
    settle,
    start_over,
)
from cauce.registry.models import Account
from cauce.users.models import User
from cauce.users.queries import posts_of

Kind = ReadingDecision.Kind
MAY_DECIDE_AGAIN = (Kind.REVISIT, Kind.REOPENED)
_LEAVES_CONSUMPTION = (Kind.ACCEPTED, Kind.CORRECTED, Kind.ESTIMATED)
_WAITS = (Kind.REVISIT, Kind.REOPENED)


class Act(NamedTuple):
    """What is decided, by which rule it is estimated, and why."""

    kind: ReadingDecision.Kind
    reason: str
    rule: Bills | None = None


class Refusal(NamedTuple):
    """An account that could not be decided so, and why."""

    account_id: int
    number: str
    error: DecisionRefused


class _Counted(NamedTuple):
    """What the month comes to by a decision, and the readings that its consumption tells."""

    settlement: Settlement
    previous_value: int | None
    previous_on: date | None
    current_value: int | None
    current_on: date
    serial: str
    billed_from: date | None


@dataclass(slots=True)
class Outcome:
    """The decisions that rule now, which of them are new, and the ones that could not be."""

    decisions: list[ReadingDecision] = field(default_factory=list)
    written: list[ReadingDecision] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def decide(reading_round: ReadingRound, *, choices: Sequence[Choice], act: Act, at: datetime, by: User) -> Outcome:
    """Hold the accounts and the month, judge each choice, and write what stands. The caller's transaction.

    :raises DecisionRefused: if it does not say why; what each account is refused for is in the outcome.
    """
    if not act.reason.strip():
        raise DecisionRefused("Escriba por qué se decide así; queda en la historia de la cuenta.")
    wanted = {choice.account_id: choice for choice in choices}
    held = Account.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    accounts = list(held)
    closed = hold_month(reading_round, cycles={reading_round.cycle, *(account.cycle for account in accounts)})
    cases = cases_of(reading_round, accounts=accounts, wanted=wanted)
    judge = _Judge(reading_round, act, anomalies_on(reading_round.period), at, by, is_closed=closed)
    outcome = Outcome()
    written: list[tuple[Case, ReadingDecision, _Counted | None]] = []
    for case in cases:
        try:
            judged = judge.decision_of(case, wanted[case.account.pk])
        except DecisionRefused as error:
            outcome.refusals.append(Refusal(case.account.pk, case.account.number, error))
            continue
        if judged is None:
            assert case.last is not None
            outcome.decisions.append(case.last)
        else:
            written.append((case, *judged))
    ReadingDecision.objects.bulk_create([decision for _, decision, _ in written])
    _write(reading_round, written, act, at=at, by=by)
    outcome.written.extend(decision for _, decision, _ in written)
    outcome.decisions.extend(outcome.written)
    return outcome


class _Judge:
    """Decides one case after another by the same act, person and table."""

    def __init__(
        self,
        reading_round: ReadingRound,
        act: Act,
        table: AnomalyRules,
        at: datetime,
        by: User,
        *,
        is_closed: bool,
    ) -> None:
        self._round = reading_round
        self._act = act
        self._table = table
        self._at = at
        self._by = by
        self._is_closed = is_closed
        self._posts = frozenset[str]() if by.is_system else frozenset(posts_of(by, local_day(at)))
        self._own_codes = frozenset(Reader.objects.filter(user=by).values_list("code", flat=True))

    def decision_of(self, case: Case, choice: Choice) -> tuple[ReadingDecision, _Counted | None] | None:
        """The decision to write and what it bills; None when it is already so.

        :raises DecisionRefused: if it cannot be decided so.
        """
        act = self._act
        if choice.reading_id is not None and case.reading is None:
            raise ImpossibleReading(
                f"Esa lectura no es de la cuenta {case.account.number} en {self._month}: vuelva a abrir la lista."
            )
        if self._is_the_same(case, choice):
            return None
        self._refuse_closed(case)
        self._refuse_own(case)
        if act.kind is Kind.REOPENED:
            self._refuse_reopening(case)
        else:
            self._refuse_decided(case)
            self._refuse_post(case)
        counted = self._counted(case, choice)
        value = None if counted is None or act.kind is Kind.ESTIMATED else counted.current_value
        decision = ReadingDecision(
            account=case.account,
            round=self._round,
            reading=case.reading,
            kind=act.kind,
            anomaly=case.anomaly,
            value=value,
            volume_m3=None if counted is None else counted.settlement.volume_m3,
            estimate_rule=act.rule.value if act.rule else "",
            reason=act.reason.strip(),
            decided_at=self._at,
            decided_by=self._by,
            replaces=case.last,
        )
        return decision, counted

    @property
    def _month(self) -> str:
        return format_long_period(self._round.period)

    def _is_the_same(self, case: Case, choice: Choice) -> bool:
        """A second press of the same button: the decision stands as it was written."""
        last, act = case.last, self._act
        return (
            last is not None
            and (last.kind, last.decided_by_id, last.reason) == (act.kind, self._by.pk, act.reason.strip())
            and last.estimate_rule == (act.rule.value if act.rule else "")
            and (act.kind is not Kind.CORRECTED or last.value == choice.value)
            and (choice.reading_id is None or last.reading_id == choice.reading_id)
        )

    def _refuse_closed(self, case: Case) -> None:
        if self._is_closed:
            raise MonthAlreadyBilled(
                f"{self._month} de la cuenta {case.account.number} ya se aprobó para facturar y no se cambia: use un "
                "ajuste, o espere a la próxima lectura, que cuenta desde la última real."
            )
        if case.later is not None:
            raise LaterMonthCounted(
                f"La cuenta {case.account.number} ya tiene consumo de {format_long_period(case.later)}, que parte de "
                f"aquí: vuelva a abrir primero ese mes y después {self._month}."
            )

    def _refuse_own(self, case: Case) -> None:
        reading = case.reading
        if reading is None:
            return
        if reading.reader_code in self._own_codes or reading.captured_by_id == self._by.pk:
            did = "capturó" if reading.captured_by_id == self._by.pk else "tomó"
            raise OwnReading(f"Usted {did} la lectura de la cuenta {case.account.number}: la decide otra persona.")

    def _refuse_decided(self, case: Case) -> None:
        last = case.last
        # A line that came after the account was parked without one waits all the same.
        waits = case.reading is not None and case.reading.status == Reading.Status.REVIEW
        if last is not None and last.kind not in MAY_DECIDE_AGAIN and not waits:
            raise AlreadyDecided(
                f"La lectura de la cuenta {case.account.number} ya la decidió {last.decided_by} el "
                f"{format_date(local_day(last.decided_at))}: {last.get_kind_display().lower()}. Para cambiarla, pida "
                "que se vuelva a abrir."
            )
        if self._act.kind is Kind.ACCEPTED and case.reading is not None and case.reading.status == Reading.Status.OK:
            raise AlreadyDecided(
                f"La lectura de la cuenta {case.account.number} ya es correcta y se factura: no hay nada que aceptar."
            )

    def _refuse_reopening(self, case: Case) -> None:
        last = case.last
        if last is None or last.kind == Kind.REOPENED:
            raise NotDecided(f"La lectura de la cuenta {case.account.number} no tiene decisión que volver a abrir.")
        if last.decided_by_id == self._by.pk:
            raise OwnReading(
                f"Usted decidió la lectura de la cuenta {case.account.number}: la vuelve a abrir otra persona."
            )

    def _refuse_post(self, case: Case) -> None:
        row = self._table.row(case.anomaly)
        if not self._by.is_system and not row.releases & self._posts:
            who = join_words(sorted(row.releases), conjunction="o")
            raise PostMayNotRelease(
                f"«{row.name}» de la cuenta {case.account.number} la libera {who}: pídalo a quien corresponde."
            )
        kind, rule = self._act.kind, self._act.rule
        asked = Bills.MEASURED if kind is Kind.ACCEPTED else rule
        if asked is not None and asked not in row.bills:
            may = join_words([BILLS_NAMES[bills] for bills in row.bills], conjunction="o")
            raise NotBilledSo(
                f"Con «{row.name}» la tabla de anomalías no deja facturar {BILLS_NAMES[asked]}: la cuenta "
                f"{case.account.number} puede facturarse con {may}."
            )

    def _counted(self, case: Case, choice: Choice) -> _Counted | None:
        kind = self._act.kind
        if kind not in _LEAVES_CONSUMPTION:
            return None
        if kind is Kind.ESTIMATED:
            return self._estimated(case)
        reading = case.reading
        if kind is Kind.CORRECTED:
            value, taken_on = choice.value, choice.taken_on or (reading.taken_on if reading else None)
        else:
            assert reading is not None, "only a reading is accepted"
            value, taken_on = reading.value, reading.taken_on
            if reading.meter_serial != case.standing.serial:
                raise MeterChangeWithoutClosing(
                    f"En la cuenta {case.account.number} se leyó el medidor «{reading.meter_serial or 'ninguno'}» y el "
                    f"padrón tiene «{case.standing.serial or 'ninguno'}». Si se cambió, capture primero el cambio con "
                    "la lectura final del retirado; si no, corrija la lectura con la del medidor de la cuenta."
                )
        return self._measured(case, value, taken_on or self._round.last_day)

    def _measured(self, case: Case, value: int | None, taken_on: date) -> _Counted:
        number, standing = case.account.number, case.standing
        if value is None:
            raise ImpossibleReading(f"La lectura de la cuenta {number} vino en blanco: corríjala o estime el consumo.")
        self._refuse_figure(case, value, taken_on)
        may_turn = self._act.kind is Kind.ACCEPTED and case.anomaly == "VUELTA_MEDIDOR"
        measured_m3 = standing.measured_m3(value, may_turn=may_turn)
        if measured_m3 is None:
            raise ImpossibleReading(
                f"La lectura {value:,} de la cuenta {number} es menor que la anterior ({standing.previous_value:,}) y "
                "una vuelta del medidor no lo explica: corríjala, estime el consumo o mande una segunda visita."
            )
        return _Counted(
            settlement=settle(measured_m3, standing.ahead_m3),
            previous_value=standing.previous_value,
            previous_on=standing.previous_on,
            current_value=value,
            current_on=taken_on,
            serial=standing.serial,
            billed_from=standing.billed_until if standing.billed_until != standing.previous_on else None,
        )

    def _refuse_figure(self, case: Case, value: int, taken_on: date) -> None:
        number, standing = case.account.number, case.standing
        if standing.contradicts:
            raise MeterChangeWithoutClosing(
                f"La lectura final del medidor «{standing.contradicts}», que se retiró de la cuenta {number}, es menor "
                "que la última que se le tomó: corrija el cambio de medidor antes de decidir."
            )
        if not standing.serial:
            raise MeterChangeWithoutClosing(
                f"La cuenta {number} no tiene medidor en el padrón: capture su instalación antes de darle lectura."
            )
        if standing.previous_value is None:
            raise ImpossibleReading(
                f"La cuenta {number} no tiene ninguna lectura anterior de la cual contar: estime el consumo y la "
                "lectura de hoy queda como punto de partida."
            )
        if not 0 <= value < 10**standing.digits:
            raise ImpossibleReading(
                f"La lectura {value:,} no cabe en el medidor de {standing.digits} dígitos de la cuenta {number}."
            )
        if standing.previous_on is not None and taken_on < standing.previous_on:
            raise ImpossibleReading(
                f"La lectura de la cuenta {number} es del {format_date(taken_on)} y la anterior del "
                f"{format_date(standing.previous_on)}: revise la fecha."
            )
        if taken_on > local_day(self._at):
            raise ImpossibleReading(
                f"La lectura de la cuenta {number} dice {format_date(taken_on)}, que aún no llega: revise la fecha."
            )

    def _estimated(self, case: Case) -> _Counted:
        rule = self._act.rule
        assert rule is not None, "an estimate has its rule"
        standing, reading = case.standing, case.reading
        estimated_m3 = standing.estimated_m3(rule)
        if estimated_m3 is None:
            raise NotBilledSo(
                f"La cuenta {case.account.number} no tiene meses completos de este medidor para promediar: facture el "
                "mínimo, corrija la lectura o apártela."
            )
        until = (reading.taken_on if reading else None) or self._round.last_day
        if standing.billed_until is not None:
            until = max(until, standing.billed_until)
        month_before = add_months(until, -1)
        billed_from = max(standing.billed_until, month_before) if standing.billed_until else month_before
        if self._starts_the_count(case):
            assert reading is not None
            return _Counted(start_over(estimated_m3), reading.value, until, None, until, standing.serial, billed_from)
        # No reading will ever cover what went through a meter that is gone, nor what had been estimated of it before.
        settlement = start_over(estimated_m3) if case.is_lost else run_ahead(estimated_m3, standing.ahead_m3)
        return _Counted(
            settlement=settlement,
            previous_value=standing.chain_value,
            previous_on=standing.previous_on,
            current_value=None
            if case.is_lost
            else estimated_figure(
                rule, previous_value=standing.previous_value, ahead_m3=settlement.ahead_m3, digits=standing.digits
            ),
            current_on=until,
            serial=standing.chain_serial or standing.serial,
            billed_from=billed_from,
        )

    def _starts_the_count(self, case: Case) -> bool:
        """An account that never had a reading begins with the one it has now: what went before is only estimated."""
        reading, standing = case.reading, case.standing
        return (
            standing.chain_value is None
            and reading is not None
            and reading.value is not None
            and reading.reason == "SIN_LECTURA_ANTERIOR"
            and reading.meter_serial == standing.serial
        )


def _write(
    reading_round: ReadingRound,
    written: Sequence[tuple[Case, ReadingDecision, _Counted | None]],
    act: Act,
    *,
    at: datetime,
    by: User,
) -> None:
    replaced = [case.consumption.pk for case, _, _ in written if case.consumption is not None]
    Consumption.objects.filter(pk__in=replaced).update(superseded_at=at, superseded_by=by)
    source = Consumption.Source.ESTIMATED if act.kind is Kind.ESTIMATED else Consumption.Source.MEASURED
    Consumption.objects.bulk_create(
        Consumption(
            account=case.account,
            period=reading_round.period,
            volume_m3=counted.settlement.volume_m3,
            source=source,
            reading=case.reading,
            meter_serial=counted.serial,
            previous_value=counted.previous_value,
            current_value=counted.current_value,
            previous_on=counted.previous_on,
            current_on=counted.current_on,
            billed_from=counted.billed_from,
            measured_m3=counted.settlement.measured_m3,
            settled_m3=counted.settlement.settled_m3,
            ahead_m3=counted.settlement.ahead_m3,
            estimate_rule=act.rule.value if act.rule else "",
            decision=decision,
        )
        for case, decision, counted in written
        if counted is not None
    )
    waits = act.kind in _WAITS
    changed: list[Reading] = []
    for case, decision, _ in written:
        for reading in case.readings:
            if reading.status == Reading.Status.OK and reading is not case.reading:
                continue
            reading.status = Reading.Status.REVIEW if waits else Reading.Status.DECIDED
            reading.reason = reading.reason or decision.anomaly
            changed.append(reading)
    Reading.objects.bulk_update(changed, ["status", "reason"], batch_size=1000)
    if not waits:
        ReadingFinding.objects.filter(
            round=reading_round, account__in=[case.account for case, _, _ in written], settled_at__isnull=True
        ).update(settled_at=at, settled_by=by, note=act.reason.strip())


def decided_facts(decision: ReadingDecision, *, reading_round: ReadingRound) -> dict[str, object]:
    """What the history tells of one decision."""
    volume = "" if decision.volume_m3 is None else f" ({decision.volume_m3:,} m³)"
    return {
        "period": format_long_period(reading_round.period),
        "what": decision.get_kind_display().lower() + volume,
        "anomaly": reason_name(decision.anomaly),
        "reason": decision.reason,
    }
