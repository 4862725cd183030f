"""The file of a debtor on one page: what it owes, what it was told, and what keeps its service from being touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cauce.agreements.models import PaymentAgreement
from cauce.agreements.queries import agreements_of
from cauce.collections.models import CollectionContact, Infraction, LadderAct, OrderRecall, WaterVoucher
from cauce.collections.queries.contacts import contacts_of
from cauce.collections.queries.ladder import acts_of_account
from cauce.collections.queries.reduction import ServiceFile, limiting_orders, persons_of, service_file
from cauce.collections.rules.by_use import ACTION_NAMES, REDUCTION, vital_minimum
from cauce.ledger.queries import DebtSummary, collection_law, debt_summary
from cauce.registry.models import Account, AccountRole, Hold
from cauce.workorders.models import InspectionAct, WorkOrder

_MOST_CONTACTS = 6


@dataclass(frozen=True, slots=True)
class DebtorFile:
    """Everything that who authorises must have before their eyes."""

    act: LadderAct
    account: Account
    service: ServiceFile
    debt: DebtSummary
    acts: Sequence[LadderAct]
    agreements: Sequence[PaymentAgreement]
    roles: Sequence[AccountRole]
    counted: InspectionAct | None
    holds: Sequence[Hold]
    orders: Sequence[WorkOrder]
    recalls: Sequence[OrderRecall]
    vouchers: Sequence[WaterVoucher]
    infractions: Sequence[Infraction]
    contacts: Sequence[CollectionContact]

    @property
    def action(self) -> str:
        """What the table by use lets be done, as it is read."""
        terms = self.service.terms
        return "Su uso no está en la tabla" if terms is None else ACTION_NAMES[terms.action]

    @property
    def persons(self) -> int | None:
        """How many live there: those of its last vale de agua, or those that an aforo counted; None if nobody did."""
        if self.vouchers:
            return self.vouchers[0].persons
        return None if self.counted is None else self.counted.persons

    @property
    def litres_a_day(self) -> int | None:
        """What the home keeps in a day; None when nothing is left running by law."""
        terms = self.service.terms
        if terms is None or terms.action != REDUCTION:
            return None
        return vital_minimum(self.persons, terms)


def debtor_file(act_id: int, *, day: date) -> DebtorFile:
    """The file of an act's account on a day.

    :raises LadderAct.DoesNotExist: if there is no such act.
    """
    acts = LadderAct.objects.select_related(
        "step",
        "batch__document",
        "order__document",
        "order__type",
        "authorised_by",
        "account__holder",
        "account__tariff_code",
        "account__route__sector",
        "account__connection__premises",
    )
    act = acts.get(pk=act_id)
    account = act.account
    return DebtorFile(
        act=act,
        account=account,
        service=service_file(act, day=day),
        debt=debt_summary(account.pk, on=day, law=collection_law(day)),
        acts=list(acts_of_account(account.pk)),
        agreements=list(agreements_of(account.pk)),
        roles=list(_roles(account, day)),
        counted=persons_of(account.pk),
        holds=list(Hold.objects.open_on(day).filter(account=account).select_related("placed_by").order_by("pk")),
        orders=list(limiting_orders(account.pk)),
        recalls=list(recalls_of(account.pk)),
        vouchers=list(WaterVoucher.objects.filter(account=account).select_related("document").order_by("-pk")),
        infractions=list(Infraction.objects.filter(account=account).select_related("document").order_by("-pk")),
        contacts=list(contacts_of(account.pk)[:_MOST_CONTACTS]),
    )


def recalls_of(account_id: int) -> Sequence[OrderRecall]:
    """How each meeting of a payment with an order of an account was decided, the last first."""
    found = OrderRecall.objects.filter(account_id=account_id)
    return list(found.select_related("order__document", "reconnection__document", "by").order_by("-pk"))


def _roles(account: Account, day: date) -> Sequence[AccountRole]:
    found = AccountRole.objects.filter(account=account, valid_from__lte=day).select_related("customer")
    return [role for role in found.order_by("pk") if role.valid_until is None or role.valid_until > day]
