"""What waits of the adjustments: to be decided, to be applied, and their policies."""

from collections.abc import Callable, Iterator

from django.db.models import QuerySet
from django.urls import reverse

from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.billing.models import Adjustment, AdjustmentPolicy
from cauce.billing.rules.adjustments import DIRECTOR, HEAD
from cauce.core import clock, es_mx
from cauce.users.models import User
from cauce.users.queries import posts_of

State = Adjustment.State


def _to_decide(user: User) -> Iterator[Waiting]:
    posts = posts_of(user, clock.today()) & {HEAD, DIRECTOR}
    # Who proposed it does not decide it.
    rows = Adjustment.objects.filter(state=State.PROPOSED, authoriser__in=posts).exclude(proposed_by=user)
    yield _adjustments("Ajustes por autorizar", rows, State.PROPOSED, is_late=True)


def _to_apply(user: User) -> Iterator[Waiting]:
    yield _adjustments(
        "Ajustes autorizados, por aplicar", Adjustment.objects.filter(state=State.AUTHORISED), "AUTHORISED"
    )


def _policies(user: User) -> Iterator[Waiting]:
    waiting = (AdjustmentPolicy.State.PROPOSED, AdjustmentPolicy.State.APPROVED)
    rows = AdjustmentPolicy.objects.filter(state__in=waiting).order_by("pk")
    lines = [
        Line(row.name, row.get_state_display().lower(), reverse("adjustments:policy", args=[row.pk]))
        for row in rows[:SHOWN]
    ]
    address = reverse("adjustments:policies")
    yield Waiting("Políticas de ajuste por resolver", "scale", rows.count(), lines, address, "Ver las políticas")


def _adjustments(title: str, rows: QuerySet[Adjustment], state: str, *, is_late: bool = False) -> Waiting:
    lines = [
        Line(
            f"{row.document.folio}, cuenta {es_mx.format_account(row.account.number)}",
            es_mx.format_money(row.difference),
            reverse("adjustments:adjustment", args=[row.pk]),
        )
        for row in rows.select_related("document", "account").order_by("proposed_at")[:SHOWN]
    ]
    address = f"{reverse('adjustments:adjustments')}?estado={state}"
    return Waiting(title, "scale", rows.count(), lines, address, "Ver los ajustes", is_late=is_late)


ADJUSTMENT_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("billing.authorise_adjustment", _to_decide),
    ("billing.apply_adjustment", _to_apply),
    ("billing.approve_adjustmentpolicy", _policies),
)
