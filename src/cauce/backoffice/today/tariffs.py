"""What waits of the tariffs: bills that differ, what the watch list points at, laws to put in force."""

from collections.abc import Callable, Iterator

from django.db.models import Count
from django.urls import reverse

from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.billing.models import SweepRun
from cauce.billing.queries.watch import open_findings
from cauce.core import es_mx
from cauce.tariffs.queries import pending_laws
from cauce.users.models import User


def _bills_that_differ(user: User) -> Iterator[Waiting]:
    last = SweepRun.objects.order_by("-pk").first()
    if last is None or not last.differences:
        return
    found = last.found.select_related("account", "bill__document").order_by("pk")[:SHOWN]
    address = reverse("tariffs:sweep", args=[last.pk])
    lines = [
        Line(
            f"{row.bill.document.folio}, cuenta {es_mx.format_account(row.account.number)}",
            es_mx.format_period(row.period),
            address,
        )
        for row in found
    ]
    yield Waiting(
        "Recibos que no cuadran con la ley", "alert-circle", last.differences, lines, address, "Ver la revisión",
        is_late=True,
    )  # fmt: skip


def _watch_list(user: User) -> Iterator[Waiting]:
    by_rule = open_findings().values("rule", "rule__name", "rule__place").annotate(found=Count("pk"))
    address = reverse("tariffs:findings")
    rows = list(by_rule.order_by("rule__place"))
    lines = [Line(row["rule__name"], f"{row['found']:,}", f"{address}?regla={row['rule']}") for row in rows[:SHOWN]]
    yield Waiting(
        "Vigilancia de tarifas", "eye", sum(row["found"] for row in rows), lines, address, "Ver la vigilancia"
    )


def _laws_to_put_in_force(user: User) -> Iterator[Waiting]:
    waiting = pending_laws().exclude(loaded_by=user)
    lines = [
        Line(law.decree, f"desde {es_mx.format_date(law.valid_from)}", reverse("tariffs:law", args=[law.pk]))
        for law in waiting[:SHOWN]
    ]
    yield Waiting("Leyes por poner en vigor", "scale", waiting.count(), lines, reverse("tariffs:laws"), "Ver las leyes")


TARIFF_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("billing.view_sweeprun", _bills_that_differ),
    ("billing.view_watchfinding", _watch_list),
    ("tariffs.approve_law", _laws_to_put_in_force),
)
