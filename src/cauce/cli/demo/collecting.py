"""Collection in the demonstration: the portfolio of each day, the relaciones of each cycle, their notices and talks."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Final, NamedTuple

from cauce.cli.demo.days import KEY
from cauce.cli.demo.office import draws_of
from cauce.cli.demo.stories import Scene
from cauce.collections.models import CollectionBatch, CollectionContact, LadderAct, LadderStep
from cauce.collections.operations import (
    ContactFacts,
    approve_batch,
    capture_delivery,
    close_finished_batches,
    discard_batch,
    evaluate_promises,
    exclude_act,
    issue_batch_chunk,
    log_contact,
    mark_batch_sent,
    note_order_result,
    prepare_batch,
    start_issuing_batch,
    take_arrears_snapshot,
)
from cauce.collections.queries import overdue_debts
from cauce.collections.rules import Filters
from cauce.core.errors import DomainError
from cauce.registry.models import Account
from cauce.workorders.models import Crew
from cauce.workorders.operations import WorkOrderReport, report_work_order

CLIMBED: Final = 7
FOLLOWS: Final = 10
_BATCH: Final = f"{KEY}relacion:"
_DEBT: Final = Decimal(300)
_SERIOUS: Final = Decimal(600)
_OUTCOMES: Final = (("DELIVERED", 78), ("REFUSED", 7), ("VACANT", 9), ("RETURNED", 6))
_NOTES: Final = {
    "DELIVERED": ("", "Se entregó a familiar.", "Debajo de la puerta, con testigo."),
    "REFUSED": ("No quiso firmar.", "Dice que irá a las oficinas."),
    "VACANT": ("Casa sola; dicen los vecinos que vienen los domingos.",),
    "RETURNED": ("No existe el número.", "El domicilio es de otra familia."),
}
_NOT_SERVED: Final = ("No se encontró a nadie", "Se negó a recibir", "Domicilio no localizado")
_AT_THE_BANK: Final = "Paga en banco: se espera al archivo del mes."


class Planned(NamedTuple):
    """A relación of the demonstration: its rung, for whom, how many a day, and until where it goes."""

    step: str
    filters: Filters
    capacity: int | None = None
    ends: str = "ISSUED"


def _of_route(route: int, debt: Decimal = _DEBT, months: int = 2) -> Filters:
    return Filters(route=route, min_debt=debt, min_months=months)


def _of_cycle(cycle: int) -> Filters:
    return Filters(cycle=cycle, min_debt=Decimal(50), min_months=1)


RELACIONES: Final[dict[date, tuple[Planned, ...]]] = {
    date(2026, 9, 1): (Planned("AVISO", _of_route(CLIMBED), 60),),
    date(2026, 9, 3): (Planned("RECORDATORIO", _of_cycle(1)),),
    date(2026, 9, 7): (Planned("AVISO", _of_route(FOLLOWS), 60),),
    date(2026, 9, 9): (Planned("INVITACION", _of_route(CLIMBED), 60),),
    date(2026, 9, 10): (Planned("RECORDATORIO", _of_cycle(2)),),
    date(2026, 9, 14): (Planned("AVISO", _of_route(17), 40),),
    date(2026, 9, 17): (Planned("RECORDATORIO", _of_cycle(3)), Planned("INVITACION", _of_route(FOLLOWS), 60)),
    date(2026, 9, 18): (Planned("AVISO", _of_route(14), 40),),
    date(2026, 9, 25): (Planned("REQUERIMIENTO", _of_route(CLIMBED, _SERIOUS, 3), 30),),
    date(2026, 9, 29): (Planned("AVISO", _of_route(3), 40, "DISCARDED"),),
    date(2026, 10, 5): (
        Planned("RECORDATORIO-CORREO", _of_cycle(1)),
        Planned("REQUERIMIENTO", _of_route(FOLLOWS, _SERIOUS, 3), 30),
    ),
    date(2026, 10, 6): (Planned("VERIFICACION", _of_route(CLIMBED, Decimal(3500), 4), 6),),
    date(2026, 10, 8): (Planned("AVISO", _of_route(6), 40),),
    date(2026, 10, 12): (Planned("AUTORIZACION", _of_route(CLIMBED, _SERIOUS, 3), 12, "APPROVED"),),
    date(2026, 10, 13): (Planned("RECORDATORIO", _of_cycle(2)),),
    date(2026, 10, 14): (Planned("AVISO", _of_route(2), 50),),
    date(2026, 10, 20): (Planned("RECORDATORIO-CORREO", _of_cycle(3)),),
    date(2026, 10, 21): (
        Planned("AUTORIZACION", _of_route(FOLLOWS, _SERIOUS, 3), 12, "APPROVED"),
        Planned("INVITACION", _of_route(6), 40),
    ),
    date(2026, 10, 22): (Planned("AVISO", _of_route(12), 40, "APPROVED"),),
    date(2026, 10, 23): (Planned("AVISO", _of_route(18), 40, "PREVIEWED"),),
}


def collect_debts(scene: Scene) -> None:
    """The portfolio of the day, what came of the notices that are out, the day's relaciones, and whom they spoke to."""
    at, by = scene.at(7), scene.person("coordinador")
    take_arrears_snapshot(day=scene.day, at=at, by=by)
    evaluate_promises(at=at, by=by)
    _capture(scene)
    _serve(scene)
    for planned in RELACIONES.get(scene.day, ()):
        _make(scene, planned)
    _talk(scene)
    close_finished_batches(at=scene.at(18), by=by)


