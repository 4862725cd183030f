"""What waits of the agreements: to be authorised, prepared, signed; their notes; the waivers of surcharges."""

from collections.abc import Callable, Iterator

from django.db.models import QuerySet
from django.urls import reverse

from cauce.agreements.models import PaymentAgreement, PromissoryNote, SurchargeWaiver
from cauce.agreements.queries import NoPolicyInForce, highest_post, policy_on
from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.core import clock, es_mx
from cauce.users.models import User
from cauce.users.queries import posts_of

State = PaymentAgreement.State


def _to_authorise(user: User) -> Iterator[Waiting]:
    today = clock.today()
    try:
        _, limits = policy_on(today)
    except NoPolicyInForce:
        return
    rows = PaymentAgreement.objects.filter(state=State.REQUESTED, authoriser=highest_post(user, limits, today))
    # Who asked for it does not authorise it.
    yield _agreements(
        "Convenios por autorizar", rows.exclude(asked_by=user), reverse("agreements:requests"), is_late=True
    )


def _to_sign(user: User) -> Iterator[Waiting]:
    address = reverse("agreements:agreements")
    authorised = PaymentAgreement.objects.filter(state=State.AUTHORISED)
    yield _agreements("Convenios autorizados, por preparar", authorised, f"{address}?estado=AUTHORISED")
    prepared = PaymentAgreement.objects.filter(state=State.PREPARED)
    yield _agreements("Convenios por firmar hoy", prepared, f"{address}?estado=PREPARED")


def _notes_to_hold(user: User) -> Iterator[Waiting]:
    address = reverse("notes:notes")
    signed = PromissoryNote.objects.filter(
        state__in=[PromissoryNote.State.SIGNED, PromissoryNote.State.OVERDUE], held_at=""
    )
    yield _notes("Pagarés firmados, por resguardar", signed, f"{address}?estado=POR-RESGUARDAR")
    paid = PromissoryNote.objects.filter(state=PromissoryNote.State.PAID)
    yield _notes("Pagarés pagados, por devolver", paid, f"{address}?estado=POR-DEVOLVER")


def _waivers(user: User) -> Iterator[Waiting]:
    asked = SurchargeWaiver.objects.filter(
        state=SurchargeWaiver.State.REQUESTED, authoriser__in=posts_of(user, clock.today())
    ).exclude(asked_by=user)
    lines = [
        Line(
            f"{one.document.folio}, cuenta {es_mx.format_account(one.account.number)}",
            es_mx.format_money(one.amount),
            reverse("waivers:waiver", args=[one.pk]),
        )
        for one in asked.select_related("document", "account").order_by("asked_at")[:SHOWN]
    ]
    address = reverse("waivers:waivers") + "?estado=REQUESTED"
    yield Waiting(
        "Condonaciones por resolver", "scale", asked.count(), lines, address, "Ver las condonaciones", is_late=True
    )


def _agreements(title: str, rows: QuerySet[PaymentAgreement], address: str, *, is_late: bool = False) -> Waiting:
    lines = [
        Line(
            f"{one.document.folio}, cuenta {es_mx.format_account(one.account.number)}",
            es_mx.format_money(one.debt),
            reverse("agreements:agreement", args=[one.pk]),
        )
        for one in rows.select_related("document", "account").order_by("asked_at")[:SHOWN]
    ]
    return Waiting(title, "writing-sign", rows.count(), lines, address, "Ver los convenios", is_late=is_late)


def _notes(title: str, rows: QuerySet[PromissoryNote], address: str) -> Waiting:
    lines = [
        Line(
            f"{one.document.folio}, {one.agreement.obligor.name}",
            es_mx.format_money(one.face),
            reverse("notes:note", args=[one.pk]),
        )
        for one in rows.select_related("document", "agreement__obligor").order_by("due_on", "pk")[:SHOWN]
    ]
    return Waiting(title, "file-text", rows.count(), lines, address, "Ver los pagarés")


AGREEMENT_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    ("agreements.authorise_agreement", _to_authorise),
    ("agreements.decide_waiver", _waivers),
    ("agreements.sign_agreement", _to_sign),
    ("agreements.keep_note", _notes_to_hold),
)
