"""The agreements of the town: one signed by its holder, one that waits for the head, and a waiver that waits."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings

from cauce.agreements.models import PaymentAgreement, PromissoryNote, SurchargeWaiver
from cauce.agreements.operations import (
    load_agreement_policy,
    propose_agreement,
    request_waiver,
    sign_agreement,
)
from cauce.agreements.rules import Terms
from cauce.core import clock
from cauce.core.periods import add_months, period_of
from cauce.documents.operations import store_file
from cauce.registry.models import Account
from tests.backoffice.town import Town
from tests.ledger.debts import a_debt, make_account, make_party, write_debts

POLICY = settings.BASE_DIR / "office" / "cortazar" / "convenios.yaml"
PDF = b"%PDF-1.4 carta poder de prueba"


@dataclass(frozen=True, slots=True)
class AgreementsTown:
    """What the screens of agreements show."""

    signed: PaymentAgreement
    asked: PaymentAgreement
    note: PromissoryNote
    waiver: SurchargeWaiver


def load_policy(town: Town) -> None:
    """The policy in force."""
    load_agreement_policy(path=POLICY, at=clock.now(), by=town.staff["jefe"])


def a_debtor(town: Town, months: int, *, name: str = "ROSA ALBA MENDOZA", water: str = "180.35") -> Account:
    """An account that owes nothing but so many overdue months."""
    account = make_account(holder=make_party(name))
    today = clock.today()
    entries = []
    for back in range(months, 0, -1):
        period = add_months(period_of(today), -back - 1)
        due_on = period.replace(day=20)
        entries += [
            a_debt(account, "AGUA", water, due_on, period=period),
            a_debt(account, "ALCANTARILLADO", "36.07", due_on, period=period),
            a_debt(account, "IVA", "5.77", due_on, period=period),
        ]
    write_debts(entries, at=clock.now(), by=town.staff["facturacion"])
    return account


def agreements_town(town: Town) -> AgreementsTown:
    """Make them, or find them if this database has them."""
    signed = PaymentAgreement.objects.filter(key="town/agreement").first()
    if signed is None:
        _make(town)
        signed = PaymentAgreement.objects.get(key="town/agreement")
    return AgreementsTown(
        signed,
        PaymentAgreement.objects.get(key="town/agreement-asked"),
        signed.notes.select_related("document", "agreement").order_by("number")[0],
        SurchargeWaiver.objects.get(key="town/waiver"),
    )


def _make(town: Town) -> None:
    load_policy(town)
    now, by = clock.now(), town.staff["coordinador"]
    debtor = a_debtor(town, 3)
    deep = a_debtor(town, 4, name="JUAN SALDAÑA LEAL")
    other = a_debtor(town, 6, name="EVA RICO LARA", water="900.00")
    signed = propose_agreement(
        account=debtor,
        terms=Terms(Decimal("150.00"), 3),
        obligor=make_party("ANA MENDOZA RUIZ"),
        capacity=PaymentAgreement.Capacity.PROXY,
        proxy_file=store_file(name="carta.pdf", content=PDF, at=now, by=by),
        guarantor=make_party("LUIS PRADO SOTO"),
        at=now,
        by=by,
        key="town/agreement",
    )
    sign_agreement(agreement=signed, at=now, by=by, key="town/agreement-signed")
    propose_agreement(
        account=deep,
        terms=Terms(Decimal("200.00"), 6),
        reason="Perdió el empleo en agosto.",
        at=now,
        by=by,
        key="town/agreement-asked",
    )
    request_waiver(
        account=other, amount=Decimal("250.00"), reason="Se le cobró doble.", at=now, by=by, key="town/waiver"
    )
