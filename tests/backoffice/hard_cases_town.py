"""A stolen meter, a shared one and months paid ahead, for their screens."""

from dataclasses import dataclass

from cauce.agreements.models import Prepayment
from cauce.agreements.operations import offer_prepayment
from cauce.metering.models import MeterInstallation, MeterLoss, MeterShare
from cauce.metering.operations import report_meter_loss, share_meter
from cauce.registry.models import Account
from tests.backoffice.town import AT, SEPTEMBER, Town
from tests.ledger.debts import make_account, make_party


@dataclass(frozen=True, slots=True)
class HardCasesTown:
    """What the screens of these cases show."""

    loss: MeterLoss
    principal: Account
    neighbour: Account
    prepayment: Prepayment


def hard_cases_town(town: Town) -> HardCasesTown:
    """Make them, or find them if this database has them."""
    prepayment = Prepayment.objects.filter(key="town/anualidad").first()
    if prepayment is None:
        prepayment = _make(town)
    share = MeterShare.objects.exclude(account=_principal(town)).get()
    return HardCasesTown(MeterLoss.objects.get(), share.principal, share.account, prepayment)


def unmetered_beside(account: Account, name: str = "EVA LARA RUIZ") -> Account:
    """An account without a meter on the same connection."""
    made = make_account(holder=make_party(name))
    Account.objects.filter(pk=made.pk).update(connection=account.connection)
    made.refresh_from_db()
    return made


def _principal(town: Town) -> Account:
    """An account with a meter that is not the one that the other screens look at."""
    installed = MeterInstallation.objects.current().exclude(account=town.account)
    return installed.select_related("account").order_by("pk")[0].account


def _make(town: Town) -> Prepayment:
    by = town.staff["coordinador"]
    principal = _principal(town)
    neighbour = unmetered_beside(principal)
    share_meter(
        principal=principal,
        parts={principal.pk: 2, neighbour.pk: 1},
        valid_from=SEPTEMBER,
        reason="Dos viviendas con una toma.",
        at=AT,
        by=by,
    )
    other = MeterInstallation.objects.current().exclude(account__in=[town.account, principal]).order_by("pk")[0]
    report_meter_loss(
        installation=other,
        kind=MeterLoss.Kind.STOLEN,
        happened_on=AT.date(),
        report_number="CI-123/2026",
        account_of_facts="Lo arrancaron de la banqueta.",
        payer=MeterLoss.Payer.UTILITY,
        payer_reason="Estaba fuera del predio.",
        at=AT,
        by=by,
    )
    house = make_account(holder=make_party("LUISA PRADO SOTO"))
    return offer_prepayment(account=house, months=4, at=AT, by=by, key="town/anualidad")
