"""What changed of a cycle's padrón since it was billed last, as its history tells it."""

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from cauce.billing.models import BillingRun, ChangesAcknowledgement
from cauce.events.models import Event
from cauce.metering.events import METER_INSTALLED, METER_REMOVED
from cauce.registry.events import (
    ACCOUNT_CHANGED,
    ACCOUNT_OPENED,
    ROLE_ASSIGNED,
    ROLE_ENDED,
    SERVICE_RECONNECTED,
    SERVICE_REDUCED,
)
from cauce.registry.models import Account, AccountRole

CHANGE_KINDS = {
    ACCOUNT_OPENED.code: "Alta",
    ACCOUNT_CHANGED.code: "Cambio de la cuenta",
    ROLE_ASSIGNED.code: "Titular",
    ROLE_ENDED.code: "Titular",
    SERVICE_REDUCED.code: "Estado del servicio",
    SERVICE_RECONNECTED.code: "Estado del servicio",
    METER_INSTALLED.code: "Medidor",
    METER_REMOVED.code: "Medidor",
}
_ROLES = (ROLE_ASSIGNED.code, ROLE_ENDED.code)


def last_event() -> int:
    """The last event of the history; zero when there is none."""
    return Event.objects.aggregate(last=Max("pk"))["last"] or 0


def changes_seen_until(run: BillingRun) -> int | None:
    """The last event of the padrón that the cycle's billing already counted with; None in a cycle never billed before.

    It is the one of its last acknowledgement, or the one up to which its run of an earlier month was computed.
    """
    acknowledged = ChangesAcknowledgement.objects.filter(cycle=run.cycle).aggregate(last=Max("until_event"))["last"]
    earlier = (
        BillingRun.objects.filter(cycle=run.cycle, period__lt=run.period, padron_event__isnull=False)
        .exclude(state=BillingRun.State.CANCELLED)
        .order_by("-period")
        .values_list("padron_event", flat=True)
        .first()
    )
    found = [event for event in (acknowledged, earlier) if event is not None]
    return max(found) if found else None


def pending_changes(run: BillingRun) -> QuerySet[Event]:
    """What changed of the accounts that the cycle has today and nobody acknowledged, in the order it happened."""
    since = changes_seen_until(run)
    if since is None:
        return Event.objects.none()
    of_cycle = Account.objects.filter(pk=OuterRef("account_id"), cycle=run.cycle)
    as_holder = AccountRole.objects.filter(pk=OuterRef("subject_id"), role=AccountRole.Role.HOLDER)
    return (
        Event.objects.filter(Exists(of_cycle), pk__gt=since, kind__in=CHANGE_KINDS)
        .filter(~Q(kind__in=_ROLES) | Exists(as_holder))
        .select_related("by")
        .order_by("pk")
    )
