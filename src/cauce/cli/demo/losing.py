"""Meters lost in the demonstration: one stolen and denounced, one destroyed and replaced, one that its user pays."""

from datetime import date, timedelta
from typing import Final, NamedTuple

from django.db import transaction

from cauce.cli.demo.days import PERIODS, Town, moment
from cauce.metering.models import Consumption, MeterInstallation, MeterLoss
from cauce.metering.operations import replace_lost_meter, report_meter_loss
from cauce.registry.models import Account

Kind, Payer = MeterLoss.Kind, MeterLoss.Payer
# How far along its route each of them is.
_PLACE: Final = 20


class Lost(NamedTuple):
    """A meter that is no longer there: of which route, what happened and when, who pays the new one and why."""

    route: str
    kind: MeterLoss.Kind
    happened_on: date
    report_number: str
    told: str
    payer: MeterLoss.Payer
    why: str
    replaced_on: date | None = None


LOST: Final = (
    Lost(
        "02",
        Kind.STOLEN,
        date(2026, 10, 28),
        "AM-114-2210/2026 (Ministerio Público)",
        "El usuario halló la toma abierta al amanecer; el cuadro quedó cortado con segueta.",
        Payer.UTILITY,
        "Presentó la denuncia y el cuadro está en la banqueta.",
    ),
    Lost(
        "05",
        Kind.DESTROYED,
        date(2026, 10, 27),
        "",
        "Un camión subió a la banqueta y aplastó el cuadro.",
        Payer.UTILITY,
        "El daño fue en la vía pública; se cobra a quien lo causó.",
        date(2026, 10, 30),
    ),
    Lost(
        "09",
        Kind.STOLEN,
        date(2026, 10, 29),
        "",
        "Estaba dentro del predio, con el portón sin candado.",
        Payer.CUSTOMER,
        "Estaba bajo su guarda y no presentó denuncia.",
    ),
)


@transaction.atomic
def lose_meters(town: Town) -> None:
    """Report each of them the day after, and put a new one where it was already replaced. Once."""
    if MeterLoss.objects.exists():
        return
    by = town.people["coordinador"]
    for lost in LOST:
        installation = _meter_of(town, lost.route)
        loss = report_meter_loss(
            installation=installation,
            kind=lost.kind,
            happened_on=lost.happened_on,
            report_number=lost.report_number,
            account_of_facts=lost.told,
            payer=lost.payer,
            payer_reason=lost.why,
            at=moment(lost.happened_on + timedelta(days=1), minutes=150),
            by=by,
        )
        if lost.replaced_on is not None:
            meter = installation.meter
            replace_lost_meter(
                loss=loss,
                serial=f"N26{installation.account.number}",
                brand=meter.brand,
                diameter=meter.diameter,
                digits=meter.register_digits,
                installed_on=lost.replaced_on,
                initial_value=0,
                at=moment(lost.replaced_on, minutes=300),
                by=by,
            )


def _meter_of(town: Town, route: str) -> MeterInstallation:
    """The meter of an account of a route whose October was measured, the first in its walk that no story has."""
    measured = Consumption.objects.filter(
        period=PERIODS[-1], source=Consumption.Source.MEASURED, superseded_at=None
    ).values("account")
    found = MeterInstallation.objects.current().filter(
        account__in=measured, account__route__number=route, account__state=Account.State.ACTIVE
    )
    found = found.exclude(account__number__in=town.spared).select_related("meter", "account")
    return found.order_by("account__route_order", "pk")[_PLACE]
