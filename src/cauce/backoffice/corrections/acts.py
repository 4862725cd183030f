"""What can be done now with a payment, and why something cannot."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from cauce.cashier.models import CashSession, Dishonour, Payment, Receipt, Tender
from cauce.cashier.operations import OverLimit, refuse_over_limit
from cauce.cashier.queries.corrections import AT_THE_DESK, TenderFacts, favour_of, tenders_of
from cauce.cashier.queries.receipts import live_receipts
from cauce.core import clock
from cauce.core.es_mx import format_money, join_words
from cauce.core.money import ZERO
from cauce.ledger.queries import open_charges
from cauce.registry.queries import linked_customer
from cauce.users.models import User
from cauce.users.roles import ROLES

REVERSE, MOVE, METHOD, DISHONOUR = (
    "cashier.reverse_payment",
    "cashier.move_payment",
    "cashier.correct_method",
    "cashier.dishonour_payment",
)
ASK_REFUND, COLLECT = "cashier.add_refund", "cashier.take_payment"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that can be done (``url``; ``post`` if it is sent at once), or that cannot (``why_not``)."""

    label: str
    detail: str
    icon: str
    url: str = ""
    why_not: str = ""
    is_post: bool = False


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment as it stands: its live receipts and how it was really made."""

    payment: Payment
    live: list[Receipt]
    tenders: list[TenderFacts]

    @property
    def amount(self) -> Decimal:
        """Pesos that stand."""
        return sum((receipt.amount for receipt in self.live), ZERO)

    @property
    def cash(self) -> Decimal:
        """Pesos of it that are in cash."""
        return sum(
            (
                facts.tender.amount
                for facts in self.tenders
                if facts.method == Tender.Method.CASH and not facts.is_dishonoured
            ),
            ZERO,
        )

    @property
    def state(self) -> tuple[str, str, str]:
        """In a word, with its tone and icon."""
        came_back = any(facts.is_dishonoured for facts in self.tenders)
        if not self.live:
            return ("Devuelto" if came_back else "Cancelado", "bad", "circle-x")
        if came_back:
            return ("Devuelto en parte", "accent", "alert-triangle")
        return ("Vigente", "good", "circle-check")


def facts_of(payment: Payment) -> PaymentFacts:
    """What stands of a payment."""
    return PaymentFacts(payment, live_receipts(payment), tenders_of(payment.pk))


def drawers_for(payment: Payment) -> list[CashSession]:
    """The drawers that may give a payment's cash back: its own while it is open, or those opened today."""
    still_open = CashSession.objects.filter(closed_at__isnull=True).select_related("desk", "cashier")
    own = None if payment.session_id is None else still_open.filter(pk=payment.session_id).first()
    if own is not None:
        return [own]
    return list(still_open.filter(day=clock.today(), desk__is_attended=True).order_by("desk__name"))


def acts_on(user: User, facts: PaymentFacts) -> list[Act]:
    """Everything that this person can do with the payment, and then what cannot be done."""
    acts = [
        _reversal(user, facts),
        *_moves(user, facts),
        *_methods(user, facts),
        *_dishonours(user, facts),
        *_favours(user, facts),
    ]
    return [act for act in acts if act.url] + [act for act in acts if not act.url]


def _barred(user: User, permission: str, facts: PaymentFacts, limit: str, amount: Decimal) -> str:
    """Why this person may not put the payment right, if they may not."""
    if not facts.live:
        return "ya no queda nada vigente de este pago"
    if not user.has_perm(permission):
        return f"lo hace {_who_may(permission)}"
    parties = [receipt.party_id for receipt in facts.live]
    accounts = [receipt.account_id for receipt in facts.live if receipt.account_id is not None]
    if linked_customer(user.pk, account_ids=accounts, party_ids=parties) is not None:
        return "es su cuenta o la de alguien con quien declaró un vínculo; lo hace otra persona"
    try:
        refuse_over_limit(act=limit, amount=amount, on=clock.today(), by=user)
    except OverLimit as error:
        return error.message[:1].lower() + error.message[1:].rstrip(".")
    return ""


