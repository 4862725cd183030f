"""Whose service may be touched on a day, and what keeps the rest from it: in bulk, for a whole relación."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from cauce.collections.models import LadderAct, LadderStep, ServiceRule
from cauce.collections.queries.ladder import owing_of, present_ladder, rung_of, taken_of
from cauce.collections.rules.authorisation import ServiceStanding, service_blocks, threshold_of
from cauce.collections.rules.by_use import ServiceTerms, terms_for
from cauce.collections.rules.ladder import WAITING, names_of_uses, why_not
from cauce.core.es_mx import format_date
from cauce.registry.models import Account, Hold
from cauce.workorders.models import InspectionAct, WorkOrder, WorkOrderType
from cauce.workorders.rules.states import PENDING

SERVICE_KINDS = (LadderStep.Kind.AUTHORISATION, LadderStep.Kind.EXECUTION)


@dataclass(frozen=True, slots=True)
class ServiceFile:
    """A debtor's service on a day: what it owes, what may be done and what keeps it from being done.

    ``terms`` is None when the table by use has no row for it; ``blocks`` are sentences, none when it may be done.
    """

    overdue: Decimal
    months: int
    threshold: Decimal
    terms: ServiceTerms | None
    blocks: tuple[str, ...]

    @property
    def may(self) -> bool:
        """Whether it may be done."""
        return not self.blocks


def service_table() -> list[ServiceTerms]:
    """The table by use, in the order of its codes. One query."""
    return [
        ServiceTerms(
            code=rule.code,
            use_class=rule.use_class,
            activities=tuple(rule.activities),
            action=rule.action,
            litres_per_person_day=rule.litres_per_person_day,
            legal_basis=rule.legal_basis,
        )
        for rule in ServiceRule.objects.order_by("code")
    ]


def service_files(acts: Sequence[LadderAct], *, day: date) -> dict[int, ServiceFile]:
    """The service of each act's account on a day, by act; a dozen queries whatever their number.

    The acts bring their ``step`` and their ``account``.
    """
    ids = sorted({act.account_id for act in acts})
    if not ids:
        return {}
    accounts = Account.objects.select_related("tariff_code").in_bulk(ids)
    ladder, table = present_ladder(), service_table()
    owed, taken, orders, holds = owing_of(ids, day=day), taken_of(ids), _orders(ids), _holds(ids, day)
    found = {}
    for act in acts:
        account = accounts[act.account_id]
        use_class = account.tariff_code.use_class
        terms = terms_for(table, use_class=use_class, activity=account.activity)
        owing = owed[account.pk].owing._replace(holds=tuple(map(_said, holds[account.pk])))
        rung = ladder.rung(act.step_id) or rung_of(act.step)
        # The act itself is in hand, and is no reason against itself.
        others = [one for one in taken.get(account.pk, []) if not (one.step == act.step_id and one.state in WAITING)]
        standing = ServiceStanding(
            state=account.state,
            state_name=account.get_state_display(),
            action=None if terms is None else terms.action,
            use_name=names_of_uses([use_class]),
            order=orders.get(account.pk, ""),
        )
        blocks = (*why_not(ladder, rung, owing, others, day), *service_blocks(standing))
        found[act.pk] = ServiceFile(owing.debt, owing.months, threshold_of(act.step.min_debt), terms, blocks)
    return found


def service_file(act: LadderAct, *, day: date) -> ServiceFile:
    """The service of one act's account on a day."""
    return service_files([act], day=day)[act.pk]


def persons_of(account_id: int) -> InspectionAct | None:
    """The last acta of an aforo that counted the people of the home, None if nobody did."""
    acts = InspectionAct.objects.filter(inspection__account_id=account_id, persons__isnull=False)
    return acts.order_by("-inspected_at").first()


def limiting_orders(account_id: int) -> QuerySet[WorkOrder]:
    """The orders that limit, or limited, the service of an account for a debt, the last first."""
    orders = WorkOrder.objects.filter(account_id=account_id).filter(
        Q(refused_below__isnull=False) | Q(type__effect=WorkOrderType.Effect.REDUCED)
    )
    return orders.select_related("document", "type").order_by("-pk")


def accounts_to_recall(among: Collection[int] | None = None) -> list[int]:
    """The accounts that have something a payment could call back: an act or an order under way, or a limited service.

    ``among`` are the accounts to look at; without it, those whose service was limited by an order of ours.
    """
    ordered = WorkOrder.objects.filter(refused_below__isnull=False, state__in=PENDING)
    waiting = LadderAct.objects.filter(state__in=("SELECTED", "AUTHORISED", "ISSUED"), step__kind__in=SERVICE_KINDS)
    limited = Account.objects.filter(state=Account.State.REDUCED)
    if among is None:
        done = LadderAct.objects.filter(state=LadderAct.State.DONE, step__kind=LadderStep.Kind.EXECUTION)
        limited = limited.filter(pk__in=done.values("account_id"))
    found = Account.objects.filter(
        Q(pk__in=ordered.values("account_id")) | Q(pk__in=waiting.values("account_id")) | Q(pk__in=limited.values("pk"))
    )
    if among is not None:
        found = found.filter(pk__in=among)
    return list(found.order_by("pk").values_list("pk", flat=True))


def _holds(ids: Sequence[int], day: date) -> dict[int, list[Hold]]:
    found: dict[int, list[Hold]] = defaultdict(list)
    for hold in Hold.objects.open_on(day).filter(account_id__in=ids, stops_reduction=True).order_by("pk"):
        found[hold.account_id].append(hold)
    return found


def _said(hold: Hold) -> str:
    until = "" if hold.valid_until is None else f", hasta antes del {format_date(hold.valid_until)}"
    return f"{hold.get_kind_display().lower()}{until} ({hold.reason.strip().rstrip('.')})"


def _orders(ids: Sequence[int]) -> dict[int, str]:
    rows = WorkOrder.objects.filter(account_id__in=ids, refused_below__isnull=False, state__in=PENDING)
    return {order.account_id: order.document.folio for order in rows.select_related("document") if order.account_id}
