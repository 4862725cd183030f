"""Reporting a stolen or destroyed meter, and closing its report."""

from datetime import date, datetime

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.core.periods import next_period
from cauce.events.operations import publish
from cauce.metering.events import METER_LOSS_CLOSED, METER_LOST
from cauce.metering.models import (
    Consumption,
    MeterInstallation,
    MeterLoss,
    Reading,
    ReadingDecision,
    ReadingFinding,
    ReadingRound,
)
from cauce.metering.operations.decision_cases import Choice
from cauce.metering.operations.decisions import decide_together
from cauce.metering.operations.meters import install_meter, remove_meter
from cauce.metering.queries.parameters import reading_parameters
from cauce.metering.queries.standings import standings
from cauce.metering.rules import Bills
from cauce.registry.models import Account
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User


class LossRefused(DomainError):
    """The meter cannot be reported or replaced so."""


@transaction.atomic
def report_meter_loss(
    *,
    installation: MeterInstallation,
    kind: MeterLoss.Kind,
    happened_on: date,
    report_number: str,
    account_of_facts: str,
    payer: MeterLoss.Payer,
    payer_reason: str,
    at: datetime,
    by: User,
) -> MeterLoss:
    """Report that a meter in place was stolen or destroyed; its account is billed by estimate until it is replaced.

    A theft that the customer does not pay wants the number of its denunciation. Idempotent: an open report is returned.

    :raises LossRefused: the meter is no longer in place, was read after that day, or something is not told.
    :raises OwnAccount: if who reports is linked to the account.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=installation.account_id)
    installation = MeterInstallation.objects.select_for_update(no_key=True).get(pk=installation.pk)
    reported = MeterLoss.objects.filter(installation=installation, state=MeterLoss.State.OPEN).first()
    if reported is not None:
        return reported
    refuse_own_account(by=by, account_ids=[account.pk], party_ids=[account.holder_id])
    serial = installation.meter.serial
    if installation.removed_on is not None:
        raise LossRefused(f"El medidor {serial} ya se había retirado el {format_date(installation.removed_on)}.")
    if happened_on > local_day(at):
        raise LossRefused("La fecha del robo no puede ser futura.")
    if not account_of_facts.strip() or not payer_reason.strip():
        raise LossRefused("Escriba qué se reportó y por qué paga la reposición quien la paga.")
    if kind == MeterLoss.Kind.STOLEN and payer == MeterLoss.Payer.UTILITY and not report_number.strip():
        raise LossRefused("Para que lo reponga el organismo hace falta el número de la denuncia o del acta.")
    standing = standings([account.pk], next_period(local_day(at).replace(day=1)))[account.pk]
    if standing.previous_on is not None and standing.previous_on > happened_on:
        raise LossRefused(
            f"El medidor {serial} se leyó el {format_date(standing.previous_on)}, después de esa fecha: revísela."
        )
    loss = MeterLoss.objects.create(
        installation=installation,
        account=account,
        kind=kind,
        happened_on=happened_on,
        report_number=report_number.strip(),
        account_of_facts=account_of_facts.strip(),
        last_value=installation.initial_value if standing.previous_value is None else standing.previous_value,
        payer=payer,
        payer_reason=payer_reason.strip(),
        reported_at=at,
        reported_by=by,
    )
    publish(
        METER_LOST,
        subject_kind="MeterLoss",
        subject_id=loss.pk,
        account_id=account.pk,
        facts={"serial": serial, "what": loss.get_kind_display().lower(), "on": format_date(happened_on)},
        at=at,
        by=by,
    )
    return loss


@transaction.atomic
def replace_lost_meter(
    *,
    loss: MeterLoss,
    serial: str,
    brand: str,
    diameter: str,
    digits: int | None,
    installed_on: date,
    initial_value: int,
    at: datetime,
    by: User,
) -> MeterInstallation:
    """Close a lost meter at its last known reading and put the new one in its place.

    When its order already changed it, only the report is closed.
    Idempotent: the same new meter, day and reading give back its installation.

    :raises LossRefused: the report was closed otherwise, or the new meter comes before the loss.
    :raises MeterIsElsewhere: if the new meter is in place on another account.
    :raises ImpossibleFigure: if its reading does not fit.
    """
    Account.objects.select_for_update(no_key=True).get(pk=loss.account_id)
    loss = MeterLoss.objects.select_for_update(no_key=True).get(pk=loss.pk)
    if loss.state == MeterLoss.State.OPEN:
        if installed_on < loss.happened_on:
            raise LossRefused(f"El medidor se perdió el {format_date(loss.happened_on)}: el nuevo llega después.")
        if loss.installation.removed_on is None:
            remove_meter(
                installation=loss.installation, removed_on=installed_on, final_value=loss.last_value, at=at, by=by
            )
        _close(loss, MeterLoss.State.REPLACED, at, by)
    elif loss.state != MeterLoss.State.REPLACED:
        raise LossRefused("El medidor se recuperó: no hay nada que reponer.")
    return install_meter(
        account=loss.account,
        serial=serial,
        brand=brand,
        diameter=diameter,
        digits=digits,
        installed_on=installed_on,
        initial_value=initial_value,
        at=at,
        by=by,
    )


@transaction.atomic
def tell_meter_found(*, loss: MeterLoss, at: datetime, by: User) -> MeterLoss:
    """Close the report of a meter that appeared and is read again. Idempotent.

    :raises LossRefused: it was replaced already.
    """
    loss = MeterLoss.objects.select_for_update(no_key=True).get(pk=loss.pk)
    if loss.state == MeterLoss.State.REPLACED:
        raise LossRefused("El medidor ya se repuso.")
    if loss.state == MeterLoss.State.OPEN:
        _close(loss, MeterLoss.State.FOUND, at, by)
    return loss


def estimate_lost_meters(*, period: date, cycle: int, at: datetime, by: User) -> int:
    """Estimate the month of a cycle's accounts whose meter was reported as lost and that nobody decided.

    Says how many. By the average of their last six effective months, or else the minimum. What the table of anomalies
    does not let be estimated waits for a person, and so does what somebody decided, even to open it again. Idempotent.
    """
    last_day = reading_parameters(period).last_day(period, cycle) or period
    missing = MeterLoss.objects.filter(
        state=MeterLoss.State.OPEN, happened_on__lte=last_day, account__cycle=cycle, account__merged_into=None
    )
    if not missing.exists():
        return 0
    reading_round, _ = ReadingRound.objects.get_or_create(period=period, cycle=cycle, defaults={"last_day": last_day})
    counted = Consumption.objects.filter(period=period, superseded_at__isnull=True)
    told = [
        ReadingDecision.objects.filter(round=reading_round),
        Reading.objects.filter(round=reading_round, status=Reading.Status.OK),
        ReadingFinding.objects.filter(round=reading_round, holds=True, settled_at__isnull=True),
        counted.exclude(source=Consumption.Source.HISTORY),
    ]
    for rows in told:
        missing = missing.exclude(account__in=rows.values("account"))
    choices = [Choice(account_id) for account_id in missing.values_list("account_id", flat=True)]
    reason = "El medidor se reportó como perdido y todavía no se repone."
    done = 0
    for rule in (Bills.AVERAGE_6, Bills.MINIMUM):
        together = decide_together(
            reading_round=reading_round,
            choices=choices,
            kind=ReadingDecision.Kind.ESTIMATED,
            rule=rule,
            reason=reason,
            at=at,
            by=by,
        )
        done += together.decided
        choices = [Choice(refusal.account_id) for refusal in together.refused]
    return done


def _close(loss: MeterLoss, state: MeterLoss.State, at: datetime, by: User) -> None:
    loss.state, loss.closed_at, loss.closed_by = state, at, by
    loss.save(update_fields=["state", "closed_at", "closed_by"])
    publish(
        METER_LOSS_CLOSED,
        subject_kind="MeterLoss",
        subject_id=loss.pk,
        account_id=loss.account_id,
        facts={"serial": loss.installation.meter.serial, "how": loss.get_state_display().lower()},
        at=at,
        by=by,
    )
