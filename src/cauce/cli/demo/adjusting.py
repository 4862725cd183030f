"""Bills adjusted in the demonstration: of every kind, in every state, inside the policy and above it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db.models import F

from cauce.billing.models import Adjustment, AdjustmentPolicy, Bill
from cauce.billing.operations import (
    Evidence,
    apply_adjustment,
    approve_adjustment_policy,
    authorise_adjustment,
    propose_adjustment,
    propose_adjustment_policy,
    propose_undo,
    refuse_adjustment,
    withdraw_adjustment,
)
from cauce.billing.queries.adjustments import policy_in_force
from cauce.billing.rules.adjustments import Correction
from cauce.cashier.models import Payment
from cauce.cli.demo.days import KEY, PERIODS
from cauce.cli.demo.papers import photograph
from cauce.cli.demo.stories import Scene
from cauce.core.errors import DomainError
from cauce.documents.operations import store_file
from cauce.ledger.operations import ChargeHeld
from cauce.metering.models import ReadingDecision
from cauce.registry.models import Account

State = Adjustment.State
PREFIX: Final = f"{KEY}ajuste:"
_FIRST_QUIET: Final = 18
_LEAST_M3: Final = 12


class Wanted(NamedTuple):
    """An adjustment of the demonstration: whose bills, by which kind, what is asked of them, and where it ends."""

    name: str
    kind: str
    bills: Callable[[Scene], Sequence[Bill]]
    asked: Callable[[Sequence[Bill]], Sequence[Correction]]
    reason: str
    ends: str = State.APPLIED
    note: str = "Procede."


def adjust_bills(scene: Scene) -> None:
    """What is proposed, decided and applied on a day."""
    for act in DAYS.get(scene.day, ()):
        if isinstance(act, Wanted):
            _adjust(scene, act)
        else:
            act(scene)


def _adjust(scene: Scene, wanted: Wanted) -> None:
    adjustment = Adjustment.objects.filter(key=f"{PREFIX}{wanted.name}").first() or _propose(scene, wanted)
    if adjustment is not None:
        _take(scene, adjustment, wanted)


def _propose(scene: Scene, wanted: Wanted) -> Adjustment | None:
    """Propose it for the first account where the rules let it be."""
    bills = wanted.bills(scene)
    by_account: dict[int, list[Bill]] = {}
    for bill in bills:
        by_account.setdefault(bill.account_id, []).append(bill)
    at, by = scene.at(10), scene.person("coordinador")
    names = policy_in_force(wanted.kind, scene.day).rules["evidencia"]
    for of_account in by_account.values():
        try:
            return propose_adjustment(
                account=of_account[0].account,
                kind=wanted.kind,
                bills=list(zip(of_account, wanted.asked(of_account), strict=True)),
                reason=wanted.reason,
                evidence=[
                    Evidence(
                        name,
                        store_file(
                            name=f"{wanted.name}-{place}.png",
                            content=photograph(sum(map(ord, wanted.name)) + place),
                            at=at,
                            by=by,
                        ),
                    )
                    for place, name in enumerate(names)
                ],
                at=at,
                by=by,
                key=f"{PREFIX}{wanted.name}",
            )
        except DomainError:
            continue
    return None


def _take(scene: Scene, adjustment: Adjustment, wanted: Wanted) -> None:
    """Whoever reaches it decides, and the clerk of billing applies what was authorised."""
    if wanted.ends == State.PROPOSED:
        return
    if wanted.ends == State.WITHDRAWN and adjustment.state in (State.PROPOSED, State.AUTHORISED):
        by = scene.person("coordinador")
        withdraw_adjustment(adjustment=adjustment, note=wanted.note, at=scene.at(12), by=by)
        return
    decider = scene.person(adjustment.authoriser)
    if adjustment.state == State.PROPOSED and wanted.ends == State.REFUSED:
        refuse_adjustment(adjustment=adjustment, note=wanted.note, at=scene.at(12), by=decider)
        return
    if adjustment.state == State.PROPOSED:
        adjustment = authorise_adjustment(
            adjustment=adjustment,
            note=wanted.note,
            resolution=f"CD-{scene.day:%d%m}/2026 (demostración)" if adjustment.needs_board else "",
            resolved_on=scene.day if adjustment.needs_board else None,
            at=scene.at(12),
            by=decider,
        )
    if adjustment.state == State.AUTHORISED and wanted.ends == State.APPLIED:
        _apply(scene, adjustment)


def _apply(scene: Scene, adjustment: Adjustment) -> None:
    try:
        apply_adjustment(
            adjustment=adjustment,
            at=scene.at(13),
            by=scene.person("facturacion"),
            key=f"{PREFIX}aplica:{adjustment.pk}",
        )
    except ChargeHeld:
        # Something that is not money settles it: it stays authorised until that is mended.
        return


def _quiet(scene: Scene, *periods: date) -> list[Bill]:
    """Bills of those to whom things happen, that no other adjustment took."""
    accounts = scene.town.quiet_accounts[_FIRST_QUIET:]
    return [bill for bill in _bills(scene, periods) if bill.account_id in {account.pk for account in accounts}]


def _bills(scene: Scene, periods: Sequence[date]) -> list[Bill]:
    taken = Adjustment.objects.values("account")
    found = Bill.objects.filter(period__in=periods, replaced_by=None, volume_m3__gte=_LEAST_M3, run__state="ISSUED")
    found = found.exclude(account__number__in=scene.town.examples).exclude(account__in=taken)
    found = found.filter(party=F("account__holder"), account__state=Account.State.ACTIVE)
    return list(found.select_related("account", "run", "document").order_by("account__number", "period"))


def _of(*periods: date) -> Callable[[Scene], Sequence[Bill]]:
    return lambda scene: _whole(_quiet(scene, *periods), len(periods))


def _whole(bills: Sequence[Bill], months: int) -> list[Bill]:
    """Those of accounts that have a bill in each of the months."""
    counts: dict[int, int] = {}
    for bill in bills:
        counts[bill.account_id] = counts.get(bill.account_id, 0) + 1
    return [bill for bill in bills if counts[bill.account_id] == months]


def _largest(scene: Scene) -> Sequence[Bill]:
    """The dearest bill of September, of nobody whose payments are told elsewhere."""
    bills = [bill for bill in _bills(scene, PERIODS[:1]) if bill.account.number not in scene.town.spared]
    return sorted(bills, key=lambda bill: (-bill.total, bill.pk))[:12]


def _commerce(scene: Scene) -> Sequence[Bill]:
    bills = [
        bill
        for bill in _bills(scene, PERIODS)
        if bill.tariff_code == "002" and bill.account.number not in scene.town.spared
    ]
    return _whole(bills, 2)[2:22]


def _large_domestic(scene: Scene) -> Sequence[Bill]:
    bills = [
        bill
        for bill in _bills(scene, PERIODS[:1])
        if bill.tariff_code == "001" and bill.account.number not in scene.town.spared and bill.total < 2600
    ]
    return sorted(bills, key=lambda bill: (-bill.total, bill.pk))[:12]


def _paid(scene: Scene) -> Sequence[Bill]:
    """Bills of September that were paid whole at a window: what is let go of them stays in favour."""
    keys = set(Payment.objects.filter(key__startswith=KEY).values_list("key", flat=True))
    bills = [bill for bill in _bills(scene, PERIODS[:1]) if f"{KEY}{bill.pk}" in keys]
    return [bill for bill in bills if bill.account.number not in scene.town.spared and bill.arrears == 0][:20]


def _estimated(scene: Scene) -> Sequence[Bill]:
    """Bills of October whose consumption was estimated: there is a measured month before to go by."""
    estimated = ReadingDecision.objects.filter(
        kind=ReadingDecision.Kind.ESTIMATED, round__period=PERIODS[1], replaced_by=None
    ).values("account")
    found = Bill.objects.filter(period=PERIODS[1], replaced_by=None, account__in=estimated, volume_m3__gt=0)
    return list(found.select_related("account", "run", "document").order_by("account__number"))


def _to(part: str) -> Callable[[Sequence[Bill]], Sequence[Correction]]:
    """A part of what each bill charges, in whole m³."""
    return lambda bills: [Correction(m3=int((bill.volume_m3 or 0) * Decimal(part))) for bill in bills]


def _moved(bills: Sequence[Bill]) -> Sequence[Correction]:
    """Some m³ that were of the next month: a reading that was wrong moves them, and none is lost."""
    first, then = (bill.volume_m3 or 0 for bill in bills)
    return [Correction(m3=first - first // 4), Correction(m3=then + first // 4)]


def _less(percent: int) -> Callable[[Sequence[Bill]], Sequence[Correction]]:
    return lambda bills: [Correction(percent=Decimal(percent)) for _ in bills]


def _as_homes(bills: Sequence[Bill]) -> Sequence[Correction]:
    return [Correction(tariff_code="001") for _ in bills]


def _average(bills: Sequence[Bill]) -> Sequence[Correction]:
    return [Correction() for _ in bills]


def _undo(scene: Scene) -> None:
    """The reading was right after all: the bill is left as it was, by another adjustment."""
    first = Adjustment.objects.filter(key=f"{PREFIX}digito", state=State.APPLIED).first()
    if first is None:
        return
    key = f"{PREFIX}digito-deshecho"
    undone = Adjustment.objects.filter(key=key).first() or propose_undo(
        adjustment=first,
        reason="La segunda foto muestra que la lectura sí era correcta.",
        at=scene.at(10, 30),
        by=scene.person("coordinador"),
        key=key,
    )
    if undone.state == State.PROPOSED:
        decider = scene.person(undone.authoriser)
        undone = authorise_adjustment(adjustment=undone, note="Visto.", at=scene.at(11), by=decider)
    if undone.state == State.AUTHORISED:
        _apply(scene, undone)


def _policies(scene: Scene) -> None:
    """Two versions of policies are on their way: one waits for the director, another for the Consejo's acuerdo."""
    for kind, change, approved in (
        ("FUGA_NO_VISIBLE", {"porcentaje_maximo": 60}, False),
        ("ESTIMACION", {"meses_promedio": 12}, True),
    ):
        if AdjustmentPolicy.objects.filter(kind=kind).count() > 1:
            continue
        rules: Mapping[str, Any] = {**policy_in_force(kind, scene.day).rules, **change}
        policy = propose_adjustment_policy(
            rules=rules,
            valid_from=date(2027, 1, 1),
            legal_basis="Reglamento del organismo; facultades del Consejo Directivo en materia de tarifas",
            at=scene.at(9, 40),
            by=scene.person("coordinador"),
        )
        if approved:
            approve_adjustment_policy(policy=policy, at=scene.at(14), by=scene.person("director"))


