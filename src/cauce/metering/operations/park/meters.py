"""Completing what is known of a meter, and saying where one that is in no account is."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from cauce.events.operations import publish
from cauce.metering.events import METER_COMPLETED, METER_PUT_AWAY
from cauce.metering.models import Meter, MeterInstallation
from cauce.metering.operations.park.refusals import MeterFactsRefused
from cauce.metering.queries.screens import current_of_meter
from cauce.users.models import User

_FACTS: Mapping[str, str] = {
    "brand": "marca",
    "diameter": "diámetro",
    "model_name": "modelo",
    "accuracy_class": "clase metrológica",
}


@transaction.atomic
def complete_meter(
    *,
    meter: Meter,
    brand: str,
    diameter: str,
    model_name: str,
    accuracy_class: str,
    at: datetime,
    by: User,
) -> Meter:
    """Write what a meter is, as its face or its invoice says. Idempotent: the same facts again change nothing.

    What it was before stays in its history. Its serial and digits, which its readings go by, are not changed here.

    :raises MeterFactsRefused: if it is left without brand or diameter that were known.
    """
    meter = Meter.objects.select_for_update(no_key=True).get(pk=meter.pk)
    said = {
        "brand": brand.strip().upper(),
        "diameter": diameter.strip(),
        "model_name": model_name.strip(),
        "accuracy_class": accuracy_class.strip(),
    }
    for name in ("brand", "diameter"):
        if getattr(meter, name) and not said[name]:
            raise MeterFactsRefused(
                f"El medidor {meter.serial} ya tiene {_FACTS[name]}: escriba la correcta en vez de borrarla."
            )
    changed = [name for name in _FACTS if getattr(meter, name) != said[name]]
    if not changed:
        return meter
    for name in changed:
        setattr(meter, name, said[name])
    meter.save(update_fields=changed)
    current = current_of_meter(meter.pk)
    what = ", ".join(f"{_FACTS[name]} {said[name] or 'sin dato'}" for name in changed)
    publish(
        METER_COMPLETED,
        subject_kind="Meter",
        subject_id=meter.pk,
        account_id=None if current is None else current.account_id,
        facts={"serial": meter.serial, "what": what},
        at=at,
        by=by,
    )
    return meter


@transaction.atomic
def put_meter_away(*, meter: Meter, where: Meter.PutAway, reason: str, at: datetime, by: User) -> Meter:
    """Say that a meter that is in no account is in store, or scrapped for good. Idempotent.

    :raises MeterFactsRefused: if it is in an account, was scrapped, or it is not said why.
    """
    meter = Meter.objects.select_for_update(no_key=True).get(pk=meter.pk)
    if meter.put_away == where:
        return meter
    if not reason.strip():
        raise MeterFactsRefused("Escriba por qué: resultado de la prueba, número de salida de almacén, acta de baja…")
    if MeterInstallation.objects.current().filter(meter=meter).exists():
        raise MeterFactsRefused(f"El medidor {meter.serial} está instalado: retírelo primero con su lectura final.")
    if meter.put_away == Meter.PutAway.SCRAPPED:
        raise MeterFactsRefused(f"El medidor {meter.serial} se dio de baja: ya no vuelve al almacén.")
    meter.put_away = where
    meter.save(update_fields=["put_away"])
    publish(
        METER_PUT_AWAY,
        subject_kind="Meter",
        subject_id=meter.pk,
        facts={"serial": meter.serial, "where": meter.get_put_away_display().lower(), "reason": reason.strip()},
        at=at,
        by=by,
    )
    return meter
