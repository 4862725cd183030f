"""Sharing one meter between accounts."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date
from cauce.events.operations import publish
from cauce.metering.events import METER_SHARED, METER_SHARING_ENDED
from cauce.metering.models import MeterInstallation, MeterShare
from cauce.registry.models import Account
from cauce.registry.queries import is_same_place
from cauce.users.models import User


class MeterNotShareable(DomainError):
    """The meter cannot be shared so."""


@transaction.atomic
def share_meter(
    *, principal: Account, parts: Mapping[int, int], valid_from: date, reason: str, at: datetime, by: User
) -> list[MeterShare]:
    """Share the meter of ``principal`` from the first of a month on, in whole parts by account, its own included.

    Idempotent: the same parts from the same day give back what is open.

    :raises MeterNotShareable: the account has no meter, another has its own or shares already, it is of another place,
        the parts make no sense, the day is not the first of a month, or there is no reason.
    """
    accounts = {
        account.pk: account
        for account in Account.objects.select_for_update(no_key=True)
        .filter(pk__in={principal.pk, *parts})
        .order_by("pk")
    }
    open_now = list(MeterShare.objects.filter(principal=principal, valid_until__isnull=True).order_by("pk"))
    known = {share.account_id: (share.parts, share.valid_from) for share in open_now}
    if known == {account_id: (share, valid_from) for account_id, share in parts.items()}:
        return open_now
    _refuse(principal, accounts, parts, valid_from, reason)
    shares = MeterShare.objects.bulk_create(
        MeterShare(
            principal=principal,
            account_id=account_id,
            parts=share,
            valid_from=valid_from,
            reason=reason.strip(),
            shared_at=at,
            shared_by=by,
        )
        for account_id, share in sorted(parts.items(), key=lambda item: (item[0] != principal.pk, item[0]))
    )
    numbers = ", ".join(accounts[account_id].number for account_id in sorted(parts) if account_id != principal.pk)
    publish(
        METER_SHARED,
        subject_kind="MeterShare",
        subject_id=shares[0].pk,
        account_id=principal.pk,
        facts={"number": principal.number, "others": numbers, "from": format_date(valid_from)},
        at=at,
        by=by,
    )
    return shares


@transaction.atomic
def change_sharing(
    *, principal: Account, parts: Mapping[int, int], valid_from: date, reason: str, at: datetime, by: User
) -> list[MeterShare]:
    """Divide a meter that is shared otherwise, from the first of a month on: the parts of today end that day.

    Idempotent: the same parts from the same day give back what is open.

    :raises MeterNotShareable: as ``end_sharing`` and ``share_meter`` do.
    """
    list(
        Account.objects.select_for_update(no_key=True)
        .filter(pk__in={principal.pk, *parts})
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    open_now = MeterShare.objects.filter(principal=principal, valid_until__isnull=True)
    if {share.account_id: (share.parts, share.valid_from) for share in open_now} != {
        account_id: (share, valid_from) for account_id, share in parts.items()
    }:
        end_sharing(principal=principal, valid_until=valid_from, at=at, by=by)
    return share_meter(principal=principal, parts=parts, valid_from=valid_from, reason=reason, at=at, by=by)


@transaction.atomic
def end_sharing(*, principal: Account, valid_until: date, at: datetime, by: User) -> int:
    """End the sharing of a meter from a day on, the first of a month. Idempotent; says how many parts ended.

    :raises MeterNotShareable: the day is not the first of a month or is before the sharing began.
    """
    shares = list(
        MeterShare.objects.select_for_update(no_key=True)
        .filter(principal=principal, valid_until__isnull=True)
        .order_by("pk")
    )
    if not shares:
        return 0
    if valid_until.day != 1 or any(valid_until <= share.valid_from for share in shares):
        raise MeterNotShareable("El reparto termina el día primero de un mes posterior a aquél en que empezó.")
    MeterShare.objects.filter(pk__in=[share.pk for share in shares]).update(valid_until=valid_until)
    publish(
        METER_SHARING_ENDED,
        subject_kind="MeterShare",
        subject_id=shares[0].pk,
        account_id=principal.pk,
        facts={"number": principal.number, "until": format_date(valid_until)},
        at=at,
        by=by,
    )
    return len(shares)


def _refuse(
    principal: Account, accounts: Mapping[int, Account], parts: Mapping[int, int], valid_from: date, reason: str
) -> None:
    if not reason.strip():
        raise MeterNotShareable("Escriba por qué se reparte el medidor.")
    if valid_from.day != 1:
        raise MeterNotShareable("El reparto empieza el día primero de un mes, para que el mes se reparta entero.")
    if principal.pk not in parts or len(parts) < len({principal.pk, *parts}) or len(parts) == 1:
        raise MeterNotShareable("Diga las partes de la cuenta que tiene el medidor y de al menos otra.")
    if set(parts) != set(accounts) or any(share < 1 for share in parts.values()):
        raise MeterNotShareable("Cada cuenta del padrón lleva al menos una parte entera del medidor.")
    metered = set(MeterInstallation.objects.current().filter(account__in=accounts).values_list("account_id", flat=True))
    if principal.pk not in metered:
        raise MeterNotShareable(f"La cuenta {principal.number} no tiene medidor que repartir.")
    for account in accounts.values():
        if account.pk != principal.pk and account.pk in metered:
            raise MeterNotShareable(f"La cuenta {account.number} tiene su propio medidor: no comparte otro.")
        if not _same_place(account, principal):
            raise MeterNotShareable(
                f"La cuenta {account.number} está en otro predio: un medidor se reparte en el suyo."
            )
    if MeterShare.objects.filter(account__in=accounts, valid_until__isnull=True).exists():
        raise MeterNotShareable("Alguna de las cuentas ya comparte un medidor; termine primero ese reparto.")


def _same_place(account: Account, principal: Account) -> bool:
    if account.connection_id == principal.connection_id:
        return True
    return is_same_place(account.connection.premises, principal.connection.premises)
