"""A case is received once, goes from hand to hand, is answered and closed, and says who has it and until when."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from cauce.cases.models import Case, CaseStep, CaseType, Channel, WindowTicket
from cauce.cases.operations import (
    AttachmentRefused,
    CaseElsewhere,
    CaseHeldByAnother,
    CaseOfAnotherArea,
    CaseRefused,
    IdleArea,
    accept_case,
    add_case_contact,
    attach_to_case,
    call_next_ticket,
    close_case,
    finish_ticket,
    leave_ticket,
    mark_duplicate,
    note_case,
    pause_case,
    receive_case,
    reopen_case,
    resolve_case,
    resume_case,
    return_case,
    route_case,
    route_cases,
    take_case,
    take_ticket,
    withdraw_case,
)
from cauce.cases.operations.refusals import TicketRefused
from cauce.cases.queries.cases import cases_that_say
from cauce.cases.queries.inbox import inbox_counts, inbox_pile
from cauce.documents.operations import FileTooLarge, UnknownFileType
from cauce.events.models import Event
from cauce.registry.models import Account, Hold, StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.users.models import Area, Holiday, User
from tests.cases.conftest import a_case, a_type

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n..."


def area(name: str) -> Area:
    return Area.objects.get(name=name)


def resolved(case: Case, by: User, at: datetime) -> Case:
    return resolve_case(case=case, outcome="UPHELD", resolution="Se ajusta el recibo.", at=at, by=by)


def test_a_case_is_received_with_its_folio_its_term_and_its_place(case: Case, account: Account) -> None:
    assert (case.document.folio, case.state, case.due_on) == ("INC-000001", "RECEIVED", date(2026, 9, 25))
    assert case.place == account.connection.premises.address
    assert case.matter == "Alto consumo"
    assert [step.kind for step in case.steps.all()] == ["RECEIVED"]
    assert Event.objects.get(kind="CASE_OPENED").account_id == account.pk


def test_received_twice_with_one_key_it_is_one(case: Case, high_bill: CaseType, laura: User, at: datetime) -> None:
    assert a_case(high_bill, laura, at, told="Otra cosa") == case
    assert Case.objects.count() == 1


def test_a_holiday_does_not_count(high_bill: CaseType, account: Account, laura: User, at: datetime) -> None:
    Holiday.objects.create(day=date(2026, 9, 23), name="Fiesta", legal_basis="Acuerdo")
    assert a_case(high_bill, laura, at, account=account).due_on == date(2026, 9, 28)


def test_a_passer_by_reports_a_leak_at_a_house_without_number(clerk: User, laura: User, at: datetime) -> None:
    leak = a_type(clerk, "FUGA", kind="REPORT", name="Fuga en la calle")
    with pytest.raises(CaseRefused, match="S/N"):
        a_case(leak, laura, at)
    found = a_case(leak, laura, at, place="Hidalgo S/N")
    assert (found.account, found.place, found.document.series) == (None, "Hidalgo S/N", "REP")


def test_what_is_incomplete_is_refused_and_leaves_nothing(high_bill: CaseType, clerk: User, laura: User, at: datetime):
    with pytest.raises(CaseRefused, match="con sus palabras"):
        a_case(high_bill, laura, at, told="  ", place="Hidalgo 1")
    with pytest.raises(CaseRefused, match="es de una cuenta"):
        a_case(a_type(clerk, "X", needs_account="YES"), laura, at)
    with pytest.raises(CaseRefused, match="ya no se usa"):
        a_case(a_type(clerk, "Y", is_active=False), laura, at, place="Hidalgo 1")
    assert not Case.objects.exists()


def test_two_who_take_it_one_after_the_other_have_one_holder(
    case: Case, laura: User, jorge: User, at: datetime
) -> None:
    assert take_case(case=case, at=at, by=laura) == take_case(case=case, at=at, by=laura)
    with pytest.raises(CaseHeldByAnother, match="lo tiene Laura"):
        take_case(case=case, at=at, by=jorge)
    assert case.steps.filter(kind="TAKEN").count() == 1


def test_it_is_routed_accepted_and_answered_by_another_area(case: Case, laura: User, irma: User, at: datetime) -> None:
    routed = route_case(case=case, area=irma.area, note="Revise la lectura", at=at, by=laura)
    assert (routed.state, routed.area, routed.holder) == ("ROUTED", irma.area, None)
    with pytest.raises(CaseOfAnotherArea, match="Facturación"):
        accept_case(case=case, at=at, by=laura)
    assert accept_case(case=case, at=at, by=irma).holder == irma
    assert resolved(case, irma, at).resolved_by == irma
    kinds = list(case.steps.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["RECEIVED", "ROUTED", "ACCEPTED", "RESOLVED"]


def test_it_is_returned_to_who_sent_it_with_the_reason(case: Case, laura: User, irma: User, at: datetime) -> None:
    route_case(case=case, area=irma.area, note="Revise", at=at, by=laura)
    with pytest.raises(CaseRefused, match="por qué se devuelve"):
        return_case(case=case, reason=" ", at=at, by=irma)
    back = return_case(case=case, reason="Falta el recibo", at=at, by=irma)
    assert (back.state, back.area, back.holder) == ("RECEIVED", laura.area, laura)
    with pytest.raises(CaseElsewhere):
        return_case(case=route_again(back, irma, laura, at), reason="Otra vez", at=at, by=irma)


def route_again(case: Case, irma: User, laura: User, at: datetime) -> Case:
    route_case(case=case, area=irma.area, note="Ya está", at=at, by=laura)
    return accept_case(case=case, at=at, by=irma)


def test_an_area_without_staff_is_refused(case: Case, laura: User, at: datetime) -> None:
    with pytest.raises(IdleArea, match="Contraloría"):
        route_case(case=case, area=area("Contraloría"), note="Vea", at=at, by=laura)
    case.refresh_from_db()
    assert case.state == "RECEIVED"


def test_a_person_of_another_area_is_refused(case: Case, laura: User, jorge: User, irma: User, at: datetime) -> None:
    with pytest.raises(CaseRefused, match="no es de"):
        route_case(case=case, area=irma.area, holder=laura, note="Vea", at=at, by=laura)
    found = route_case(case=case, area=jorge.area, holder=jorge, note="Te toca", at=at, by=laura)
    assert (found.state, found.holder) == ("ROUTED", jorge)


def test_many_are_routed_at_once_or_none(
    case: Case, high_bill: CaseType, laura: User, irma: User, at: datetime
) -> None:
    other = a_case(high_bill, laura, at, key="k2", place="Hidalgo 1")
    withdraw_case(case=other, reason="Ya no quiere", at=at, by=laura)
    with pytest.raises(CaseElsewhere, match=other.document.folio), transaction.atomic():
        route_cases(cases=[case, other], area=irma.area, note="Vean", at=at, by=laura)
    assert not Case.objects.filter(state="ROUTED").exists()
    third = a_case(high_bill, laura, at, key="k3", place="Hidalgo 3")
    assert len(route_cases(cases=[third, case], area=irma.area, note="Vean", at=at, by=laura)) == 2
    with pytest.raises(CaseRefused, match="al menos un caso"):
        route_cases(cases=[], area=irma.area, note="Vean", at=at, by=laura)


def test_a_pause_moves_the_last_day(case: Case, laura: User, at: datetime) -> None:
    take_case(case=case, at=at, by=laura)
    pause_case(case=case, note="Traerá el recibo", at=at + timedelta(days=1), by=laura)
    with pytest.raises(CaseElsewhere, match="en espera"):
        resolved(case, laura, at)
    resumed = resume_case(case=case, note="Ya lo trajo", at=at + timedelta(days=4), by=laura)
    assert (resumed.state, resumed.due_on, resumed.waiting_since) == ("IN_PROGRESS", date(2026, 9, 30), None)


def test_it_is_closed_with_satisfaction_and_reopened_with_a_new_term(case: Case, laura: User, at: datetime) -> None:
    with pytest.raises(CaseRefused, match="en qué sentido"):
        resolve_case(case=case, outcome="", resolution="Listo", at=at, by=laura)
    resolved(case, laura, at)
    with pytest.raises(CaseRefused, match="de 1"):
        close_case(case=case, satisfaction=6, at=at, by=laura)
    assert close_case(case=case, satisfaction=4, at=at, by=laura).satisfaction == 4
    again = reopen_case(case=case, reason="Volvió a pasar", at=at + timedelta(days=30), by=laura)
    assert (again.state, again.times_reopened, again.resolution, again.due_on) == (
        "IN_PROGRESS",
        1,
        "",
        date(2026, 10, 27),
    )


def test_the_hold_of_its_type_lasts_until_it_is_closed(
    clerk: User, account: Account, laura: User, at: datetime
) -> None:
    held = a_case(a_type(clerk, hold_kind=Hold.Kind.COMPLAINT), laura, at, account=account)
    hold = account.holds.get()
    assert (hold.kind, hold.lifted_by) == ("COMPLAINT", None)
    resolved(held, laura, at)
    close_case(case=held, at=at, by=laura)
    hold.refresh_from_db()
    assert hold.lifted_by == laura
    reopen_case(case=held, reason="No quedó", at=at + timedelta(days=1), by=laura)
    assert account.holds.filter(lifted_by__isnull=True).count() == 1


def test_nobody_decides_the_case_of_their_own_account(
    case: Case, account: Account, laura: User, clerk: User, at: datetime
) -> None:
    declare_link(user=laura, customer=account.holder, kind=StaffLink.Kind.RELATIVE, at=at, by=clerk)
    take_case(case=case, at=at, by=laura)
    with pytest.raises(OwnAccount):
        resolved(case, laura, at)


def test_a_duplicate_gives_its_contacts_to_the_original(
    case: Case, high_bill: CaseType, laura: User, at: datetime
) -> None:
    again = a_case(high_bill, laura, at, key="k2", place="Hidalgo 1")
    add_case_contact(case=again, channel=Channel.PHONE, note="Pregunta", at=at, by=laura)
    with pytest.raises(CaseRefused, match="sí mismo"):
        mark_duplicate(case=case, original=case, at=at, by=laura)
    mark_duplicate(case=again, original=case, note="Misma casa", at=at, by=laura)
    with pytest.raises(CaseRefused):
        mark_duplicate(case=case, original=again, at=at, by=laura)
    add_case_contact(case=again, channel=Channel.PHONE, note="Otra vez", at=at, by=laura)
    case.refresh_from_db()
    assert case.times_repeated == 3
    assert case.steps.filter(kind="REPEATED").count() == 2


def test_a_case_that_was_given_up_takes_no_more(case: Case, laura: User, at: datetime) -> None:
    withdraw_case(case=case, reason="Ya no quiere", at=at, by=laura)
    note_case(case=case, note="Llamó para confirmarlo", at=at, by=laura)
    for act in (take_case, close_case):
        with pytest.raises(CaseElsewhere):
            act(case=case, at=at, by=laura)  # type: ignore[operator]
    with pytest.raises(CaseElsewhere):
        add_case_contact(case=case, channel=Channel.PHONE, at=at, by=laura)


def test_it_is_received_and_sent_in_one_act(
    high_bill: CaseType, account: Account, laura: User, irma: User, at: datetime
) -> None:
    facts = {"type": high_bill, "channel": Channel.WINDOW, "account": account, "told": "Muy caro"}
    kept = receive_case(facts=facts, takes_it=True, at=at, by=laura, key="a")
    assert (kept.state, kept.holder) == ("IN_PROGRESS", laura)
    sent = receive_case(facts=facts, area=irma.area, at=at, by=laura, key="b")
    assert (sent.state, sent.area) == ("ROUTED", irma.area)
    assert receive_case(facts=facts, area=irma.area, at=at, by=laura, key="b").steps.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("recibo.pdf", b"MZ\x90\x00", UnknownFileType),
        ("recibo.png", PDF, AttachmentRefused),
        ("recibo.pdf.html", PDF, AttachmentRefused),
        ("vacio.pdf", b"", FileTooLarge),
        ("x.svg", b"<svg onload=alert(1)>", UnknownFileType),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    case: Case, laura: User, at: datetime, name: str, content: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        attach_to_case(case=case, name=name, content=content, document_name="Recibo", at=at, by=laura)
    assert not case.files.exists()


def test_a_file_is_kept_once_with_what_it_is(case: Case, laura: User, at: datetime, settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path
    facts = {"case": case, "content": PDF, "document_name": "Último recibo", "at": at, "by": laura}
    added = attach_to_case(name="..\\recibo.pdf", **facts)
    assert (added.file.name, added.file.content_type) == ("recibo.pdf", "application/pdf")
    assert attach_to_case(name="otro.pdf", **facts) == added


def test_what_happened_to_a_case_is_never_changed(case: Case) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseStep.objects.filter(case=case).update(note="Otra")
    with pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state="CLOSED")


def test_turns_are_called_by_number_with_the_preferential_first(laura: User, jorge: User, at: datetime) -> None:
    first, second = (take_ticket(matter="Aclaración", at=at) for _ in range(2))
    third = take_ticket(matter="Aclaración", is_preferential=True, at=at)
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert call_next_ticket(at=at, by=laura) == third
    assert call_next_ticket(at=at + timedelta(minutes=5), by=jorge) == first
    assert call_next_ticket(at=at + timedelta(minutes=9), by=laura) == second
    third.refresh_from_db()
    assert third.finished_at == at + timedelta(minutes=9)
    finish_ticket(ticket=first, at=at + timedelta(minutes=9), by=jorge)
    with pytest.raises(TicketRefused, match="ya se atendió"):
        leave_ticket(ticket=first, at=at, by=jorge)
    with pytest.raises(TicketRefused, match="Nadie espera"):
        call_next_ticket(at=at + timedelta(minutes=20), by=jorge)
    assert WindowTicket.objects.filter(finished_at=None).count() == 1


def plan_of(rows: QuerySet[Case]) -> str:
    """How the database would look for rows if it were told not to read the whole table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        return rows.explain()


