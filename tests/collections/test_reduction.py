"""The authorisation of reductions: what blocks it says which, and what is authorised becomes an order."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cauce.collections.models import LadderAct, WaterVoucher
from cauce.collections.operations import (
    ReductionBlocked,
    WrongBatch,
    authorise_reductions,
    deliver_water_voucher,
    issue_reduction_order,
    issue_water_voucher,
    load_service_table,
    note_reduction_result,
)
from cauce.collections.queries.reduction import service_file
from cauce.core.es_mx import format_account
from cauce.events.models import Event
from cauce.registry.models import Account, Hold, StaffLink
from cauce.registry.operations import OwnAccount, declare_link, place_hold
from cauce.users.models import User
from cauce.workorders.models import WorkOrder
from cauce.workorders.operations import DebtBelowMinimum, retry_work_order
from tests.collections.reductions import (
    COLLECTIONS,
    NOON,
    TODAY,
    a_debtor,
    a_relation,
    an_agreement,
    authorised,
    done,
    make_town,
    ordered,
    pay,
    told,
)
from tests.workorders.orders import programmed

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db: None) -> User:
    make_town()
    return User.objects.get(username="coordinadora")


def act_of(account: Account) -> LadderAct:
    (act,) = a_relation(account).acts.select_related("step", "account")
    return act


def blocks(account: Account, *, on: date = TODAY) -> tuple[str, ...]:
    return service_file(act_of(account), day=on).blocks


def test_the_table_is_loaded_once_and_its_second_time_changes_nothing(by: User) -> None:
    assert load_service_table(path=COLLECTIONS, at=NOON, by=by) == 0
    assert Event.objects.filter(kind="SERVICE_TABLE_LOADED").count() == 1


def test_who_was_told_everything_may_be_authorised(by: User) -> None:
    account = a_debtor()
    told(account)
    act = act_of(account)
    file = service_file(act, day=TODAY)
    assert (file.blocks, file.overdue, file.months) == ((), Decimal("1200.00"), 4)
    assert file.terms is not None and file.terms.action == "REDUCTION"


def test_a_missing_step_blocks_and_says_which(by: User) -> None:
    (said,) = blocks(a_debtor())
    assert "«Requerimiento de pago»" in said


def test_a_running_term_blocks_and_says_until_when(by: User) -> None:
    account = a_debtor()
    told(account, on=date(2026, 9, 15))
    (said,) = blocks(account)
    assert said.startswith("Corre el plazo de 10 días hábiles") and said.endswith("29 sep 2026.")


@pytest.mark.parametrize("kind", [kind for kind in Hold.Kind if kind != Hold.Kind.BILLING])
def test_every_hold_blocks_with_its_reason(by: User, kind: Hold.Kind) -> None:
    account = a_debtor()
    told(account)
    place_hold(account=account, kind=kind, reason="Expediente 12.", valid_from=TODAY, at=NOON, by=by)
    (said,) = blocks(account)
    assert kind.label.lower() in said and "(Expediente 12)" in said


def test_a_live_agreement_blocks(by: User) -> None:
    account = a_debtor()
    told(account)
    an_agreement(account, by)
    assert blocks(account) == ("Tiene un convenio de pago vigente.",)


def test_who_paid_and_who_owes_little_are_not_authorised(by: User) -> None:
    account = a_debtor()
    told(account)
    act = act_of(account)
    pay(account, "1300.00")
    assert any("600.00" in said or "Ya pagó" in said for said in service_file(act, day=TODAY).blocks)


@pytest.mark.parametrize(
    ("use_class", "activity", "type"),
    [
        ("DOMESTIC", "", "REDUCCION"),
        ("MIXED", "ABARROTES", "REDUCCION"),
        ("PUBLIC_SCHOOL", "", "REDUCCION"),
        ("COMMERCIAL", "CONSULTORIO DENTAL", "REDUCCION"),
        ("COMMERCIAL", "FERRETERIA", "SUSPENSION"),
        ("INDUSTRIAL", "", "SUSPENSION"),
    ],
)
def test_the_order_is_what_the_table_by_use_lets(by: User, use_class: str, activity: str, type: str) -> None:
    account = a_debtor(code=f"9{len(use_class):02d}", use_class=use_class, activity=activity)
    told(account)
    order = issue_reduction_order(act=authorised(account), at=NOON, by=by)
    assert order is not None and order.type_id == type
    assert ("drenaje no se cierra" in order.detail and "Ley General de Aguas" in order.detail) or type == "SUSPENSION"
    assert "El drenaje no se cierra en ningún caso." in order.detail
    assert ("litros al día" in order.detail) == (type == "REDUCCION")


def test_a_use_that_is_not_touched_blocks(by: User) -> None:
    account = a_debtor(code="908", use_class="GOVERNMENT", activity="OFICINAS")
    told(account)
    assert blocks(account) == ("Por su uso (gobierno) el servicio no se toca.",)


def test_authorising_many_is_all_or_none_and_names_who_cannot(by: User) -> None:
    good, bad = a_debtor(), a_debtor()
    told(good)
    batch = a_relation(good, bad)
    with pytest.raises(ReductionBlocked, match=f"No se autorizó ninguna. {format_account(bad.number)}: Falta"):
        authorise_reductions(acts=list(batch.acts.all()), at=NOON, by=by)
    assert not LadderAct.objects.filter(batch=batch, state="AUTHORISED").exists()


def test_authorising_twice_is_once(by: User) -> None:
    account = a_debtor()
    told(account)
    batch = a_relation(account)
    for _ in range(2):
        authorise_reductions(acts=list(batch.acts.all()), at=NOON, by=by)
    batch.refresh_from_db()
    assert batch.state == "ISSUED"
    assert Event.objects.filter(kind="REDUCTIONS_AUTHORISED").count() == 1
    assert Event.objects.get(kind="REDUCTION_AUTHORISED").account_id == account.pk


def test_a_relation_that_nobody_approved_is_not_authorised(by: User) -> None:
    account = a_debtor()
    told(account)
    batch = a_relation(account, state="PREVIEWED")
    with pytest.raises(WrongBatch, match="debe aprobarla antes otra persona"):
        authorise_reductions(acts=list(batch.acts.all()), at=NOON, by=by)


def test_nobody_authorises_on_their_own_account(by: User) -> None:
    account = a_debtor()
    told(account)
    declare_link(user=by, customer=account.holder, kind=StaffLink.Kind.RELATIVE, at=NOON, by=by)
    with pytest.raises(OwnAccount):
        authorised(account)


def test_an_authorised_account_has_one_order_with_its_reason(by: User) -> None:
    account = a_debtor()
    told(account)
    act = authorised(account)
    orders = {issue_reduction_order(act=act, at=NOON, by=by) for _ in range(2)}
    (order,) = orders
    assert order is not None
    assert order.refused_below == Decimal("600.00")
    assert order.matter == "Reducción del servicio por adeudo vencido de $1,200.00 (4 meses)"
    assert "200 litros al día (4 personas supuestas por 50 litros)" in order.detail
    act.refresh_from_db()
    assert (act.state, act.ended_on) == ("DONE", TODAY)
    execution = LadderAct.objects.get(step_id="EJECUCION")
    assert (execution.state, execution.order_id, execution.authorised_by) == ("ISSUED", order.pk, by)


def test_who_paid_after_being_authorised_has_no_order(by: User) -> None:
    account = a_debtor()
    told(account)
    act = authorised(account)
    pay(account, "1400.00")
    assert issue_reduction_order(act=act, at=NOON, by=by) is None
    act.refresh_from_db()
    assert act.state == "RECALLED"
    assert not WorkOrder.objects.exists()
    assert Event.objects.filter(kind="REDUCTION_STOPPED").count() == 1


def test_carrying_it_out_reduces_the_account_and_ends_its_act(by: User) -> None:
    account = a_debtor()
    order = ordered(account)
    result = done(order)
    note_reduction_result(order=order, at=NOON, by=by)
    account.refresh_from_db()
    act = LadderAct.objects.get(order=order, step_id="EJECUCION")
    assert (account.state, act.state, act.ended_on) == ("REDUCED", "DONE", TODAY)
    assert (result.seal, result.reading, result.latitude) == ("S-77", 10, Decimal("20.482111"))


def test_carrying_it_out_is_refused_when_the_debt_is_below_what_it_asks(by: User) -> None:
    account = a_debtor()
    order = ordered(account)
    pay(account, "800.00")
    with pytest.raises(DebtBelowMinimum, match=r"pide un adeudo vencido de \$600.00 o más"):
        done(order)
    account.refresh_from_db()
    order.refresh_from_db()
    assert (account.state, order.state) == ("ACTIVE", "PROGRAMMED")


def test_an_order_that_a_debt_can_still_hold_is_carried_out(by: User) -> None:
    account = a_debtor()
    order = ordered(account)
    pay(account, "100.00")
    assert done(order).is_done


def no_room(account: Account, by: User) -> LadderAct:
    order = ordered(account)
    done(order, is_done=False, reason="No cabe el reductor")
    act = note_reduction_result(order=order, at=NOON, by=by)
    assert act is not None and act.state == "NOT_DONE"
    return act


def test_an_order_that_is_tried_again_and_done_leaves_its_act_done(by: User) -> None:
    account = a_debtor()
    act = no_room(account, by)
    again = NOON + timedelta(days=1)
    order = retry_work_order(order=act.order, reason="Ya se cambió el niple", at=again, by=by)
    assert note_reduction_result(order=order, at=again, by=by).state == "NOT_DONE"
    done(programmed(order), at=again + timedelta(hours=1))
    noted = note_reduction_result(order=order, at=again + timedelta(hours=2), by=by)
    account.refresh_from_db()
    assert (noted.state, noted.ended_on, account.state) == ("DONE", TODAY + timedelta(days=1), "REDUCED")


@pytest.mark.parametrize(("state", "said"), [("CLOSED", "ya no se mueve"), ("PREVIEWED", "debe aprobarla antes otra")])
def test_a_relation_that_is_not_open_says_what_to_do(by: User, state: str, said: str) -> None:
    account = a_debtor()
    told(account)
    batch = a_relation(account, state="PREVIEWED" if state == "PREVIEWED" else "ISSUED")
    if state == "CLOSED":
        batch.state = state
        batch.save(update_fields=["state"])
    with pytest.raises(WrongBatch, match=said):
        authorise_reductions(acts=list(batch.acts.all()), at=NOON, by=by)


def test_where_no_reductor_fits_the_home_has_its_voucher_before_its_order(by: User) -> None:
    account = a_debtor()
    act = no_room(account, by)
    later = NOON + timedelta(hours=3)
    vouchers = [issue_water_voucher(act=act, persons=5, days=15, at=later, by=by, key="v") for _ in range(2)]
    voucher = WaterVoucher.objects.get()
    assert {one.pk for one in vouchers} == {voucher.pk}
    assert (voucher.litres_a_day, voucher.litres, voucher.days) == (250, 3750, 15)
    order = voucher.act.order
    assert order is not None and order.type_id == "REDUCCION-VALE"
    assert f"Vale {voucher.document.folio}" in order.detail and "entregue el vale de agua" in order.detail
    deliver_water_voucher(voucher=voucher, received_by="Ana Ruiz, INE", on=TODAY, at=later, by=by)
    done(programmed(order), at=later)
    account.refresh_from_db()
    assert account.state == "REDUCED"


def test_a_voucher_is_only_for_who_has_no_room(by: User) -> None:
    account = a_debtor()
    order = ordered(account)
    act = LadderAct.objects.get(order=order, step_id="EJECUCION")
    with pytest.raises(ReductionBlocked, match="cuando la cuadrilla reportó"):
        issue_water_voucher(act=act, persons=5, days=15, at=NOON, by=by, key="v")
    with pytest.raises(ReductionBlocked, match="1 a 40 personas"):
        issue_water_voucher(act=no_room(a_debtor(), by), persons=0, days=15, at=NOON, by=by, key="w")
