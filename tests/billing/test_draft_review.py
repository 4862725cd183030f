"""A draft run is compared with the months before; what is unusual is looked at and a sample is checked by hand."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext

from cauce.billing.models import Bill, BillingRun, DraftBounds, DraftComparison, SampledDraft, UnusualDraft
from cauce.billing.operations import (
    BoundsRejected,
    DraftNotChangeable,
    UnusualNotLookedAt,
    approve_run,
    check_sampled,
    load_draft_bounds,
    look_at_unusual,
)
from cauce.billing.operations.draft_review import compare_drafts
from cauce.billing.queries.draft_review import draft_review
from cauce.users.models import User
from tests.billing.cycles import OCTOBER, an_account, computed, issued, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law")]
FILE = settings.OFFICE_DIR / "cortazar" / "facturacion.yaml"


@pytest.fixture
def bounds(at: datetime, clerk: User) -> DraftBounds:
    load_draft_bounds(path=FILE, at=at, by=clerk)
    return DraftBounds.objects.get()


@pytest.fixture
def october(at: datetime, clerk: User, approver: User) -> BillingRun:
    """October after a September: one account that jumps, one that falls, one as always."""
    jumps, falls, same = an_account(m3=10), an_account(m3=90), an_account(m3=20)
    issued(at=at, by=clerk, approved_by=approver)
    load_draft_bounds(path=FILE, at=at, by=clerk)
    for account, m3 in ((jumps, 120), (falls, 3), (same, 20)):
        read(account, m3, OCTOBER)
    return computed(at=at, by=clerk, period=OCTOBER)


def test_the_bounds_of_a_file_are_taken_once(bounds: DraftBounds, at: datetime, clerk: User):
    assert load_draft_bounds(path=FILE, at=at, by=clerk) == 0
    assert DraftBounds.objects.count() == 1


def test_bounds_that_are_not_figures_are_refused_by_name(tmp_path: Path, at: datetime, clerk: User):
    path = tmp_path / "facturacion.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").replace("sube_veces: 3 ", "sube_veces: tres "), encoding="utf-8")
    with pytest.raises(BoundsRejected, match="«cuenta: sube_veces» debe ser un número"):
        load_draft_bounds(path=path, at=at, by=clerk)
    assert not DraftBounds.objects.exists()


def test_without_bounds_nothing_is_unusual_and_a_run_is_approved_as_before(at: datetime, clerk: User, approver: User):
    an_account(m3=900)
    run = computed(at=at, by=clerk)
    assert not UnusualDraft.objects.exists()
    assert approve_run(run, at=at, by=approver).approval_note == ""


def test_what_jumps_or_falls_against_the_month_before_is_unusual(october: BillingRun):
    found = UnusualDraft.objects.filter(run=october).order_by("account__number").values_list("code", flat=True)
    assert list(found) == ["SUBE_CONTRA_MES", "BAJA_CONTRA_MES"]
    jump = UnusualDraft.objects.get(run=october, code="SUBE_CONTRA_MES")
    before = Bill.objects.get(account=jump.account)
    assert (jump.compared_with, jump.bound) == (before.total, before.total * 3)
    assert jump.drafted > before.total * 3


def test_more_than_the_most_is_unusual_without_anything_to_compare_it_with(
    bounds: DraftBounds, at: datetime, clerk: User
):
    an_account(m3=501)
    run = computed(at=at, by=clerk)
    found = UnusualDraft.objects.get(run=run, code="M3_PASA_DEL_MAXIMO")
    assert (found.compared_with, found.bound) == (Decimal("501.00"), Decimal("500.00"))


def test_each_route_use_and_concept_is_compared_with_the_bills_of_the_same_accounts(october: BillingRun):
    september = sum(Bill.objects.values_list("total", flat=True))
    for kind in DraftComparison.Kind:
        groups = DraftComparison.objects.filter(run=october, kind=kind)
        assert sum(group.drafted for group in groups) == Decimal(october.totals["total"])
        assert sum(group.previous or 0 for group in groups) == september
        assert {group.last_year for group in groups} == {None}


def test_the_sample_has_each_tariff_unusual_or_not_and_each_boundary_and_is_the_same_each_time(
    october: BillingRun, at: datetime, clerk: User
):
    drawn = list(SampledDraft.objects.filter(run=october).order_by("account").values_list("account", "stratum"))
    assert {stratum.split(" ", 1)[1] for _, stratum in drawn} == {"fuera de lo común", "frontera 20 m³"}
    compare_drafts(october)
    again = list(SampledDraft.objects.filter(run=october).order_by("account").values_list("account", "stratum"))
    assert again == drawn


def test_comparing_asks_the_same_queries_for_any_number_of_drafts(october: BillingRun):
    with CaptureQueriesContext(connection) as asked:
        compare_drafts(october)
    assert len(asked) <= 9


def test_a_run_with_something_unusual_is_approved_once_it_was_looked_at_or_with_a_reason(
    october: BillingRun, at: datetime, clerk: User, approver: User
):
    with pytest.raises(UnusualNotLookedAt, match="2 prefacturas fuera de lo común"):
        approve_run(october, at=at, by=approver)
    every = list(UnusualDraft.objects.filter(run=october).values_list("pk", flat=True))
    with pytest.raises(DraftNotChangeable, match="qué encontró"):
        look_at_unusual(october, unusual=every, note="", at=at, by=approver)
    assert look_at_unusual(october, unusual=every, note="Fuga reparada", at=at, by=approver) == 2
    assert look_at_unusual(october, unusual=every, note="Otra vez", at=at, by=approver) == 0
    for sampled in SampledDraft.objects.filter(run=october):
        check_sampled(sampled, is_right=True, note="", at=at, by=clerk)
    assert not draft_review(october).is_pending
    assert approve_run(october, at=at, by=approver).approval_note == ""


def test_a_reason_lets_approve_what_was_not_looked_at_and_stays_with_the_run(
    october: BillingRun, at: datetime, approver: User
):
    run = approve_run(october, note="Se verá en la calle", at=at, by=approver)
    assert run.approval_note == "Se verá en la calle"


def test_a_sample_that_came_out_wrong_says_what_and_stops_the_approval(
    october: BillingRun, at: datetime, clerk: User, approver: User
):
    sampled = SampledDraft.objects.filter(run=october).first()
    assert sampled is not None
    with pytest.raises(DraftNotChangeable, match="qué está mal"):
        check_sampled(sampled, is_right=False, note="", at=at, by=clerk)
    check_sampled(sampled, is_right=False, note="El drenaje no va", at=at, by=clerk)
    assert draft_review(october).wrong == 1
    with pytest.raises(UnusualNotLookedAt, match="1 salieron mal"):
        approve_run(october, at=at, by=approver)


def test_nothing_of_the_review_changes_once_it_is_approved(october: BillingRun, at: datetime, approver: User):
    approve_run(october, note="Urge", at=at, by=approver)
    every = list(UnusualDraft.objects.values_list("pk", flat=True))
    with pytest.raises(DraftNotChangeable):
        look_at_unusual(october, unusual=every, note="Tarde", at=at, by=approver)


def test_a_bill_that_was_issued_is_never_edited_nor_deleted(at: datetime, clerk: User, approver: User):
    an_account(m3=18)
    issued(at=at, by=clerk, approved_by=approver)
    for act in (lambda: Bill.objects.update(total=0), lambda: Bill.objects.all().delete()):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            act()
    assert Bill.objects.count() == 1
