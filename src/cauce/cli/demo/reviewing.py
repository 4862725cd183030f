"""The review of a cycle's readings in the demonstration: accepted, corrected, estimated, visited again, set aside.

The old system's folder says how many bills each month has: as many good readings are set aside, for what was found of
them, as doubtful ones are let be billed.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import transaction

from cauce.cli.demo.days import KEY, PERIODS, Town
from cauce.cli.demo.papers import photograph
from cauce.core.periods import previous_period
from cauce.documents.operations import store_file
from cauce.metering.models import Reader, Reading, ReadingDecision, ReadingFinding, ReadingRound
from cauce.metering.operations import (
    Choice,
    DecisionRefused,
    accept_reading,
    capture_reading,
    correct_reading,
    decide_together,
    estimate_consumption,
    find_anomalies,
    reopen_decision,
    request_second_visit,
    settle_finding,
)
from cauce.metering.queries import FINDING, READING, UNREAD, ReviewItem, review_list, standings
from cauce.metering.rules import Bills
from cauce.registry.models import Account

Kind = ReadingDecision.Kind


class Settled(NamedTuple):
    """How the doubtful readings of a reason are decided: so many of them, how, by which estimate, and why."""

    reason: str
    kind: ReadingDecision.Kind
    most: int
    why: str
    rule: Bills | None = None


DECIDED: Final = (
    Settled("CONSUMO_ALTO", Kind.ACCEPTED, 2, "Se llamó al usuario: llenó su pileta; la foto confirma la cifra."),
    Settled("CONSUMO_CERO", Kind.ACCEPTED, 2, "Casa desocupada; el medidor gira al abrir la llave."),
    Settled("VUELTA_MEDIDOR", Kind.ACCEPTED, 1, "El medidor dio la vuelta: 99,999 y vuelve a empezar."),
    Settled("INCIDENTE_06", Kind.ACCEPTED, 1, "La fuga está después del medidor y ya se reportó."),
    Settled("LECTURA_RETROCEDE", Kind.CORRECTED, 1, "Se leyó un dígito por otro; la foto dice la cifra correcta."),
    Settled(
        "INCIDENTE_02", Kind.ESTIMATED, 2, "Candado en la reja; se estima y se liquida con la próxima.", Bills.AVERAGE_6
    ),
    Settled("INCIDENTE_09", Kind.ESTIMATED, 1, "Perro suelto; se dejó aviso para amarrarlo.", Bills.AVERAGE_6),
    Settled(
        "INCIDENTE_03",
        Kind.ESTIMATED,
        1,
        "Medidor parado: se pidió el cambio.",
        Bills.PREVIOUS_PLUS_AVERAGE,
    ),
    Settled("INCIDENTE_08", Kind.ESTIMATED, 1, "Lote baldío: cuota por el mínimo.", Bills.MINIMUM),
)
_VISITED: Final = ("MEDIDOR_NO_COINCIDE", "LECTURAS_DISTINTAS", "INCIDENTE_01")
_SET_ASIDE: Final = "No hubo con qué facturarla a tiempo: se aparta y contará desde su última lectura real."
_GOOD_SET_ASIDE: Final = "La cifra no es de fiar por cómo se tomó: se aparta y se lee otra vez el mes que entra."
_TWO_MONTHS: Final = "Se apartó el mes pasado: cuenta desde su última lectura real y se reparte por días."
_SETTLED_FINDINGS: Final = 3
_FOUND: Final = {
    "ALTO_POR_HISTORIA": "Se habló con el usuario: tuvo visita en casa ese mes.",
    "BAJO_POR_HISTORIA": "La familia estuvo fuera; lo confirma la vecina.",
    "POSIBLE_REVENTADA": "Hubo fuga después del medidor; ya la reparó.",
    "LEJOS_DE_LA_CASA": "El GPS se desvía en esa calle; la foto es de su medidor.",
    "RECORRIDO_VELOZ": "Son medidores en batería, en un mismo muro.",
    "IGUAL_A_LA_ANTERIOR": "Casa desocupada.",
}


@transaction.atomic
def review_cycle(town: Town, reading_round: ReadingRound, *, at: datetime) -> None:
    """Decide what waits of a round, before its cycle is computed; all of it or nothing, once.

    The last cycle keeps what nobody could look at in time.
    """
    clerk = town.people["facturacion"]
    find_anomalies(reading_round=reading_round, at=at, by=clerk)
    if not ReadingDecision.objects.filter(round=reading_round).exists():
        _Review(town, reading_round, at).go()


class _Review:
    """The list of a round as a morning goes through it."""

    def __init__(self, town: Town, reading_round: ReadingRound, at: datetime) -> None:
        self._town = town
        self._round = reading_round
        self._at = at
        self._clerk = town.people["facturacion"]
        self._head = town.people["jefe"]
        self._is_first = reading_round.period == PERIODS[0]
        self._is_last = (reading_round.period, reading_round.cycle) == (PERIODS[-1], 3)
        self._items = review_list([reading_round], limit=None)
        self._accounts = {
            account.pk: account
            for account in Account.objects.filter(pk__in={item.account_id for item in self._items}).select_related(
                "holder"
            )
        }
        read = Reading.objects.filter(round=reading_round).values_list("account_id", flat=True)
        seen: dict[int, int] = {}
        for account_id in read:
            seen[account_id] = seen.get(account_id, 0) + 1
        self._repeated = {account_id for account_id, times in seen.items() if times > 1}
        self._minutes = 0

    def go(self) -> None:
        """From what is let be billed to what is set aside."""
        waited = self._waited_since_last_month()
        released = [item.account_id for item in self._decide()]
        released.extend(self._visit())
        accepted = self._accept_two_months(waited)
        opened = 0 if self._is_first else self._opened_by_last_month()
        self._set_good_aside(len(released) + opened - (len(waited) - len(accepted)))
        self._settle_findings()
        if not self._is_last:
            self._set_rest_aside()

    def _next(self) -> datetime:
        self._minutes += 1
        return self._at + timedelta(seconds=20 * self._minutes)

    def _may_touch(self, item: ReviewItem) -> bool:
        account = self._accounts[item.account_id]
        return (
            account.state == Account.State.ACTIVE
            and account.number not in self._town.spared
            and account.pk not in self._repeated
        )

    def _waiting(self, reason: str) -> Iterator[ReviewItem]:
        return (item for item in self._items if (item.kind, item.reason) == (READING, reason) and self._may_touch(item))

    def _decide(self) -> Iterator[ReviewItem]:
        """What is let be billed, by the table of above; what the rules refuse is left for the next of its kind."""
        for settled in DECIDED:
            left = settled.most
            for item in self._waiting(settled.reason):
                if left and self._decided(item, settled):
                    left -= 1
                    yield item

    def _decided(self, item: ReviewItem, settled: Settled) -> bool:
        reading = Reading.objects.select_related("round").get(pk=item.item_id)
        account, at, by = self._accounts[item.account_id], self._next(), self._clerk
        try:
            with transaction.atomic():
                if settled.kind is Kind.ACCEPTED:
                    accept_reading(reading=reading, reason=settled.why, at=at, by=by)
                elif settled.kind is Kind.ESTIMATED:
                    assert settled.rule is not None
                    estimate_consumption(
                        account=account,
                        reading_round=self._round,
                        rule=settled.rule,
                        reading=reading,
                        reason=settled.why,
                        at=at,
                        by=by,
                    )
                else:
                    self._correct(account, reading, settled.why, at)
        except DecisionRefused:
            return False
        return True

    def _correct(self, account: Account, reading: Reading, why: str, at: datetime) -> None:
        """The head has the first figure opened again, and the clerk writes the one of the photograph."""
        value = (reading.previous_value or 0) + self._usual(account)
        decision = correct_reading(
            account=account,
            reading_round=self._round,
            value=value + 10,
            reading=reading,
            reason=why,
            at=at,
            by=self._clerk,
        )
        if self._round.cycle == 1:
            reopen_decision(decision=decision, reason="La foto dice otra cifra: véala.", at=self._next(), by=self._head)
            correct_reading(
                account=account,
                reading_round=self._round,
                value=value,
                reading=reading,
                reason="Vista la foto con el jefe: se corrige.",
                at=self._next(),
                by=self._clerk,
            )

    def _usual(self, account: Account) -> int:
        average = standings([account.pk], self._round.period)[account.pk].average
        return 12 if average is None else max(1, round(average.total_m3 / average.months))

    def _visit(self) -> list[int]:
        """One house is gone back to and read well; another is asked for and nobody could go."""
        visited: list[int] = []
        for reason in _VISITED:
            item = next((item for item in self._waiting(reason) if item.account_id not in visited), None)
            if item is None:
                continue
            account = self._accounts[item.account_id]
            reading = Reading.objects.select_related("round").get(pk=item.item_id)
            why = "Vuelvan a leerlo y traigan foto de la carátula."
            request_second_visit(
                account=account, reading_round=self._round, reading=reading, reason=why, at=self._next(), by=self._clerk
            )
            if visited:
                break
            again = self._read_again(account)
            if again is not None:
                accept_reading(
                    reading=again, reason="Segunda visita: medidor y cifra a la vista.", at=self._next(), by=self._clerk
                )
                visited.append(account.pk)
        return visited

    def _read_again(self, account: Account) -> Reading | None:
        stand = standings([account.pk], self._round.period)[account.pk]
        if stand.previous_value is None or not stand.serial:
            return None
        at = self._next()
        reader = Reader.objects.select_related("user").get(code="103")
        assert reader.user is not None
        photo = store_file(name="segunda-visita.png", content=photograph(account.pk % 97), at=at, by=reader.user)
        return capture_reading(
            account,
            reading_round=self._round,
            meter_serial=stand.serial,
            value=stand.previous_value + self._usual(account),
            incident="00",
            taken_at=at - timedelta(minutes=2),
            latitude=None,
            longitude=None,
            photo=photo,
            reader=reader,
            at=at,
            by=reader.user,
            key=f"{KEY}segunda:{self._round.period}:{account.number}",
        )

    def _waited_since_last_month(self) -> list[ReviewItem]:
        """The good readings that were set aside a month ago, held now because nothing was billed of that month."""
        if self._is_first:
            return []
        aside = set(
            ReadingDecision.objects.filter(
                round__period=previous_period(self._round.period),
                round__cycle=self._round.cycle,
                kind=Kind.PARKED,
                reason=_GOOD_SET_ASIDE,
            ).values_list("account_id", flat=True)
        )
        return [item for item in self._waiting("SIN_LECTURA_ANTERIOR") if item.account_id in aside]

    def _accept_two_months(self, waited: Sequence[ReviewItem]) -> list[int]:
        choices = [Choice(item.account_id, item.item_id) for item in waited]
        if not choices:
            return []
        done = decide_together(
            reading_round=self._round,
            choices=choices,
            kind=Kind.ACCEPTED,
            reason=_TWO_MONTHS,
            at=self._next(),
            by=self._clerk,
        )
        refused = {refusal.account_id for refusal in done.refused}
        return [choice.account_id for choice in choices if choice.account_id not in refused]

    def _opened_by_last_month(self) -> int:
        """The accounts billed this month because what was decided of the last gave them where to count from."""
        before = ReadingDecision.objects.filter(
            round__period=previous_period(self._round.period),
            round__cycle=self._round.cycle,
            replaced_by__isnull=True,
            kind__in=(Kind.ACCEPTED, Kind.CORRECTED, Kind.ESTIMATED),
        )
        good = Reading.objects.filter(round=self._round, status=Reading.Status.OK)
        return good.filter(account__in=before.values("account")).count()

    def _set_good_aside(self, count: int) -> None:
        """As many as were let be billed: first what was found odd, then the last of the list of readings."""
        if count <= 0:
            return
        choices = self._good_ones(count)
        decide_together(
            reading_round=self._round,
            choices=choices,
            kind=Kind.PARKED,
            reason=_GOOD_SET_ASIDE,
            at=self._next(),
            by=self._clerk,
        )

    def _good_ones(self, count: int) -> list[Choice]:
        odd = [
            Choice(item.account_id, item.reading_id)
            for item in self._items
            if item.kind == FINDING and item.reason != "DOS_MESES_EN_UNA" and self._may_touch(item)
        ]
        chosen = list({choice.account_id: choice for choice in odd}.values())[:count]
        taken = {choice.account_id for choice in chosen} | self._decided_before()
        plain = Reading.objects.filter(
            round=self._round, status=Reading.Status.OK, account__state=Account.State.ACTIVE, proposed_m3__gt=3
        )
        last = plain.exclude(account__number__in=self._town.spared).order_by("-line", "pk")
        for account_id, reading_id in last.values_list("account_id", "pk")[: count * 3]:
            if len(chosen) < count and account_id not in taken:
                chosen.append(Choice(account_id, reading_id))
                taken.add(account_id)
        return chosen

    def _decided_before(self) -> set[int]:
        return set(ReadingDecision.objects.filter(round=self._round).values_list("account_id", flat=True))

    def _settle_findings(self) -> None:
        """Some findings that hold nothing are told how they were attended; the others stay listed."""
        open_now = ReadingFinding.objects.filter(round=self._round, settled_at__isnull=True, holds=False)
        by_code: dict[str, ReadingFinding] = {}
        for finding in open_now.filter(reading__status=Reading.Status.OK).select_related("reading").order_by("pk"):
            by_code.setdefault(finding.code, finding)
        for finding in list(by_code.values())[:_SETTLED_FINDINGS]:
            note = _FOUND.get(finding.code, "Se vio en su historia y es correcto.")
            settle_finding(finding=finding, note=note, at=self._next(), by=self._clerk)

    def _set_rest_aside(self) -> None:
        """What nobody could decide in time bills nothing: it is counted from its last real reading when it is read."""
        left = [item for item in review_list([self._round], limit=None) if item.kind in (READING, UNREAD)]
        for by, posts in ((self._clerk, False), (self._head, True)):
            choices = {
                item.account_id: Choice(item.account_id, item.reading_id)
                for item in left
                if (item.reason == "INCIDENTE_05") is posts
            }
            if choices:
                decide_together(
                    reading_round=self._round,
                    choices=list(choices.values()),
                    kind=Kind.PARKED,
                    reason=_SET_ASIDE,
                    at=self._next(),
                    by=by,
                )
