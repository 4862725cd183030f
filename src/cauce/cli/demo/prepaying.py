"""Months paid ahead in the demonstration: offered at the desk, paid at a window, consumed bill by bill."""

from datetime import date
from typing import Final

from cauce.agreements.models import Prepayment
from cauce.agreements.operations import (
    PrepaymentRefused,
    begin_paid_prepayments,
    expire_prepayments,
    offer_prepayment,
)
from cauce.cashier.models import Payment
from cauce.cashier.operations import PaymentShare
from cauce.cli.demo.days import KEY
from cauce.cli.demo.stories import Scene
from cauce.registry.models import Account

PREFIX: Final = f"{KEY}anualidad:"
# Of each day: how many come, and for how many months; the last ones have not paid yet.
COME: Final[dict[date, tuple[int, int]]] = {
    date(2026, 9, 2): (3, 4),
    date(2026, 9, 8): (2, 4),
    date(2026, 10, 2): (2, 3),
}
OFFERED: Final = date(2026, 10, 22)
_NOT_PAID: Final = date(2026, 9, 8)


def pay_ahead(scene: Scene) -> None:
    """Who comes to pay the rest of the year, and the offers that nobody paid in time."""
    expire_prepayments(at=scene.at(7), by=scene.person("coordinador"))
    if scene.day in COME:
        count, months = COME[scene.day]
        for place in range(count):
            prepayment = _offer(scene, place, months)
            if prepayment is not None and not (scene.day == _NOT_PAID and place == count - 1):
                _pay(scene, prepayment, place)
    if scene.day == OFFERED:
        _offer(scene, 0, 2)


def _offer(scene: Scene, place: int, months: int) -> Prepayment | None:
    """To the first account that owes nothing and the law lets pay ahead."""
    key = f"{PREFIX}{scene.day}:{place}"
    done = Prepayment.objects.filter(key=key).first()
    if done is not None:
        return done
    taken = Prepayment.objects.values("account")
    waiting = Account.objects.filter(state=Account.State.ACTIVE, tariff_code__in=("001", "013")).exclude(pk__in=taken)
    for account in waiting.exclude(number__in=scene.town.spared).order_by("-number")[:60]:
        try:
            return offer_prepayment(
                account=account, months=months, at=scene.at(10, place), by=scene.person("coordinador"), key=key
            )
        except PrepaymentRefused:
            continue
    return None


def _pay(scene: Scene, prepayment: Prepayment, place: int) -> None:
    name = f"anualidad:{scene.day}:{place}:pago"
    if not Payment.objects.filter(key=f"{KEY}{name}").exists():
        share = PaymentShare(amount=prepayment.net, account=prepayment.account)
        scene.take(name, share, at=scene.at(10, 20 + place))
    begin_paid_prepayments(
        account_ids=[prepayment.account_id], at=scene.at(10, 30 + place), by=scene.person("coordinador")
    )
