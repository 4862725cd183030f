"""What waits for a person today, gathered from the capabilities that their permissions open."""

from collections.abc import Callable, Iterator

from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.urls import reverse

from cauce.backoffice.today.adjustments import ADJUSTMENT_PILES
from cauce.backoffice.today.agenda import AGENDA_PILES
from cauce.backoffice.today.agreements import AGREEMENT_PILES
from cauce.backoffice.today.attention import ATTENTION_PILES
from cauce.backoffice.today.billing import BILLING_PILES
from cauce.backoffice.today.books import BOOK_PILES
from cauce.backoffice.today.guidelines import GUIDELINE_PILES
from cauce.backoffice.today.piles import SHOWN, Line, Waiting
from cauce.backoffice.today.reduction import REDUCTION_PILES
from cauce.backoffice.today.street import STREET_PILES
from cauce.backoffice.today.tariffs import TARIFF_PILES
from cauce.billing.models import BillingRun
from cauce.billing.rules import Outcome
from cauce.cases.queries.inbox import inbox_counts, inbox_pile
from cauce.cashier.models import BankMovement, BankResolution, PaymentClaim, Refund
from cauce.cashier.queries.claims import unused_vouchers
from cauce.cashier.queries.sessions import open_session_of, unreviewed_closes
from cauce.core import clock, es_mx
from cauce.imports.models import ImportBatch
from cauce.metering.models import Reading, ReadingRound
from cauce.registry.models import PadronFlag
from cauce.ui.wording import code_name
from cauce.users.models import User


def waiting_for(user: User) -> list[Waiting]:
    """The piles of this person that are not empty, the most pressing first."""
    return [
        pile
        for permission, gather in _PILES
        if not permission or user.has_perm(permission)
        for pile in gather(user)
        if pile.count
    ]


def _failed_imports(user: User) -> Iterator[Waiting]:
    # The same file imported well afterwards answers for its failure.
    mended = ImportBatch.objects.filter(
        kind=OuterRef("kind"), sha256=OuterRef("sha256"), state=ImportBatch.State.DONE, pk__gt=OuterRef("pk")
    )
    failed = ImportBatch.objects.filter(~Exists(mended), state=ImportBatch.State.FAILED).newest_first()
    lines = [
        Line(f"{batch.get_kind_display()} · {batch.file_name}", "", reverse("imports:batch", args=[batch.pk]))
        for batch in failed[:SHOWN]
    ]
    yield Waiting(
        "Importaciones que fallaron", "database-import", failed.count(), lines, reverse("imports:batches"),
        "Ver todas las importaciones", is_late=True,
    )  # fmt: skip


def _runs_to_approve(user: User) -> Iterator[Waiting]:
    yield _runs("Prefacturas por aprobar", "checks", BillingRun.State.COMPUTED, is_late=True)


def _runs_to_issue(user: User) -> Iterator[Waiting]:
    yield _runs("Corridas por emitir", "player-play", BillingRun.State.APPROVED)


def _runs(title: str, icon: str, state: str, *, is_late: bool = False) -> Waiting:
    runs = BillingRun.objects.filter(state=state).order_by("period", "cycle")
    lines = [
        Line(
            f"{es_mx.format_long_period(run.period)}, ciclo {run.cycle}",
            es_mx.count_of(run.totals["counts"].get(Outcome.BILLED, 0), "recibo", "recibos"),
            reverse("billing:run", args=[run.pk]),
        )
        for run in runs[:SHOWN]
    ]
    return Waiting(title, icon, runs.count(), lines, reverse("billing:runs"), "Ver las corridas", is_late=is_late)


def _readings_in_review(user: User) -> Iterator[Waiting]:
    latest = ReadingRound.objects.aggregate(period=Max("period"))["period"]
    if latest is None:
        return
    rounds = list(ReadingRound.objects.filter(period=latest).order_by("cycle"))
    in_review = Reading.objects.filter(round__in=rounds, status=Reading.Status.REVIEW)
    counts = dict(in_review.values_list("round").annotate(readings=Count("pk")))
    lines = [
        Line(
            f"Ciclo {found.cycle}, {found.file_name}",
            es_mx.format_quantity(counts[found.pk]),
            reverse("metering:round", args=[found.pk]),
        )
        for found in rounds
        if found.pk in counts
    ]
    title = f"Lecturas en revisión, {es_mx.format_period(latest)}"
    yield Waiting(title, "gauge", sum(counts.values()), lines, reverse("metering:rounds"), "Ver las rondas")