def _make(scene: Scene, planned: Planned) -> None:
    """The coordinator prepares it, the head approves it, and it goes out."""
    by, head = scene.person("coordinador"), scene.person("jefe")
    batch = prepare_batch(
        step=LadderStep.objects.get(code=planned.step),
        filters=planned.filters,
        day=scene.day,
        capacity=planned.capacity,
        at=scene.at(9, 10),
        by=by,
        key=f"{_BATCH}{scene.day}:{planned.step}",
    )
    if batch.state != CollectionBatch.State.PREVIEWED or planned.ends == "PREVIEWED":
        return
    if planned.step in ("REQUERIMIENTO", "AUTORIZACION"):
        _take_out(scene, batch)
    if planned.ends == "DISCARDED":
        discard_batch(batch=batch, reason="Se hará con la cartera de octubre.", at=scene.at(10, 30), by=by)
        return
    batch = approve_batch(batch=batch, at=scene.at(9, 50), by=head)
    if planned.ends == "ISSUED":
        batch = start_issuing_batch(batch=batch, at=scene.at(10, 5), by=by)
        while issue_batch_chunk(batch=batch, at=scene.at(10, 6), by=by):
            pass
        if planned.step.startswith("RECORDATORIO"):
            mark_batch_sent(batch=batch, on=scene.day, at=scene.at(16, 30), by=by)


def _take_out(scene: Scene, batch: CollectionBatch) -> None:
    """What is charged to an account is not charged to those of the bank's file, nor to those of other stories."""
    spared = {account.pk for account in scene.town.quiet_accounts}
    for act in LadderAct.objects.filter(batch=batch, state="SELECTED").select_related("account").order_by("place"):
        if act.account_id in spared or act.account.number in scene.town.at_the_bank:
            exclude_act(act=act, reason=_AT_THE_BANK, at=scene.at(9, 30), by=scene.person("coordinador"))


def _capture(scene: Scene) -> None:
    """What the technician brings back of the notices of earlier days; of what went out yesterday, a part."""
    by = scene.person("tecnico")
    out = LadderAct.objects.filter(state="ISSUED", order=None, issued_on__lt=scene.day, document__isnull=False)
    place = 0
    for act in out.exclude(step__channel__in=("TEXT", "EMAIL")).select_related("account").order_by("batch", "place"):
        draws = draws_of(f"aviso:{act.pk}")
        assert act.issued_on is not None
        if draws.random() < 0.2 and (scene.day - act.issued_on).days < 3:
            continue
        place += 1
        outcome = draws.choices([code for code, _ in _OUTCOMES], [weight for _, weight in _OUTCOMES])[0]
        try:
            capture_delivery(
                act=act,
                outcome=outcome,
                on=scene.day,
                note=draws.choice(_NOTES[outcome]),
                at=scene.at(14, 30) + timedelta(seconds=20 * place),
                by=by,
            )
        except DomainError:
            # Who paid after it was printed is not told that they owe.
            continue


