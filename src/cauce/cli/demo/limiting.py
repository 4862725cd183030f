"""Services limited in the demonstration: authorised, ordered, carried out, called back, given back, and broken into."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from cauce.cashier.operations import PaymentShare
from cauce.cli.demo.collecting import CLIMBED, FOLLOWS
from cauce.cli.demo.days import KEY, is_done
from cauce.cli.demo.papers import photograph
from cauce.cli.demo.stories import Scene
from cauce.collections.models import Infraction, LadderAct, OrderRecall, WaterVoucher
from cauce.collections.operations import (
    authorise_reductions,
    deliver_water_voucher,
    fine_infraction,
    hear_infraction,
    issue_reduction_order,
    issue_water_voucher,
    note_reduction_result,
    notify_infraction,
    record_infraction,
    report_late_execution,
)
from cauce.collections.queries.reduction import service_files
from cauce.collections.rules.by_use import NO_ROOM_FOR_REDUCTOR
from cauce.documents.models import StoredFile
from cauce.documents.operations import store_file
from cauce.ledger.queries import balance
from cauce.metering.queries import current_installation
from cauce.registry.models import Hold
from cauce.registry.operations import place_hold
from cauce.workorders.models import Crew, WorkOrder
from cauce.workorders.operations import WorkOrderReport, report_work_order, review_work_orders
from cauce.workorders.queries import last_reading_of_meter

_HELD: Final = (
    (Hold.Kind.AMPARO, "Amparo 812/2026, Juzgado Segundo de Distrito: suspensión concedida."),
    (Hold.Kind.VULNERABLE, "Vive una persona con diálisis en casa; constancia del IMSS."),
    (Hold.Kind.APPEAL, "Interpuso recurso de inconformidad contra el requerimiento."),
)
_MOST: Final = 26
_ORDERS_LEFT: Final = 5


def limit_services(scene: Scene) -> None:
    """What is done on a day with the services of those who were demanded payment and did not pay."""
    for act in DAYS.get(scene.day, ()):
        act(scene)


def _authorise(scene: Scene) -> None:
    """Some are held by then; the head authorises the others that nothing stops, and their orders go out."""
    _hold(scene, CLIMBED)
    head, acts = scene.person("jefe"), _authorisations(CLIMBED)
    files = service_files(acts, day=scene.day)
    free = [act for act in acts if files[act.pk].may][:_MOST]
    if free:
        authorise_reductions(acts=free, at=scene.at(12), by=head)
    for act in LadderAct.objects.filter(state="AUTHORISED", step__kind="AUTHORISATION").order_by("place"):
        issue_reduction_order(act=act, at=scene.at(12, 5), by=head)


def _hold(scene: Scene, route: int) -> None:
    acts = _authorisations(route)
    for act, (kind, reason) in zip(acts[2::5], _HELD, strict=False):
        place_hold(
            account=act.account,
            kind=kind,
            reason=reason,
            valid_from=scene.day,
            at=scene.at(11, 30),
            by=scene.person("coordinador"),
        )


def _authorisations(route: int) -> list[LadderAct]:
    acts = LadderAct.objects.filter(state="SELECTED", step__kind="AUTHORISATION", account__route_id=route)
    return list(acts.select_related("step", "account__holder", "batch").order_by("place"))


def _some_pay(scene: Scene) -> None:
    """Before the crew comes: their orders are called back."""
    for act in _waiting(scene)[:3]:
        _pay(scene, act)


def _some_pay_late(scene: Scene) -> None:
    """After the crew came: they are given the service back."""
    done = LadderAct.objects.filter(state="DONE", step__kind="EXECUTION").select_related("account").order_by("pk")
    for act in done[1:4]:
        _pay(scene, act)


def _pay(scene: Scene, act: LadderAct) -> None:
    owed, name = balance(act.account_id), f"reduccion:{act.pk}"
    if owed > 0 and not is_done(f"{KEY}{name}"):
        scene.take(name, PaymentShare(account=act.account, amount=owed), desk="C1", at=scene.at(12, 40))


def _carry_out(scene: Scene) -> None:
    """Half of what waits, by the two crews; in two homes no reductor fits, and in one there is no way in."""
    crews = list(Crew.objects.filter(name__startswith="Cuadrilla").order_by("name"))
    acts = _waiting(scene)
    reasons = {1: NO_ROOM_FOR_REDUCTOR, 4: "No hubo acceso", 6: NO_ROOM_FOR_REDUCTOR}
    for place, act in enumerate(acts[: max(len(acts) - _ORDERS_LEFT, 0) // 2 + 1]):
        assert act.order is not None
        reason = reasons.get(place, "") if act.order.type_id == "REDUCCION" else ""
        name = "cuadrilla2" if place % 2 else "cuadrilla"
        _report(scene, act.order, crews[place % 2], name, 30 + 14 * place, reason)
    not_done = WorkOrder.objects.filter(state="NOT_DONE", results__reason=NO_ROOM_FOR_REDUCTOR)
    orders = list(not_done.select_related("document", "type", "area", "account").distinct().order_by("pk"))
    if orders:
        review_work_orders(orders=orders, at=scene.at(15, 50), by=scene.person("jefe"))


def _waiting(scene: Scene) -> list[LadderAct]:
    acts = LadderAct.objects.filter(state="ISSUED", step__kind="EXECUTION", issued_on__lt=scene.day)
    acts = acts.filter(order__state__in=("ISSUED", "DELIVERED", "PROGRAMMED"))
    return list(acts.select_related("account__holder", "order__type", "order__document").order_by("place", "pk"))


def _report(scene: Scene, order: WorkOrder, crew: Crew, username: str, minutes: int, reason: str = "") -> None:
    at, by = scene.at(9) + timedelta(minutes=minutes), scene.person(username)
    assert order.account is not None
    premises, usual = order.account.connection.premises, order.type.usual_materials.all()
    report = WorkOrderReport(
        is_done=not reason,
        reason=reason,
        reading=None if reason else _reading(scene, order),
        seal="" if reason else "ROTO" if order.type_id == "VERIFICA-REDUCCION" else f"R{order.pk % 100000:05d}",
        notes="" if reason else "Se tocó y se explicó; se dejó la hoja con los teléfonos.",
        means="PHONE",
        finished_at=at,
        materials=() if reason else tuple((one.material_id, max(one.quantity, Decimal(1))) for one in usual),
        latitude=premises.latitude,
        longitude=premises.longitude,
        photos=() if reason else (_photograph(scene, order.pk).pk,),
    )
    report_work_order(order=order, report=report, crew=crew, at=at, by=by, key=f"{KEY}limita:{order.pk}")
    note_reduction_result(order=order, at=at, by=by)


def _reading(scene: Scene, order: WorkOrder) -> int | None:
    installation = None if order.account_id is None else current_installation(order.account_id)
    if installation is None:
        return None
    last = last_reading_of_meter(installation, before=scene.day)
    return (last.value if last is not None else 0) + 2


def _photograph(scene: Scene, seed: int) -> StoredFile:
    name, by = f"sello-{seed % 5}.png", scene.person("operacion")
    return store_file(name=name, content=photograph(20 + seed % 5), at=scene.at(9), by=by)


def _give_vouchers(scene: Scene) -> None:
    """Where no reductor fits, a vale de agua and the order that goes with it."""
    acts = LadderAct.objects.filter(state="NOT_DONE", step__kind="EXECUTION", note=NO_ROOM_FOR_REDUCTOR)
    for place, act in enumerate(acts.order_by("pk")[:3]):
        by, key = scene.person("coordinador"), f"{KEY}vale:{act.account_id}"
        issue_water_voucher(act=act, persons=3 + place, days=15, at=scene.at(10, place), by=by, key=key)


def _deliver_vouchers(scene: Scene) -> None:
    """Handed over in the home, and only then the connection is closed; one has not been found in."""
    crew = Crew.objects.get(name="Cuadrilla 1")
    vouchers = WaterVoucher.objects.filter(delivered_on=None).select_related("account__holder").order_by("pk")
    for place, voucher in enumerate(vouchers[:2]):
        by, at = scene.person("cuadrilla"), scene.at(12, 10 + 20 * place)
        deliver_water_voucher(voucher=voucher, received_by=voucher.account.holder.name, on=scene.day, at=at, by=by)
        order = WorkOrder.objects.filter(account=voucher.account, type_id="REDUCCION-VALE").order_by("-pk").first()
        if order is not None and order.state in ("ISSUED", "DELIVERED", "PROGRAMMED"):
            _report(scene, order, crew, "cuadrilla", 195 + 20 * place)


def _done_late(scene: Scene) -> None:
    """A crew without signal carried out one that a payment had called back."""
    recall = OrderRecall.objects.filter(outcome="CALLED_BACK").select_related("order__document").order_by("pk").first()
    if recall is not None:
        report_late_execution(
            order=recall.order,
            acted_at=recall.at + timedelta(minutes=45),
            note="La cuadrilla no tenía señal: puso el reductor, sello R00917.",
            at=scene.at(10, 20),
            by=scene.person("coordinador"),
        )


def _find_reconnected(scene: Scene) -> None:
    """The technician sees a broken seal: the procedure is opened and its inspection ordered."""
    done = LadderAct.objects.filter(state="DONE", step__kind="EXECUTION", account__state="REDUCED")
    open_already = Infraction.objects.values("account_id")
    act = done.exclude(account_id__in=open_already).select_related("account").order_by("-pk").first()
    if act is not None:
        record_infraction(
            account=act.account,
            found_on=scene.day,
            told="El sello está roto y el reductor, retirado; el medidor avanza.",
            evidence=_photograph(scene, act.pk),
            at=scene.at(13, 20),
            by=scene.person("tecnico"),
            key=f"{KEY}reconexion:{scene.day}",
        )


def _prove_reconnected(scene: Scene) -> None:
    """The inspection is reported, and the person is told and given time."""
    found = _infraction()
    if found is None or found.inspection is None:
        return
    if found.inspection.state in ("ISSUED", "DELIVERED", "PROGRAMMED"):
        _report(scene, found.inspection, Crew.objects.get(name="Medición 1"), "tecnico", 40)
    notify_infraction(
        infraction=found,
        notified_on=scene.day,
        to=f"{found.account.holder.name}, con su credencial de elector",
        at=scene.at(11),
        by=scene.person("coordinador"),
    )


def _hear_reconnected(scene: Scene) -> None:
    found = _infraction()
    if found is not None:
        defence = "Dice que su hijo retiró la pieza porque no sabía; acepta que debe y pide convenio."
        at, by = scene.at(12, 20), scene.person("coordinador")
        hear_infraction(infraction=found, heard_on=scene.day, defence=defence, at=at, by=by)


def _fine_reconnected(scene: Scene) -> None:
    found = _infraction()
    if found is not None:
        decision = "El acta prueba que el sello se rompió; se impone la multa mínima de la ley."
        fine_infraction(infraction=found, decision=decision, at=scene.at(13), by=scene.person("jefe"))


def _infraction() -> Infraction | None:
    rows = Infraction.objects.select_related("account__holder", "inspection__type", "inspection__account")
    return rows.filter(key__startswith=f"{KEY}reconexion:").order_by("pk").first()


def _hold_the_others(scene: Scene) -> None:
    _hold(scene, FOLLOWS)


DAYS: Final[dict[date, tuple[Callable[[Scene], None], ...]]] = {
    date(2026, 10, 13): (_authorise,),
    date(2026, 10, 14): (_some_pay,),
    date(2026, 10, 16): (_done_late, _carry_out),
    date(2026, 10, 19): (_give_vouchers, _some_pay_late, _carry_out),
    date(2026, 10, 20): (_deliver_vouchers, _find_reconnected),
    date(2026, 10, 21): (_prove_reconnected,),
    date(2026, 10, 22): (_hear_reconnected, _hold_the_others, _find_reconnected),
    date(2026, 10, 23): (_fine_reconnected,),
}