def _padron_flags(user: User) -> Iterator[Waiting]:
    pending = PadronFlag.objects.pending()
    by_code = list(pending.values_list("code").annotate(flags=Count("id")).order_by("-flags", "code"))
    address = reverse("registry:flags")
    lines = [
        Line(code_name(code), es_mx.format_quantity(count), f"{address}?aviso={code}")
        for code, count in by_code[:SHOWN]
    ]
    total = sum(count for _, count in by_code)
    yield Waiting("Avisos del padrón por corregir", "flag", total, lines, address, "Ver todos los avisos")


def _claims_to_resolve(user: User) -> Iterator[Waiting]:
    is_open = PaymentClaim.objects.filter(state=PaymentClaim.State.OPEN)
    # Who received a claim does not resolve it.
    claims = is_open.exclude(opened_by=user).select_related("document", "account").order_by("opened_at")
    lines = [
        Line(
            f"{claim.document.folio}, cuenta {es_mx.format_account(claim.account.number)}",
            es_mx.format_money(claim.amount),
            reverse("claims:claim", args=[claim.pk]),
        )
        for claim in claims[:SHOWN]
    ]
    address = reverse("claims:claims") + "?estado=OPEN"
    yield Waiting(
        "Aclaraciones de pago por resolver", "hourglass", claims.count(), lines, address, "Ver las aclaraciones",
        is_late=True,
    )  # fmt: skip


def _vouchers_to_apply(user: User) -> Iterator[Waiting]:
    vouchers = unused_vouchers().exclude(issued_by=user)
    lines = [
        Line(
            f"{voucher.document.folio}, cuenta {es_mx.format_account(voucher.account.number)}",
            es_mx.format_money(voucher.amount),
            reverse("claims:voucher", args=[voucher.pk]),
        )
        for voucher in vouchers[:SHOWN]
    ]
    address = reverse("claims:vouchers") + "?estado=sin"
    yield Waiting("Vales por aplicar", "receipt", vouchers.count(), lines, address, "Ver los vales")


def _bank_to_propose(user: User) -> Iterator[Waiting]:
    proposed = BankResolution.objects.filter(movement=OuterRef("pk"), state=BankResolution.State.PROPOSED)
    rows = BankMovement.objects.unresolved().filter(~Exists(proposed)).select_related("batch").order_by("-pk")
    yield _bank("Movimientos del banco por resolver", "proponer", rows)


def _bank_to_approve(user: User) -> Iterator[Waiting]:
    # Who proposed does not approve.
    proposed = BankResolution.objects.filter(state=BankResolution.State.PROPOSED).exclude(proposed_by=user)
    rows = BankMovement.objects.filter(resolutions__in=proposed).select_related("batch").order_by("-pk")
    yield _bank("Movimientos del banco por aprobar", "aprobar", rows)


def _bank(title: str, missing: str, rows: QuerySet[BankMovement]) -> Waiting:
    lines = [
        Line(
            f"{row.batch.file_name}, renglón {row.line}: {code_name(row.code)}",
            "" if row.amount is None else es_mx.format_money(row.amount),
            reverse("bank:movement", args=[row.pk]),
        )
        for row in rows[:SHOWN]
    ]
    address = f"{reverse('bank:pending')}?estado={missing}"
    return Waiting(title, "building", rows.count(), lines, address, "Ver los movimientos")


def _refunds_to_decide(user: User) -> Iterator[Waiting]:
    # Who asked for it does not decide it.
    yield _refunds("Devoluciones por autorizar", Refund.State.REQUESTED, exclude=user)


def _refunds_to_pay(user: User) -> Iterator[Waiting]:
    yield _refunds("Devoluciones por pagar", Refund.State.AUTHORISED)


