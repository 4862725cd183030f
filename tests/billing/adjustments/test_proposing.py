"""An adjustment is proposed with its quote, and refused in words when it cannot be: nothing is left half done."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from cauce.agreements.operations import propose_agreement, sign_agreement
from cauce.agreements.rules import Terms
from cauce.billing.models import AdjustedBill, Adjustment, AdjustmentPolicy, Bill, BillingRun
from cauce.billing.operations import (
    AdjustmentNotReady,
    AdjustmentRefused,
    Evidence,
    apply_adjustment,
    authorise_adjustment,
    propose_adjustment,
    refuse_adjustment,
    withdraw_adjustment,
)
from cauce.billing.rules.adjustments import Correction
from cauce.registry.models import StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.users.models import User
from tests.agreements.conftest import policy as agreement_policy
from tests.billing.adjustments.correcting import (
    AVERAGE,
    BOARD,
    LEAK,
    READING,
    applied,
    evidence_of,
    live_bill_of,
    nothing_is_broken,
    proposed,
)
from tests.billing.cycles import SEPTEMBER, an_account, issued, read
from tests.ledger.debts import make_party

__all__ = ["agreement_policy"]
pytestmark = pytest.mark.django_db
State = Adjustment.State


def test_a_proposal_says_who_decides_and_why_line_by_line(bill: Bill, coordinator: User, at: datetime) -> None:
    made = proposed(bill, at=at, by=coordinator, m3=20)

    row = made.bills.get()
    assert made.document.folio == "AJ-000001"
    assert (made.state, made.authoriser, made.needs_board) == (State.PROPOSED, "jefe", False)
    assert row.before == bill.total and row.after == row.before + made.difference < row.before
    assert row.quote["m3"] == 20 and row.quote["proof"]["steps"]
    assert all(finding["met"] for finding in made.findings)
    assert "la política llega a $5,000.00" in made.findings[0]["sentence"]
    assert [file.document_name for file in made.files.all()] == ["Acta de aforo o fotografía del medidor"]


def test_outside_the_policy_the_director_decides(bill: Bill, coordinator: User, head: User, at: datetime) -> None:
    late = at + timedelta(days=240)
    made = proposed(bill, at=late, by=coordinator, m3=20)

    assert made.authoriser == "director"
    assert [finding["met"] for finding in made.findings] == [True, False, True]
    with pytest.raises(AdjustmentRefused, match="Director General"):
        authorise_adjustment(adjustment=made, at=late, by=head)


def test_over_the_limit_the_resolution_of_the_consejo_is_needed(
    bill: Bill, coordinator: User, director: User, clerk: User, at: datetime
) -> None:
    rules = AdjustmentPolicy.objects.get(kind=BOARD)
    AdjustmentPolicy.objects.create(
        kind=BOARD, name=rules.name, state="IN_FORCE", valid_from=rules.valid_from, legal_basis="Prueba",
        rules=rules.rules | {"limite": "10.00", "limite_director": "10.00"}, sha256="b" * 64, proposed_at=at,
        proposed_by=clerk, resolution="CD-1", resolved_on=at.date(),
    )  # fmt: skip
    made = proposed(bill, BOARD, at=at, by=coordinator, percent=Decimal(100))

    assert (made.authoriser, made.needs_board, made.bills.get().after) == ("director", True, Decimal(0))
    for missing in ({}, {"resolution": "CD-9/2026"}, {"resolution": "CD-9/2026", "resolved_on": date(2030, 1, 1)}):
        with pytest.raises(AdjustmentRefused, match="número del acuerdo"):
            authorise_adjustment(adjustment=made, **missing, at=at, by=director)
    granted = authorise_adjustment(adjustment=made, resolution="CD-9/2026", resolved_on=at.date(), at=at, by=director)
    done = apply_adjustment(adjustment=granted, at=at, by=clerk, key="a")
    assert live_bill_of(bill.account, SEPTEMBER).total == 0
    assert (done.resolution, done.difference) == ("CD-9/2026", -bill.total)
    nothing_is_broken()


@pytest.mark.parametrize(
    ("kind", "asked", "said"),
    [
        (LEAK, {"percent": Decimal("150")}, "es mayor que el recibo"),
        (LEAK, {"percent": Decimal("60")}, "a lo más 50 %"),
        (LEAK, {"percent": Decimal("0")}, "mayor que cero"),
        (READING, {}, "Escriba el consumo correcto"),
        (READING, {"m3": 60}, "queda igual"),
        (READING, {"m3": -1}, "no puede ser negativo"),
        (AVERAGE, {}, "no tiene meses medidos"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    bill: Bill, coordinator: User, at: datetime, kind: str, asked: dict[str, object], said: str
) -> None:
    with pytest.raises(AdjustmentRefused, match=said):
        proposed(bill, kind, at=at, by=coordinator, **asked)
    assert not Adjustment.objects.exists()


def test_without_evidence_or_reason_nothing_is_proposed(bill: Bill, coordinator: User, at: datetime) -> None:
    asked = {"account": bill.account, "kind": READING, "bills": [(bill, Correction(m3=20))], "at": at}
    with pytest.raises(AdjustmentRefused, match="Falta adjuntar «Acta de aforo"):
        propose_adjustment(**asked, reason="Mal leído", evidence=[], by=coordinator, key="a")
    other = [Evidence("Otra cosa", evidence_of(READING, at=at, by=coordinator)[0].file)]
    with pytest.raises(AdjustmentRefused, match="Falta adjuntar"):
        propose_adjustment(**asked, reason="Mal leído", evidence=other, by=coordinator, key="a")
    with pytest.raises(AdjustmentRefused, match="por qué se ajusta"):
        propose_adjustment(
            **asked, reason=" ", evidence=evidence_of(READING, at=at, by=coordinator), by=coordinator, key="a"
        )
    assert not Adjustment.objects.exists()


def test_one_adjustment_at_a_time_and_never_on_a_replaced_bill(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    first = proposed(bill, at=at, by=coordinator, m3=20)
    with pytest.raises(AdjustmentRefused, match="ya tiene en curso el ajuste AJ-000001"):
        proposed(bill, at=at, by=coordinator, m3=30)
    applied(first, at=at, by=clerk, head=head)
    with pytest.raises(AdjustmentRefused, match="ya fue sustituido por el R-"):
        proposed(bill, at=at, by=coordinator, m3=30)
    assert proposed(live_bill_of(bill.account, SEPTEMBER), at=at, by=coordinator, m3=30).state == State.PROPOSED


def test_a_bill_of_a_run_that_is_being_issued_waits(bill: Bill, coordinator: User, at: datetime) -> None:
    assert bill.run is not None
    bill.run.state = BillingRun.State.ISSUING

    with pytest.raises(AdjustmentRefused, match="todavía se está emitiendo"):
        proposed(bill, at=at, by=coordinator, m3=20)


def test_bills_of_an_agreement_are_refused_saying_what_to_do(
    bill: Bill, agreement_policy: object, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    made = proposed(bill, at=at, by=coordinator, m3=20)
    late = at + timedelta(days=30)
    terms = Terms(down_payment=Decimal("400.00"), instalments=3)
    agreement = propose_agreement(account=bill.account, terms=terms, at=late, by=coordinator, key="convenio")
    sign_agreement(agreement=agreement, at=late, by=coordinator, key="firma")
    authorise_adjustment(adjustment=made, at=late, by=head)

    with pytest.raises(AdjustmentRefused, match=f"está en el convenio {agreement.document.folio}: cancele primero"):
        apply_adjustment(adjustment=made, at=late, by=clerk, key="a")
    assert Bill.objects.filter(account=bill.account).count() == 1
    nothing_is_broken()


def test_who_proposes_does_not_decide_and_nobody_acts_on_their_own_account(
    bill: Bill, coordinator: User, head: User, clerk: User, at: datetime
) -> None:
    coordinator.groups.set(head.groups.all())
    made = proposed(bill, at=at, by=coordinator, m3=20)
    for decide, said in ((authorise_adjustment, {}), (refuse_adjustment, {"note": "No"})):
        with pytest.raises(AdjustmentRefused, match="Quien propone"):
            decide(adjustment=made, **said, at=at, by=coordinator)
    declare_link(user=head, customer=bill.account.holder, kind=StaffLink.Kind.RELATIVE, note="Tía", at=at, by=clerk)
    with pytest.raises(OwnAccount):
        authorise_adjustment(adjustment=made, at=at, by=head)
    with pytest.raises(OwnAccount):
        proposed(bill, at=at, by=head, m3=30)


def test_refusing_and_withdrawing_say_why_and_free_the_bill(
    bill: Bill, coordinator: User, head: User, at: datetime
) -> None:
    made = proposed(bill, at=at, by=coordinator, m3=20)
    with pytest.raises(AdjustmentRefused, match="por qué se niega"):
        refuse_adjustment(adjustment=made, note=" ", at=at, by=head)
    assert refuse_adjustment(adjustment=made, note="El aforo no lo prueba", at=at, by=head).state == State.REFUSED
    with pytest.raises(AdjustmentNotReady, match="negado"):
        authorise_adjustment(adjustment=made, at=at, by=head)
    second = proposed(bill, at=at, by=coordinator, m3=20)
    with pytest.raises(AdjustmentRefused, match="por qué se retira"):
        withdraw_adjustment(adjustment=second, note="", at=at, by=coordinator)
    withdraw_adjustment(adjustment=second, note="Se repite el aforo", at=at, by=coordinator)
    assert not AdjustedBill.objects.filter(is_open=True).exists()


def test_bills_of_several_months_are_corrected_at_once(
    bill: Bill, coordinator: User, head: User, clerk: User, approver: User, at: datetime
) -> None:
    october = date(2026, 10, 1)

    read(bill.account, 70, october)
    issued(at=at + timedelta(days=20), by=clerk, approved_by=approver, period=october)
    both = [bill, live_bill_of(bill.account, october)]
    later = at + timedelta(days=25)
    made = applied(proposed(both, at=later, by=coordinator, m3=15), at=later, by=clerk, head=head)

    assert made.bills.count() == 2
    assert [live_bill_of(bill.account, month).volume_m3 for month in (SEPTEMBER, october)] == [15, 15]
    nothing_is_broken()


def test_bills_of_two_accounts_or_twice_the_same_are_refused(
    bill: Bill, coordinator: User, clerk: User, at: datetime
) -> None:
    other = an_account(m3=10, holder=make_party("OTRO TITULAR"))
    files = evidence_of(READING, at=at, by=coordinator)
    asked = {"kind": READING, "reason": "Mal", "evidence": files, "at": at, "by": coordinator, "key": "k"}
    with pytest.raises(AdjustmentRefused, match="una sola cuenta"):
        propose_adjustment(account=other, bills=[(bill, Correction(m3=20))], **asked)
    with pytest.raises(AdjustmentRefused, match="una sola vez"):
        propose_adjustment(account=bill.account, bills=[(bill, Correction(m3=20))] * 2, **asked)
    with pytest.raises(AdjustmentRefused, match="al menos un recibo"):
        propose_adjustment(account=bill.account, bills=[], **asked)


def test_the_same_key_proposes_once(bill: Bill, coordinator: User, at: datetime) -> None:
    first = proposed(bill, at=at, by=coordinator, m3=20, key="misma")

    assert proposed(bill, at=at, by=coordinator, m3=20, key="misma").pk == first.pk
    assert Adjustment.objects.count() == 1