_LEAK: Final = "Fuga en la tubería bajo el piso; ya se reparó y trae la nota del plomero."
DAYS: Final[dict[date, tuple[Wanted | Callable[[Scene], None], ...]]] = {
    date(2026, 9, 22): (
        Wanted("digito", "ERROR_LECTURA", _of(PERIODS[0]), _to("0.7"), "Se leyó un 8 donde había un 3."),
        Wanted(
            "sin-prueba",
            "FUGA_NO_VISIBLE",
            _of(PERIODS[0]),
            _less(40),
            "Dice que hubo fuga en la llave del patio.",
            State.REFUSED,
            "La fuga era en una llave a la vista: no es fuga no visible.",
        ),
    ),
    date(2026, 9, 24): (Wanted("pagado", "ERROR_LECTURA", _paid, _to("0.8"), "El aforo midió menos que la lectura."),),
    date(2026, 9, 29): (
        Wanted("fuga", "FUGA_NO_VISIBLE", _of(PERIODS[0]), _less(50), _LEAK),
        Wanted(
            "juez",
            "ORDEN_JUDICIAL",
            _of(PERIODS[0]),
            _to("0.5"),
            "Juicio en línea 214/2026: se cobre el consumo que midió el perito.",
        ),
    ),
    date(2026, 9, 30): (_undo,),
    date(2026, 10, 2): (
        Wanted(
            "grande",
            "FUGA_NO_VISIBLE",
            _largest,
            _less(45),
            "Fuga en la cisterna enterrada de la empresa; ya se reparó.",
            note="Se revisó con el acta de aforo.",
        ),
    ),
    date(2026, 10, 6): (
        Wanted(
            "consejo",
            "POLITICA_CONSEJO",
            _large_domestic,
            _less(90),
            "Casa hogar de asistencia: lo acordó el Consejo Directivo.",
            note="Conforme al acuerdo de la sesión.",
        ),
        Wanted(
            "retirado",
            "ERROR_LECTURA",
            _of(PERIODS[0]),
            _to("0.8"),
            "Dice que su lectura era otra.",
            State.WITHDRAWN,
            "Trajo la foto y la lectura era la del recibo.",
        ),
    ),
    date(2026, 10, 16): (
        Wanted(
            "clase",
            "CLASE_EQUIVOCADA",
            _commerce,
            _as_homes,
            "La inspección halló casa habitación: el local cerró en agosto.",
            State.AUTHORISED,
        ),
    ),
    date(2026, 10, 20): (
        Wanted("estimado", "ESTIMACION", _estimated, _average, "Estuvo fuera todo octubre y hay prueba."),
        Wanted("fuga-dos-meses", "FUGA_NO_VISIBLE", _of(*PERIODS), _less(35), _LEAK),
        Wanted(
            "dos-meses",
            "ERROR_LECTURA",
            _of(*PERIODS),
            _moved,
            "La lectura de septiembre se tomó de más: esos metros son de octubre.",
        ),
    ),
    date(2026, 10, 22): (
        Wanted("por-autorizar", "FUGA_NO_VISIBLE", _of(PERIODS[1]), _less(45), _LEAK, State.PROPOSED),
        _policies,
    ),
    date(2026, 10, 23): (
        Wanted(
            "espera-acuerdo",
            "POLITICA_CONSEJO",
            _large_domestic,
            _less(80),
            "Familia damnificada por la inundación: se lleva a la próxima sesión del Consejo.",
            State.PROPOSED,
        ),
    ),
}
