"""What the page of an account says: its state, what it owes, what can be done now and why something cannot."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, Q, Subquery, TextField
from django.db.models.functions import Cast, JSONObject
from django.urls import reverse
from django.utils import timezone

from cauce.agreements.models import Prepayment
from cauce.agreements.queries import agreements_of
from cauce.agreements.rules import LIVE_AGREEMENTS, LIVE_PREPAYMENTS, PENDING_AGREEMENTS
from cauce.announcements.queries import announcements_for
from cauce.billing.models import Adjustment, Bill
from cauce.cashier.queries.claims import claims_of
from cauce.core import clock, es_mx
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.ledger.queries import DebtSummary, collection_law, debt_summary
from cauce.metering.models import MeterInstallation, MeterLoss, MeterShare
from cauce.metering.queries import consumption_series, current_installation
from cauce.registry.models import Account, Connection, Hold
from cauce.tariffs.rules import NoLawInForce
from cauce.users.models import User

UNDER_WAY = (Adjustment.State.PROPOSED, Adjustment.State.AUTHORISED)


@dataclass(frozen=True, slots=True)
class Badge:
    """A state of the account in a pill; ``tone`` is one of the design system's."""

    text: str
    tone: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that can be done with the account (``url``), or that cannot (``why_not``), and its key."""

    label: str
    detail: str
    icon: str
    url: str = ""
    why_not: str = ""
    key: str = ""
    opens_paper: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """A bar of the consumption chart and its row in the table; ``tone`` marks what was estimated."""

    label: str
    period: date
    volume_m3: int | None
    tone: str
    note: str


@dataclass(frozen=True, slots=True)
class Consumption:
    """Twelve months of consumption and their average over the months that have any."""

    months: list[Month]
    average_m3: int | None
    has_estimates: bool


@dataclass(frozen=True, slots=True)
class AccountHead:
    """What stands above every tab of an account."""

    account: Account
    holds: list[Hold]
    flags_pending: int
    badges: list[Badge]


STATE_TONES = {
    Account.State.ACTIVE: ("good", "circle-check"),
    Account.State.REDUCED: ("accent", "droplet"),
    Account.State.VOLUNTARY_SUSPENSION: ("note", "player-stop"),
    Account.State.CLOSED: ("bad", "circle-x"),
}


def account_head(account_id: int, *, on: date) -> AccountHead:
    """The account with its holder, place, holds in force and flags. Two queries.

    :raises Account.DoesNotExist: if there is none.
    """
    accounts = Account.objects.select_related("holder", "connection__premises", "route", "tariff_code")
    pending = Count("flags", filter=Q(flags__resolved_at__isnull=True))
    account = accounts.annotate(flags_pending=pending, **_standing()).get(pk=account_id)
    holds = list(account.holds.open_on(on).select_related("placed_by"))
    tone, icon = STATE_TONES[Account.State(account.state)]
    badges = [
        Badge(account.get_state_display(), tone, icon),
        Badge(f"{account.tariff_code_id} {account.tariff_code.name}", "teal"),
    ]
    badges += [Badge(hold.get_kind_display(), "accent", "hand-stop") for hold in holds]
    if account.lost_meter:  # type: ignore[attr-defined]
        badges.append(Badge("Medidor perdido", "accent", "alert-triangle"))
    if account.has_shared_meter:  # type: ignore[attr-defined]
        badges.append(Badge("Medidor compartido", "note", "arrows-exchange"))
    return AccountHead(account, holds, account.flags_pending, badges)  # type: ignore[attr-defined]


def _standing() -> dict[str, Exists | Subquery]:
    """What the account has open besides its debt: a lost meter, one that is shared, months paid ahead."""
    losses = MeterLoss.objects.filter(account=OuterRef("pk"), state=MeterLoss.State.OPEN)
    shares = MeterShare.objects.filter(account=OuterRef("pk"), valid_until__isnull=True)
    branches = Connection.objects.filter(parent=OuterRef("connection_id"))
    ahead = Prepayment.objects.filter(account=OuterRef("pk"), state__in=LIVE_PREPAYMENTS)
    return {
        "lost_meter": Subquery(losses.values("pk")[:1]),
        "has_shared_meter": Exists(shares),
        "has_branches": Exists(branches),
        "live_prepayment": Subquery(
            ahead.values(facts=JSONObject(pk="pk", series="document__series", number="document__number"))[:1]
        ),
    }


def debt_today(account: Account, *, on: date) -> DebtSummary | None:
    """What the account owes on the day; None while no law is loaded, since surcharges cannot be told."""
    try:
        return debt_summary(account.pk, on=on, law=collection_law(on))
    except NoLawInForce:
        return None


def consumption_of_year(account: Account, *, period: date) -> Consumption:
    """The twelve months that end with ``period``. One query."""
    points = consumption_series(account.pk, period, 12)
    marks = {"ESTIMATED": ("accent", "estimado"), "HISTORY": ("", "del sistema anterior")}
    months = []
    for point in points:
        tone, note = marks.get(point.source or "", ("", ""))
        label = es_mx.format_month(point.period)
        months.append(Month(label, point.period, point.volume_m3, tone, note))
    known = [month.volume_m3 for month in months if month.volume_m3 is not None]
    average = round(sum(known) / len(known)) if known else None
    return Consumption(months, average, any(month.tone for month in months))


def meter_of(account: Account) -> MeterInstallation | None:
    """The meter in place, or None with a flat fee. One query."""
    return current_installation(account.pk)


def latest_bill(account: Account) -> Bill | None:
    """The last bill that nothing replaces, with the adjustments of the account that are under way. One query."""
    under_way = Adjustment.objects.filter(account=OuterRef("account"), state__in=UNDER_WAY).order_by("-document")
    facts = JSONObject(
        pk="pk",
        series="document__series",
        number="document__number",
        state="state",
        difference=Cast("difference", TextField()),
    )
    return (
        Bill.objects.filter(account=account, replaced_by__isnull=True)
        .annotate(adjustments_under_way=ArraySubquery(under_way.values(facts=facts)))
        .select_related("document")
        .order_by("-period")
        .first()
    )


def doings(user: User, head: AccountHead, debt: DebtSummary | None, bill: Bill | None) -> list[Doing]:
    """What this person can do with the account now, the most asked for first; what cannot be done, last."""
    account = head.account
    can: list[Doing] = []
    cannot: list[Doing] = []
    under_way = _adjustments_under_way(user, bill)
    if user.has_perm("cashier.take_payment"):
        can.append(
            Doing(
                "Cobrar", "todo, una parte, un recibo o un anticipo", "cash",
                f"{reverse('desk:collect')}?cuentas={account.pk}", key="C",
            )
        )  # fmt: skip
    if not user.has_perm("billing.view_bill"):
        bill = None
    elif bill is None:
        cannot.append(Doing("Imprimir el último recibo", "", "printer", why_not="todavía no se le emite ninguno"))
    if bill is not None:
        paper = f"{bill.document.folio} · {es_mx.format_period(bill.period)} · {es_mx.format_money(bill.amount_due)}"
        can.append(
            Doing(
                "Imprimir el último recibo",
                paper,
                "printer",
                reverse("window:bill_pdf", args=[bill.pk]),
                opens_paper=True,
            )
        )
        can.append(
            Doing(
                "¿Por qué este importe?",
                "la cuenta del recibo, paso a paso",
                "calculator",
                reverse("window:bill", args=[bill.pk]) + "#prueba",
            )
        )
    if user.has_perm("ledger.view_transfer"):
        can.append(
            Doing(
                "Estado de cuenta", "movimientos y saldo, en papel", "file-text",
                reverse("window:statement_pdf", args=[account.pk]), opens_paper=True,
            )
        )  # fmt: skip
    can += _of_agreements(user, account, debt)
    can += _of_months_ahead(user, account, debt)
    can += under_way
    if bill is not None and user.has_perm("billing.propose_adjustment"):
        can.append(
            Doing(
                "Ajustar recibos", "error de lectura, fuga, tarifa equivocada, estimación", "scale",
                reverse("adjustments:new_adjustment", args=[account.pk]), key="J",
            )
        )  # fmt: skip
    if user.has_perm("cases.add_case"):
        can.append(
            Doing(
                "Levantar un caso", "solicitud, inconformidad, reporte o aclaración", "lifebuoy",
                f"{reverse('cases:new_case')}?cuenta={account.pk}", key="F8",
            )
        )  # fmt: skip
    if user.has_perm("workorders.book_inspection") and account.state != Account.State.CLOSED:
        can.append(
            Doing(
                "Agendar un aforo", "visita a la casa: fugas, muebles y prueba del medidor", "calendar-event",
                f"{reverse('inspections:new_inspection')}?cuenta={account.pk}", key="A",
            )
        )  # fmt: skip
    if user.has_perm("cashier.add_paymentorder"):
        can.append(
            Doing(
                "Orden de pago", "servicios, adeudo a una fecha o anticipo, para pasar a caja", "ticket",
                reverse("orders:account_order", args=[account.pk]), key="O",
            )
        )  # fmt: skip
    if debt is not None and debt.advance > ZERO and user.has_perm("cashier.add_refund"):
        can.append(
            Doing(
                "Pedir la devolución del saldo a favor", es_mx.format_money(debt.advance), "coin",
                reverse("corrections:new_refund", args=[account.pk]),
            )
        )  # fmt: skip
    if user.has_perm("registry.change_account"):
        can.append(
            Doing(
                "Corregir el padrón", "titular, domicilio, tarifa, servicios, ruta", "pencil",
                reverse("registry:account", args=[account.pk]),
            )
        )  # fmt: skip
    if head.flags_pending and user.has_perm("registry.resolve_flag"):
        can.append(
            Doing(
                "Atender los avisos", es_mx.count_of(head.flags_pending, "dato dudoso", "datos dudosos"), "flag",
                reverse("registry:account", args=[account.pk]) + "#avisos",
            )
        )  # fmt: skip
    if user.has_perm("registry.place_hold"):
        can.append(
            Doing(
                "Poner una retención", "inconformidad, recurso, amparo, pago en aclaración", "hand-stop",
                reverse("registry:place_hold", args=[account.pk]),
            )
        )  # fmt: skip
    if user.has_perm("collections.log_contact"):
        can.append(
            Doing(
                "Gestión de cobranza", "anotar con quién se habló y qué prometió", "phone",
                reverse("arrears:account_contacts", args=[account.pk]), key="G",
            )
        )  # fmt: skip
    can += _of_meter(user, account)
    if user.has_perm("cashier.add_paymentclaim"):
        can.append(
            Doing(
                "Registrar aclaración de pago", "pagó y no aparece: con su ficha", "hourglass",
                reverse("claims:new_claim", args=[account.pk]),
            )
        )  # fmt: skip
    if user.has_perm("cashier.view_paymentclaim") and Hold.Kind.PAYMENT_TRACED in {hold.kind for hold in head.holds}:
        can += [
            Doing(
                f"Ver la aclaración {claim.document.folio}",
                f"{claim.get_state_display().lower()}: {es_mx.format_money(claim.amount)}", "hourglass",
                reverse("claims:claim", args=[claim.pk]),
            )
            for claim in claims_of(account.pk)
        ]  # fmt: skip
    cannot += _closed_doors(account, debt)
    return can + cannot


def _of_agreements(user: User, account: Account, debt: DebtSummary | None) -> list[Doing]:
    """Making an agreement or following the one there is, and letting surcharges go."""
    can: list[Doing] = []
    owed = debt is not None and debt.overdue > ZERO
    found = None
    if user.has_perm("agreements.view_paymentagreement"):
        found = agreements_of(account.pk).filter(state__in=PENDING_AGREEMENTS | LIVE_AGREEMENTS).first()
    if found is not None:
        can.append(
            Doing(
                f"Convenio {found.document.folio}", found.get_state_display().lower(), "writing-sign",
                reverse("agreements:agreement", args=[found.pk]), key="V",
            )
        )  # fmt: skip
    elif owed and user.has_perm("agreements.sign_agreement"):
        can.append(
            Doing(
                "Convenir pagos", "simular parcialidades, con enganche y pagarés", "writing-sign",
                reverse("agreements:new_agreement", args=[account.pk]), key="V",
            )
        )  # fmt: skip
    late = ZERO if debt is None else sum((period.late for period in debt.periods), ZERO)
    if late > ZERO and user.has_perm("agreements.ask_waiver"):
        can.append(
            Doing(
                "Condonar recargos", f"debe {es_mx.format_money(late)} de recargos", "scale",
                reverse("waivers:new_waiver", args=[account.pk]),
            )
        )  # fmt: skip
    return can


def _of_months_ahead(user: User, account: Account, debt: DebtSummary | None) -> list[Doing]:
    """Following the months that are paid ahead, or offering them to who owes nothing overdue."""
    live = account.live_prepayment  # type: ignore[attr-defined]
    if live and user.has_perm("agreements.view_prepayment"):
        folio = Document(series=live["series"], number=live["number"]).folio
        return [
            Doing(
                f"Anualidad {folio}", "lo pagado por anticipado, mes por mes", "calendar-stats",
                reverse("prepayments:prepayment", args=[live["pk"]]),
            )
        ]  # fmt: skip
    owes = debt is not None and debt.overdue > ZERO
    if owes or account.state != Account.State.ACTIVE or not user.has_perm("agreements.offer_prepayment"):
        return []
    return [
        Doing(
            "Pago anticipado", "cotizar los meses que quedan del año, con el descuento de la ley", "calendar-stats",
            reverse("prepayments:new_prepayment", args=[account.pk]),
        )
    ]  # fmt: skip


def _of_meter(user: User, account: Account) -> list[Doing]:
    """The meter that was lost or may be reported so, and who else it serves."""
    can: list[Doing] = []
    lost = account.lost_meter  # type: ignore[attr-defined]
    is_shared = account.has_shared_meter or account.has_branches  # type: ignore[attr-defined]
    if lost and user.has_perm("metering.view_reading"):
        can.append(
            Doing(
                "Medidor robado o destruido", "lo que se estima mientras tanto y su reposición", "alert-triangle",
                reverse("losses:loss", args=[lost]),
            )
        )  # fmt: skip
    elif user.has_perm("metering.report_loss"):
        can.append(
            Doing(
                "Medidor robado o destruido", "reportarlo con su denuncia o acta", "alert-triangle",
                reverse("losses:report", args=[account.pk]),
            )
        )  # fmt: skip
    sees = is_shared or account.connection.parent_id is not None
    if user.has_perm("metering.share_meter") or (sees and user.has_perm("metering.view_reading")):
        can.append(
            Doing(
                "Medidor compartido", "quién lo comparte, tomas que salen de otra", "arrows-exchange",
                reverse("sharing:account_meter", args=[account.pk]),
            )
        )  # fmt: skip
    return can


def _adjustments_under_way(user: User, bill: Bill | None) -> list[Doing]:
    """The adjustments that wait for somebody; an account without bills has none."""
    if bill is None or not user.has_perm("billing.view_adjustment"):
        return []
    return [
        Doing(
            f"Ajuste {Document(series=found['series'], number=found['number']).folio}",
            f"{Adjustment.State(found['state']).label.lower()}: {es_mx.format_money(Decimal(found['difference']))}",
            "scale",
            reverse("adjustments:adjustment", args=[found["pk"]]),
        )
        for found in bill.adjustments_under_way  # type: ignore[attr-defined]
    ]


def _closed_doors(account: Account, debt: DebtSummary | None) -> list[Doing]:
    if account.state == Account.State.CLOSED:
        return [Doing("Facturar", "", "file-invoice", why_not="la cuenta está cancelada; conserva su adeudo")]
    if account.state == Account.State.VOLUNTARY_SUSPENSION:
        return [Doing("Facturar", "", "file-invoice", why_not="está en suspensión voluntaria; conserva su adeudo")]
    if debt is not None and debt.overdue > ZERO:
        overdue = es_mx.format_money(debt.overdue)
        return [Doing("Declarar sin adeudo", "", "certificate", why_not=f"tiene vencidos {overdue}")]
    return []


def alerts(head: AccountHead, *, lacks_law: bool) -> list[str]:
    """Sentences that whoever attends must read first. One query: what is announced to the account."""
    said = [f"{hold.get_kind_display()}: {hold.reason}" for hold in head.holds]
    said += [
        f"{told.title}, hasta el {es_mx.format_datetime(timezone.localtime(told.ends_at))}: {told.body}"
        for told in announcements_for(head.account, clock.now())
    ]
    if head.account.holder.died_on is not None:
        said.append(f"El titular falleció el {es_mx.format_date(head.account.holder.died_on)}: no puede firmar.")
    if lacks_law:
        said.append("No hay una ley cargada que rija hoy: los recargos no pueden calcularse.")
    return said


def to_pay(debt: DebtSummary) -> Decimal:
    """What settles the account today: all that is owed less the money in favour that can pay it (pesos)."""
    return debt.exact