def _refunds(title: str, state: Refund.State, *, exclude: User | None = None) -> Waiting:
    refunds = Refund.objects.filter(state=state).exclude(requested_by=exclude).select_related("document", "party")
    lines = [
        Line(
            f"{refund.document.folio}, {refund.party.name}",
            es_mx.format_money(refund.amount),
            reverse("corrections:refund", args=[refund.pk]),
        )
        for refund in refunds.order_by("requested_at")[:SHOWN]
    ]
    address = f"{reverse('corrections:refunds')}?estado={state}"
    return Waiting(title, "coin", refunds.count(), lines, address, "Ver las devoluciones", is_late=exclude is not None)


def _closes_to_review(user: User) -> Iterator[Waiting]:
    # Who collected in a session, or closed it, does not review it.
    closes = unreviewed_closes().exclude(session__cashier=user).exclude(closed_by=user)
    lines = [
        Line(
            f"{close.session.desk}, {es_mx.format_date(close.session.day)}, {close.session.cashier}",
            es_mx.format_money(close.difference) if close.difference else "sin diferencia",
            reverse("sessions:session", args=[close.session_id]),
        )
        for close in closes[:SHOWN]
    ]
    address = reverse("sessions:sessions") + "?estado=por-revisar"
    yield Waiting("Cortes de caja por revisar", "report-money", closes.count(), lines, address, "Ver los cortes")


def _session_left_open(user: User) -> Iterator[Waiting]:
    session = open_session_of(user.pk)
    if session is not None and session.day < clock.today():
        line = Line(f"{session.desk}, {es_mx.format_date(session.day)}", "sin corte", reverse("sessions:close"))
        title = "Su turno de otro día sigue abierto"
        yield Waiting(title, "coin", 1, [line], reverse("sessions:home"), "Ir a mi turno", is_late=True)


def _cases(user: User) -> Iterator[Waiting]:
    today = clock.today()
    counts = inbox_counts(user, today=today)
    address = reverse("inbox:inbox")
    for title, pile, count, is_late in (
        ("Casos vencidos", "VENCIDOS", counts.late, True),
        ("Casos que vencen hoy", "HOY", counts.today, True),
        ("Casos canalizados a mi área", "CANALIZADOS", counts.routed, False),
        ("Casos sin tomar", "POR-TOMAR", counts.untaken, False),
    ):
        cases = inbox_pile(user, pile, today=today).order_by("due_on", "pk")[:SHOWN] if count else ()
        lines = [
            Line(
                f"{case.document.folio}, {case.matter}", es_mx.format_short_date(case.due_on),
                reverse("cases:case", args=[case.pk]),
            )
            for case in cases
        ]  # fmt: skip
        yield Waiting(title, "lifebuoy", count, lines, f"{address}?pila={pile}", "Ver en la bandeja", is_late=is_late)


_PILES: tuple[tuple[str, Callable[[User], Iterator[Waiting]]], ...] = (
    *ATTENTION_PILES,
    *AGENDA_PILES,
    *BOOK_PILES,
    *STREET_PILES,
    *REDUCTION_PILES,
    *AGREEMENT_PILES,
    *ADJUSTMENT_PILES,
    *TARIFF_PILES,
    *GUIDELINE_PILES,
    ("cashier.take_payment", _session_left_open),
    ("cases.view_case", _cases),
    ("imports.view_importbatch", _failed_imports),
    *BILLING_PILES,
    ("billing.approve_run", _runs_to_approve),
    ("billing.issue_run", _runs_to_issue),
    ("metering.view_readinground", _readings_in_review),
    ("cashier.review_session", _closes_to_review),
    ("cashier.resolve_claim", _claims_to_resolve),
    ("cashier.apply_voucher", _vouchers_to_apply),
    ("cashier.authorise_refund", _refunds_to_decide),
    ("cashier.pay_refund", _refunds_to_pay),
    ("registry.resolve_flag", _padron_flags),
    ("cashier.propose_resolution", _bank_to_propose),
    ("cashier.approve_resolution", _bank_to_approve),
)
