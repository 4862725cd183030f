"""The paper of an orden de pago."""

from django.utils import timezone

from cauce.cashier.models import PaymentOrder
from cauce.core.clock import local_day
from cauce.core.es_mx import format_date
from cauce.documents.printing import Paper, payment_order_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import OrderKind, PaymentOrderItem, PaymentOrderSheet, Reprint
from cauce.events.models import Event
from cauce.ui.context import is_official_on

REPRINTED = "PAYMENT_ORDER_REPRINTED"


def order_paper(order: PaymentOrder) -> Paper:
    """The order as it was issued, marked if it was printed again or no longer stands."""
    document = order.document
    is_services = order.kind == PaymentOrder.Kind.SERVICES
    sheet = PaymentOrderSheet(
        folio=document.folio,
        kind=OrderKind[order.kind],
        account=None if order.account is None else order.account.number,
        to_name=order.party.name,
        address="" if order.account is None else order.account.connection.premises.address,
        issued_at=timezone.localtime(document.created_at),
        issued_by=str(document.by),
        expires_on=order.expires_on,
        as_of=order.as_of,
        items=tuple(
            PaymentOrderItem(
                description=line.description,
                amount=line.amount,
                vat=line.vat,
                quantity=line.quantity if is_services else None,
                unit_price=line.unit_price if is_services else None,
                vat_percent=line.vat_percent if is_services else None,
            )
            for line in order.lines.order_by("pk")
        ),
        total=order.total,
        legends=_legends(order),
        reprint=_reprint(order),
        cancelled=_ended(order),
        expired=_is_expired(order),
    )
    return payment_order_paper(sheet, issuer(is_official=is_official_on(local_day(document.created_at))))


def _legends(order: PaymentOrder) -> tuple[str, ...]:
    if order.kind == PaymentOrder.Kind.DEBT and order.as_of is not None:
        return (
            f"Adeudo calculado al {format_date(order.as_of)}. Si paga antes, en caja se cobran los recargos de "
            "ese día, que pueden ser menos.",
        )
    if order.kind == PaymentOrder.Kind.SERVICES:
        return ("Se paga completa y en una sola vez. Si no se paga a tiempo deja de valer, y no se debe.",)
    return ("Se paga completo. Queda a favor de la cuenta para lo que se le cobre después.",)


def _reprint(order: PaymentOrder) -> Reprint | None:
    printed = Event.objects.filter(subject_kind="PaymentOrder", subject_id=order.pk, kind=REPRINTED)
    last = printed.select_related("by").order_by("-pk").first()
    if last is None:
        return None
    return Reprint(number=printed.count(), at=timezone.localtime(last.at), by=str(last.by))


def _is_expired(order: PaymentOrder) -> bool:
    cancellation = getattr(order, "cancellation", None)
    return cancellation is not None and cancellation.expired


def _ended(order: PaymentOrder) -> str:
    cancellation = getattr(order, "cancellation", None)
    if cancellation is None:
        return ""
    return f"{cancellation.reason} ({format_date(local_day(cancellation.cancelled_at))})"