def test_the_inbox_is_counted_with_few_queries_and_its_index(
    case: Case, laura: User, irma: User, at: datetime, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(4):
        counts = inbox_counts(laura, today=date(2026, 9, 25))
    assert (counts.today, counts.late, counts.untaken, counts.open) == (1, 0, 1, 1)
    assert inbox_counts(laura, today=date(2026, 9, 28)).late == 1
    take_case(case=case, at=at, by=laura)
    route_case(case=case, area=irma.area, note="Vea", at=at, by=laura)
    assert inbox_counts(irma, today=date(2026, 9, 21)).routed == 1
    assert not inbox_pile(laura, "MIOS", today=date(2026, 9, 21)).exists()
    assert "case_by_" in plan_of(Case.objects.filter(area=irma.area, state="ROUTED").order_by("due_on", "pk"))


def test_words_are_looked_for_with_the_index(case: Case) -> None:
    found = cases_that_say(Case.objects.all(), "recibo tripl")
    assert list(found) == [case]
    words = SearchQuery("'fuga':* & 'recibo':*", search_type="raw", config="simple")
    asked = Case.objects.alias(said=SearchVector("search_text", config="simple")).filter(said=words)
    assert "case_by_words" in plan_of(asked)
    assert list(cases_that_say(Case.objects.all(), "inc 1")) == [case]
    assert not cases_that_say(Case.objects.all(), "inc 2").exists()