def _serve(scene: Scene) -> None:
    """The demands of payment that went out on an earlier day are served, but for some."""
    acts = LadderAct.objects.filter(state="ISSUED", step_id="REQUERIMIENTO", issued_on__lt=scene.day)
    crews = list(Crew.objects.filter(name__startswith="Medición").order_by("name"))
    for place, act in enumerate(acts.select_related("order__type", "order__document").order_by("place")):
        draws = draws_of(f"requerimiento:{act.pk}")
        at = scene.at(9, 30) + timedelta(minutes=7 * place)
        order = act.order
        if order is None or order.state in ("RECALLED", "CANCELLED"):
            continue
        is_done = draws.random() < 0.88
        report = WorkOrderReport(
            is_done=is_done,
            reason="" if is_done else draws.choice(_NOT_SERVED),
            notes=f"Recibió {draws.choice(('titular', 'esposa', 'hijo mayor de edad', 'inquilino'))}." * is_done,
            finished_at=at,
        )
        by = scene.person("tecnico2" if place % 2 else "tecnico")
        key = f"{KEY}requerimiento:{act.pk}"
        report_work_order(order=order, report=report, crew=crews[place % 2], at=at, by=by, key=key)
        note_order_result(order=order, at=at, by=by)


def _talk(scene: Scene) -> None:
    """A few gestiones a day: of who will come to pay, and of who will not."""
    draws = draws_of(f"gestiones:{scene.day}")
    for place, (account, promised_on) in enumerate(_spoken_to(scene, draws)):
        at = scene.at(11, 20 + 9 * place)
        debt = overdue_debts([account.pk], day=scene.day).get(account.pk, Decimal(0))
        if debt <= 0:
            continue
        log_contact(
            account=account,
            facts=_said(draws, account, debt, promised_on),
            at=at,
            by=scene.person("coordinador"),
            key=f"{KEY}gestion:{scene.day}:{place}",
        )


def _spoken_to(scene: Scene, draws: Random) -> Iterator[tuple[Account, date | None]]:
    for days in (2, 5):
        day = scene.day + timedelta(days=days)
        coming = [bill.account for bill in scene.town.bills.get(day, ())]
        if coming:
            yield draws.choice(coming), day
    chosen = draws.sample(scene.town.debtors, 4)
    yield chosen[0], scene.day + timedelta(days=7)
    for account in chosen[1:]:
        yield account, None


def _said(draws: Random, account: Account, debt: Decimal, promised_on: date | None) -> ContactFacts:
    means = CollectionContact.Means
    if promised_on is not None:
        return ContactFacts(
            means=draws.choice((means.CALL, means.VISIT, means.WHATSAPP)),
            person=CollectionContact.Person.HOLDER,
            person_name=account.holder.name,
            result=CollectionContact.Result.PROMISE,
            promise_on=promised_on,
            promise_amount=debt,
        )
    result, person, note = draws.choice(
        (
            ("NO_ANSWER", "NOBODY", "Sonó y no contestaron; se intenta por la tarde."),
            ("ASKS_AGREEMENT", "HOLDER", "Puede dar la cuarta parte; se le citó con la Coordinación."),
            ("MESSAGE_LEFT", "RELATIVE", "Se dejó recado con su hija."),
            ("SAYS_PAID", "HOLDER", "Dice que pagó en tienda; traerá su comprobante."),
            ("DISPUTES", "HOLDER", "Dice que la casa estuvo sola; se le ofreció un aforo."),
            ("VACANT", "NOBODY", "Casa sola con aviso de renta."),
            ("WRONG_NUMBER", "OTHER", "El teléfono es de otra persona."),
            ("REFUSES", "TENANT", "Dice que debe el dueño."),
        )
    )
    return ContactFacts(means=draws.choice((means.CALL, means.VISIT)), person=person, result=result, note=note)
