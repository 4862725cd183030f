"""What waits of the reductions: to authorise, payments that were undone, and illegal reconnections to decide."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse

from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.collections.models import CollectionBatch, Infraction, OrderRecall
from cauce.core import clock
from cauce.core.es_mx import count_of, format_account
from cauce.users.models import User

# A payment undone longer ago was looked at, or its debt is in a relación again.
_UNDONE_FOR = timedelta(days=15)


def _to_authorise(user: User) -> Iterator[Waiting]:
    waits = Count("acts", filter=Q(acts__state="SELECTED", acts__step__kind="AUTHORISATION"))
    batches = CollectionBatch.objects.filter(step__kind="AUTHORISATION", state__in=("APPROVED", "ISSUED"))
    found = list(batches.annotate(waiting=waits).filter(waiting__gt=0).select_related("document").order_by("pk"))
    lines = [
        Line(
            f"Relación {batch.document.folio}",
            count_of(batch.waiting, "cuenta", "cuentas"),
            reverse("reduction:relation", args=[batch.pk]),
        )
        for batch in found[:SHOWN]
    ]
    yield Waiting(
        "Reducciones por autorizar", "droplet", sum(batch.waiting for batch in found), lines,
        reverse("reduction:relations"), "Ver las relaciones",
    )  # fmt: skip


def _undone(user: User) -> Iterator[Waiting]:
    rows = OrderRecall.objects.filter(undone_at__gte=clock.now() - _UNDONE_FOR)
    address = f"{reverse('reduction:recalls')}?deshecho=si"
    lines = [
        Line(f"Cuenta {format_account(row.account.number)}", row.order.document.folio, address)
        for row in rows.select_related("account", "order__document").order_by("-undone_at")[:SHOWN]
    ]
    yield Waiting(
        "Retiradas cuyo pago se deshizo", "alert-triangle", rows.count(), lines, address, "Revisarlas", is_late=True
    )


def _to_decide(user: User) -> Iterator[Waiting]:
    may = Q(state="HEARD") | Q(state="NOTIFIED", hearing_until__lt=clock.today())
    rows = Infraction.objects.filter(may).exclude(found_by=user)
    lines = [
        Line(
            f"Cuenta {format_account(row.account.number)}",
            row.document.folio,
            reverse("reduction:infraction", args=[row.pk]),
        )
        for row in rows.select_related("account", "document").order_by("found_at", "pk")[:SHOWN]
    ]
    yield Waiting(
        "Reconexiones no autorizadas por resolver", "scale", rows.count(), lines, reverse("reduction:infractions"),
        "Resolverlas",
    )  # fmt: skip


REDUCTION_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("collections.authorise_reduction", _undone),
    ("collections.authorise_reduction", _to_authorise),
    ("collections.decide_infraction", _to_decide),
)
