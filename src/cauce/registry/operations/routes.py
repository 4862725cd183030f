"""Ordering the accounts of a route, as the street is walked."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from cauce.core.bulk import id_array
from cauce.core.errors import DomainError
from cauce.events.operations import publish
from cauce.registry.events import ROUTE_RESEQUENCED
from cauce.registry.models import Account, Route
from cauce.registry.rules.routes import moved, orders_for
from cauce.users.models import User

_WRITE = """
    UPDATE registry_account AS account SET route_order = given.place
    FROM unnest(%s::bigint[], %s::bigint[]) AS given (id, place)
    WHERE account.id = given.id AND account.route_order <> given.place
"""


class RouteChanged(DomainError):
    """The accounts that were ordered are not those of the route."""


@transaction.atomic
def resequence_route(route: Route, *, account_ids: Sequence[int], reason: str, at: datetime, by: User) -> int:
    """Leave all the accounts of a route in this order, none in the same place as another. Idempotent, one event.

    :returns: how many accounts changed their order.
    :raises RouteChanged: if some account is missing, is repeated or is of another route; nothing changes.
    """
    present = _held(route)
    if len(account_ids) != len(present) or set(account_ids) != set(present):
        raise RouteChanged(
            f"La ruta {route.number} cambió mientras la ordenaba, o trae una cuenta repetida: vuelva a abrirla y "
            "ordene las cuentas que tiene ahora."
        )
    return _write(route, present, account_ids, reason, at=at, by=by)


@transaction.atomic
def move_in_route(account: Account, *, place: int, reason: str, at: datetime, by: User) -> int:
    """Take an account to a place of its route (1 is the first). Idempotent, one event.

    :returns: how many accounts changed their order.
    :raises RouteChanged: if the account left the route meanwhile.
    """
    route = Route.objects.get(pk=account.route_id)
    present = _held(route)
    if account.pk not in present:
        raise RouteChanged(f"La cuenta {account.number} ya no está en la ruta {route.number}: vuelva a abrirla.")
    return _write(route, present, moved(list(present), account.pk, place), reason, at=at, by=by)


def _held(route: Route) -> dict[int, int]:
    """The order number of each account of a route, in its order, held until the transaction ends."""
    Route.objects.select_for_update(no_key=True).get(pk=route.pk)
    held = Account.objects.filter(route=route).select_for_update(no_key=True).order_by("pk")
    orders = dict(held.values_list("pk", "route_order"))
    return dict(sorted(orders.items(), key=lambda item: (item[1], item[0])))


def _write(
    route: Route, present: dict[int, int], account_ids: Sequence[int], reason: str, *, at: datetime, by: User
) -> int:
    places = orders_for(list(present.values()))
    changed = [
        (account_id, place)
        for account_id, place in zip(account_ids, places, strict=True)
        if present[account_id] != place
    ]
    if not changed:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [id_array(account_id for account_id, _ in changed), [place for _, place in changed]])
    publish(
        ROUTE_RESEQUENCED,
        subject_kind="Route",
        subject_id=route.pk,
        facts={"route": route.number, "accounts": len(changed), "reason": reason.strip()},
        at=at,
        by=by,
    )
    return len(changed)
