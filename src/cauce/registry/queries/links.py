"""Declared links of the staff with people of the padrón."""

from collections.abc import Collection

from django.db import connection
from django.db.models import Q

from cauce.registry.models import AccountRole, Customer, StaffLink

_HAS_LINKS = "SELECT 1 FROM registry_stafflink WHERE user_id = %s AND ended_at IS NULL LIMIT 1"


def linked_customer(
    user_id: int, *, account_ids: Collection[int] = (), party_ids: Collection[int] = ()
) -> Customer | None:
    """The person that ties a member of the staff to one of these people or accounts (in whatever role), if any."""
    # By hand, and first: every payment asks, and most of the staff has none.
    with connection.cursor() as cursor:
        cursor.execute(_HAS_LINKS, [user_id])
        if cursor.fetchone() is None:
            return None
    links = StaffLink.objects.in_force().filter(user_id=user_id)
    in_role = AccountRole.objects.filter(account__in=account_ids, valid_until__isnull=True).values("customer")
    found = (
        links.filter(Q(customer__in=party_ids) | Q(customer__in=in_role) | Q(customer__held_accounts__in=account_ids))
        .select_related("customer")
        .first()
    )
    return None if found is None else found.customer
