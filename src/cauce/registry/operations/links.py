"""Who of the staff is linked to whom in the padrón, and the bar that follows from it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.events.operations import publish
from cauce.registry.events import ACT_BARRED, LINK_DECLARED, LINK_ENDED
from cauce.registry.models import Customer, StaffLink
from cauce.registry.operations.accounts import register_customer
from cauce.registry.queries import linked_customer
from cauce.registry.rules.details import CustomerDetails
from cauce.users.models import User


class OwnAccount(DomainError):
    """Somebody acted on their own account or on that of somebody they declared a link with."""

    def __init__(self, user: User, customer: Customer, account_ids: Collection[int]) -> None:
        super().__init__(
            f"Usted no puede actuar en asuntos de {customer.name}: es su cuenta o la de alguien con quien declaró un "
            "vínculo. Pida a un compañero que lo haga; el intento quedó registrado."
        )
        self.user = user
        self.customer = customer
        self.account_ids = tuple(account_ids)


class AlreadyIdentified(DomainError):
    """Somebody of the staff is one person of the padrón."""

    def __init__(self, user: User, customer: Customer) -> None:
        super().__init__(
            f"{user} ya está en el padrón como {customer.name}; termine ese vínculo antes de declarar que es otra "
            "persona."
        )


class OwnLink(DomainError):
    """Nobody ends their own link."""

    def __init__(self) -> None:
        super().__init__("Nadie termina sus propios vínculos; pida a otra persona con ese permiso que lo haga.")


@transaction.atomic
def declare_link(
    *, user: User, customer: Customer, kind: StaffLink.Kind, note: str = "", at: datetime, by: User
) -> StaffLink:
    """Record that a member of the staff is a person of the padrón or is linked to one.

    Idempotent: a link in force stays as it is.

    :raises AlreadyIdentified: if the member of the staff is another person of the padrón already.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if kind == StaffLink.Kind.SELF:
        themselves = StaffLink.objects.in_force().filter(user=user, kind=kind).exclude(customer=customer)
        for other in themselves.select_related("customer"):
            raise AlreadyIdentified(user, other.customer)
    link, is_new = StaffLink.objects.in_force().get_or_create(
        user=user,
        customer=customer,
        defaults={"kind": kind, "note": note.strip(), "declared_at": at, "declared_by": by},
    )
    if is_new:
        publish(
            LINK_DECLARED,
            subject_kind="StaffLink",
            subject_id=link.pk,
            facts={"user": str(user), "customer": customer.name, "kind": link.get_kind_display().lower()},
            at=at,
            by=by,
        )
    return link


@transaction.atomic
def end_link(*, link: StaffLink, at: datetime, by: User) -> StaffLink:
    """End a declared link. Idempotent: an ended one stays as it was.

    :raises OwnLink: if who ends it is the one it is of.
    """
    if link.user_id == by.pk:
        raise OwnLink
    link = StaffLink.objects.select_for_update(no_key=True).get(pk=link.pk)
    if link.ended_at is None:
        link.ended_at = at
        link.save(update_fields=["ended_at"])
        publish(
            LINK_ENDED,
            subject_kind="StaffLink",
            subject_id=link.pk,
            facts={"user": str(link.user), "customer": link.customer.name},
            at=at,
            by=by,
        )
    return link


@transaction.atomic
def person_of_staff(*, user: User, at: datetime, by: User) -> Customer:
    """The person of the padrón that a member of the staff is, registered if nobody had: what they owe hangs from it."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    link = StaffLink.objects.in_force().filter(user=user, kind=StaffLink.Kind.SELF).select_related("customer").first()
    if link is not None:
        return link.customer
    person = register_customer(details=CustomerDetails(name=str(user)), at=at, by=by)
    declare_link(user=user, customer=person, kind=StaffLink.Kind.SELF, at=at, by=by)
    return person


def refuse_own_account(*, by: User, account_ids: Collection[int] = (), party_ids: Collection[int] = ()) -> None:
    """Refuse an act on an account or person that ``by`` is linked to. The screen records the attempt.

    :raises OwnAccount: if there is a link in force.
    """
    customer = linked_customer(by.pk, account_ids=account_ids, party_ids=party_ids)
    if customer is not None:
        raise OwnAccount(by, customer, account_ids)


@transaction.atomic
def record_barred_act(*, refusal: OwnAccount, what: str, at: datetime) -> None:
    """Leave in the history that somebody tried ``what`` on an account they are barred from.

    It goes apart from the act, which was undone. Not idempotent: each attempt is told.
    """
    for account_id in refusal.account_ids or (None,):
        publish(
            ACT_BARRED,
            subject_kind="Customer",
            subject_id=refusal.customer.pk,
            account_id=account_id,
            facts={"what": what, "user": str(refusal.user)},
            at=at,
            by=refusal.user,
        )