def _who_may(permission: str) -> str:
    return join_words([role.label for role in ROLES if permission in role.permissions], conjunction="o")


def _own(user: User, facts: PaymentFacts) -> str:
    return "usted lo cobró; lo hace otra persona" if facts.payment.by_id == user.pk else ""


def _reversal(user: User, facts: PaymentFacts) -> Act:
    why = _barred(user, REVERSE, facts, "cancelar_pago", facts.amount) or _own(user, facts)
    if not why and facts.cash > 0 and not drawers_for(facts.payment):
        why = "el efectivo sale de una caja y hoy no hay ninguna con turno abierto"
    return Act(
        "Cancelar el pago",
        f"{format_money(facts.amount)}; el adeudo vuelve como estaba",
        "ban",
        "" if why else reverse("corrections:reverse", args=[facts.payment.pk]),
        why,
    )


def _moves(user: User, facts: PaymentFacts) -> Iterator[Act]:
    for receipt in facts.live:
        why = _barred(user, MOVE, facts, "trasladar_pago", receipt.amount) or _own(user, facts)
        url = "" if why else reverse("corrections:move", args=[receipt.pk])
        yield Act(f"Trasladar {receipt.document.folio}", f"{format_money(receipt.amount)} a la cuenta correcta",
                  "arrows-exchange", url, why)  # fmt: skip
        if why:
            return


def _methods(user: User, facts: PaymentFacts) -> Iterator[Act]:
    for tender in facts.tenders:
        amount = tender.tender.amount
        if tender.is_dishonoured:
            continue
        why = _barred(user, METHOD, facts, "corregir_forma_de_pago", amount)
        if not why and tender.method not in AT_THE_DESK:
            why = "no se capturó en caja: si está mal, traslade o cancele el pago"
        elif not why and tender.is_matched:
            why = "ya se concilió con el banco por esa forma"
        url = "" if why else reverse("corrections:method", args=[tender.tender.pk])
        yield Act(
            "Corregir la forma de pago", f"{format_money(amount)} en {tender.method_name.lower()}", "credit-card",
            url, why,
        )  # fmt: skip


def _dishonours(user: User, facts: PaymentFacts) -> Iterator[Act]:
    for tender in facts.tenders:
        kind = kind_of(tender)
        if kind is None or tender.is_dishonoured:
            continue
        why = _barred(user, DISHONOUR, facts, "cheque_devuelto", tender.tender.amount)
        yield Act(
            f"Registrar {kind.label.lower()}",
            f"{format_money(tender.tender.amount)}; el adeudo vuelve con lo que cobra la ley",
            "alert-triangle",
            "" if why else reverse("corrections:dishonour", args=[tender.tender.pk]),
            why,
        )


def kind_of(tender: TenderFacts) -> Dishonour.Kind | None:
    """How a tender may come back, if it may."""
    return {
        Tender.Method.CHEQUE.value: Dishonour.Kind.CHEQUE,
        Tender.Method.CARD.value: Dishonour.Kind.CHARGEBACK,
    }.get(tender.method)


def _favours(user: User, facts: PaymentFacts) -> Iterator[Act]:
    for account_id, account in {receipt.account_id: receipt.account for receipt in facts.live}.items():
        if account is None or account_id is None:
            continue
        held = favour_of(account_id=account_id, party_id=account.holder_id)
        if held <= 0:
            continue
        where = f"de la cuenta {account.number}"
        if user.has_perm(COLLECT) and open_charges([account_id]):
            yield Act(
                f"Aplicar {format_money(held)} a favor", f"a lo que debe la cuenta {account.number}",
                "check", reverse("corrections:apply_favour", args=[account_id]), is_post=True,
            )  # fmt: skip
        if user.has_perm(ASK_REFUND):
            url = reverse("corrections:new_refund", args=[account_id])
            yield Act("Pedir la devolución del saldo a favor", f"{format_money(held)} {where}", "coin", url)
