"""A lineamiento is written by one person, authorised by another, read by its staff and checked each month."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cauce.events.models import Event
from cauce.guidelines.models import Guideline, GuidelineAcknowledgement, GuidelineStep, GuidelineVersion
from cauce.guidelines.operations import (
    ChecklistRefused,
    GuidelineChanged,
    GuidelineRefused,
    acknowledge_guideline,
    authorise_guideline,
    capture_checklist,
    close_checklist,
    return_guideline,
    rewrite_guideline,
    start_guideline_version,
    submit_guideline,
    withdraw_guideline,
)
from cauce.guidelines.queries import (
    guideline_states,
    months_to_close,
    results_grid,
    results_in,
    staff_bound_by,
    text_of,
    unread_by,
    version_of_month,
)
from cauce.guidelines.rules import COMPLIES, FAILS, Answer, fingerprint, sealed_text
from cauce.users.models import User
from tests.guidelines.conftest import AT, MAY, SINCE, TEXT, a_draft, authorised, person

State = GuidelineVersion.State
JUNE, JULY = date(2031, 6, 1), date(2031, 7, 1)
LATER = AT + timedelta(days=30)
DONE = {1: Answer(COMPLIES, figure="9 de 10"), 2: Answer(FAILS, "Faltó una llamada; se capacita.")}


def written(
    version: GuidelineVersion, by: User, *, edition: int = 1, key: str = "k", **change: object
) -> GuidelineVersion:
    text = replace(TEXT, **change) if change else TEXT  # type: ignore[arg-type]
    return rewrite_guideline(
        version=version, text=text, valid_from=SINCE, changes="Se aclara.", edition=edition, at=AT, by=by, key=key
    )


def test_writing_twice_with_one_key_writes_once(coordinator: User) -> None:
    assert a_draft(coordinator) == a_draft(coordinator)
    assert Event.objects.filter(kind="GUIDELINE_WRITTEN").count() == 1


def test_a_title_that_is_taken_is_refused(draft: GuidelineVersion, coordinator: User) -> None:
    with pytest.raises(GuidelineRefused, match="Ya hay un lineamiento"):
        a_draft(coordinator, key="otra")


def test_what_is_not_whole_is_refused_in_one_sentence(coordinator: User) -> None:
    with pytest.raises(GuidelineRefused, match="no está completo: falta para qué es"):
        a_draft(coordinator, replace(TEXT, purpose=""))


def test_a_draft_is_written_again_over_what_was_seen(draft: GuidelineVersion, coordinator: User) -> None:
    again = written(draft, coordinator, purpose="Que se cobre mejor.")
    assert written(draft, coordinator, purpose="Que se cobre mejor.").edition == again.edition == 2
    assert text_of(again).purpose == "Que se cobre mejor."
    with pytest.raises(GuidelineChanged, match="guardó cambios mientras usted escribía"):
        written(draft, coordinator, key="otra")


def test_a_draft_goes_to_review_and_back_until_another_person_authorises_it(
    draft: GuidelineVersion, coordinator: User, head: User
) -> None:
    submit_guideline(version=draft, at=AT, by=coordinator)
    assert submit_guideline(version=draft, at=AT, by=coordinator).state == State.REVIEW
    with pytest.raises(GuidelineRefused, match="ya no cambia"):
        written(draft, coordinator)
    with pytest.raises(GuidelineRefused, match="qué hay que corregir"):
        return_guideline(version=draft, reason=" ", at=AT, by=head)
    return_guideline(version=draft, reason="Falta el plazo", at=AT, by=head)
    assert return_guideline(version=draft, reason="Falta el plazo", at=AT, by=head).state == State.DRAFT
    found = authorised(draft, sent_by=coordinator, by=head)
    assert found.state == State.AUTHORISED
    assert found.sha256 == fingerprint(sealed_text(TEXT, number=1, valid_from=SINCE))
    assert list(found.steps.order_by("pk").values_list("action", flat=True)) == [
        "WRITTEN", "SUBMITTED", "RETURNED", "SUBMITTED", "AUTHORISED",
    ]  # fmt: skip
    with pytest.raises(GuidelineRefused, match="ya no se devuelve"):
        return_guideline(version=found, reason="Tarde", at=AT, by=head)
    with pytest.raises(GuidelineRefused, match="ya no se envía"):
        submit_guideline(version=found, at=AT, by=coordinator)


def test_nobody_who_had_a_hand_in_it_authorises_it(draft: GuidelineVersion, coordinator: User, head: User) -> None:
    other = person("coordinador", "suplente")
    written(draft, other)
    submit_guideline(version=draft, at=AT, by=person("coordinador", "tercero"))
    for somebody in (coordinator, other, User.objects.get(username="tercero")):
        with pytest.raises(GuidelineRefused, match="Quien escribe el lineamiento no lo autoriza"):
            authorise_guideline(version=draft, resolution="", valid_from=SINCE, edition=2, at=AT, by=somebody)
    with pytest.raises(GuidelineChanged, match="cambió después"):
        authorise_guideline(version=draft, resolution="", valid_from=SINCE, edition=1, at=AT, by=head)
    with pytest.raises(GuidelineRefused, match="no rige hacia atrás"):
        authorise_guideline(version=draft, resolution="", valid_from=MAY, edition=2, at=AT, by=head)
    ok = {"version": draft, "resolution": "", "valid_from": SINCE, "edition": 2, "at": AT, "by": head}
    assert authorise_guideline(**ok) == authorise_guideline(**ok)
    assert Event.objects.filter(kind="GUIDELINE_AUTHORISED").count() == 1
    with pytest.raises(GuidelineRefused, match="no espera autorización"):
        authorise_guideline(**(ok | {"by": person("director")}))


def test_another_version_replaces_the_first_and_asks_again(
    ruling: GuidelineVersion, coordinator: User, head: User, cashier: User
) -> None:
    acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=AT, by=cashier)
    assert list(unread_by(cashier)) == []
    guideline = ruling.guideline
    second = start_guideline_version(guideline=guideline, at=LATER, by=coordinator, key="dos")
    assert second == start_guideline_version(guideline=guideline, at=LATER, by=coordinator, key="dos")
    assert (second.number, text_of(second)) == (2, text_of(ruling))
    with pytest.raises(GuidelineRefused, match="Ya hay una versión en trámite"):
        start_guideline_version(guideline=guideline, at=LATER, by=coordinator, key="tres")
    with pytest.raises(GuidelineRefused, match="qué cambia"):
        submit_guideline(version=second, at=LATER, by=coordinator)
    written(second, coordinator, title="Cobranza con trato")
    second.refresh_from_db()
    second = authorised(second, sent_by=coordinator, by=head, at=LATER)
    ruling.refresh_from_db()
    guideline.refresh_from_db()
    assert (ruling.state, ruling.valid_until, guideline.name) == (
        State.REPLACED,
        second.valid_from,
        "Cobranza con trato",
    )
    assert list(unread_by(cashier)) == [second]
    with pytest.raises(GuidelineRefused, match="lea la que rige"):
        acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=LATER, by=coordinator)
    assert version_of_month(guideline, MAY, today=date(2031, 8, 1)) == ruling
    assert version_of_month(guideline, JUNE, today=date(2031, 8, 1)) == second
    assert version_of_month(guideline, date(2031, 4, 1), today=date(2031, 8, 1)) is None


def test_a_version_does_not_begin_before_the_one_that_it_replaces(
    draft: GuidelineVersion, coordinator: User, head: User
) -> None:
    submit_guideline(version=draft, at=AT, by=coordinator)
    authorise_guideline(version=draft, resolution="", valid_from=JUNE, edition=1, at=AT, by=head)
    second = start_guideline_version(guideline=draft.guideline, at=AT, by=coordinator, key="dos")
    written(second, coordinator)
    submit_guideline(version=second, at=AT, by=coordinator)
    with pytest.raises(GuidelineRefused, match="no puede regir antes"):
        authorise_guideline(version=second, resolution="", valid_from=SINCE, edition=2, at=AT, by=head)


def test_what_is_withdrawn_stops_ruling_and_says_why(ruling: GuidelineVersion, head: User, cashier: User) -> None:
    with pytest.raises(GuidelineRefused, match="por qué se retira"):
        withdraw_guideline(version=ruling, reason="", at=LATER, by=head)
    gone = withdraw_guideline(version=ruling, reason="Lo sustituye el reglamento", at=LATER, by=head)
    assert (
        withdraw_guideline(version=ruling, reason="Otra vez", at=LATER, by=head).withdrawn_reason
        == gone.withdrawn_reason
    )
    assert gone.valid_until == LATER.date()
    with pytest.raises(GuidelineRefused, match="lea la que rige"):
        acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=LATER, by=cashier)
    assert list(unread_by(cashier)) == []


def test_who_is_named_reads_once_and_who_is_not_named_need_not(
    ruling: GuidelineVersion, cashier: User, head: User
) -> None:
    first = acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=AT, by=cashier)
    assert acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=LATER, by=cashier) == first
    assert GuidelineAcknowledgement.objects.count() == 1
    with pytest.raises(GuidelineRefused, match="no nombra su puesto"):
        acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=AT, by=head)
    with pytest.raises(GuidelineRefused, match="no es lo autorizado"):
        acknowledge_guideline(version=ruling, sha256="0" * 64, at=AT, by=person("cajero", "otro"))
    told = Event.objects.get(kind="GUIDELINE_ACKNOWLEDGED").sentence
    assert told == "Guía cajero leyó el lineamiento «Cobranza de prueba», versión 1, y se obligó a cumplirlo"


def test_the_list_says_who_lacks(ruling: GuidelineVersion, cashier: User, coordinator: User) -> None:
    acknowledge_guideline(version=ruling, sha256=ruling.sha256, at=AT, by=cashier)
    people = {each.username: each.has_read for each in staff_bound_by(ruling)}  # type: ignore[attr-defined]
    assert people == {cashier.username: True, coordinator.username: False}
    state = guideline_states()[0]
    assert (state.bound, state.read, state.lacking, state.ruling, state.under_way) == (2, 1, 1, ruling, None)


def test_a_month_is_captured_in_parts_and_closed_whole(ruling: GuidelineVersion, coordinator: User) -> None:
    guideline = ruling.guideline
    asked = {"guideline": guideline, "period": MAY, "by": coordinator}
    month = capture_checklist(**asked, answers={1: DONE[1]}, at=AT)
    with pytest.raises(ChecklistRefused, match="Faltan por capturar los puntos 2"):
        close_checklist(**asked, at=LATER)
    with pytest.raises(ChecklistRefused, match="qué pasó y qué se hará"):
        capture_checklist(**asked, answers={2: Answer(FAILS, " ")}, edition=month.edition, at=AT)
    with pytest.raises(GuidelineChanged, match="Otra persona capturó"):
        capture_checklist(**asked, answers=DONE, edition=1, at=AT)
    month = capture_checklist(**asked, answers=DONE, edition=month.edition, note="Buen mes", at=AT)
    assert capture_checklist(**asked, answers=DONE, edition=1, note="Buen mes", at=AT).edition == month.edition
    with pytest.raises(ChecklistRefused, match="no termina todavía"):
        close_checklist(**asked, at=AT)
    closed = close_checklist(**asked, at=LATER)
    assert close_checklist(**asked, at=LATER) == closed
    with pytest.raises(ChecklistRefused, match="ya se cerró"):
        capture_checklist(**asked, answers={1: Answer(FAILS, "No")}, edition=closed.edition, at=LATER)
    assert Event.objects.get(kind="CHECKLIST_CLOSED").sentence.endswith("mayo de 2031: cumple 50 %")
    grid = results_grid([MAY, JUNE])[0]
    assert [row.what for row in grid.rows] == ["Avisos entregados", "Trato"]
    assert (grid.percents[MAY], JUNE in grid.percents) == (50, False)
    assert results_in([MAY], guideline=guideline).count() == 2


@pytest.mark.parametrize(
    ("period", "answers", "said"),
    [
        (JUNE, DONE, "aún no llega"),
        (date(2031, 4, 1), DONE, "no regía ninguna versión"),
        (MAY, {3: Answer(COMPLIES)}, "no tiene punto 3"),
        (MAY, {1: Answer("QUIZAS")}, "cumple, no cumple o no aplica"),
    ],
)
def test_a_month_that_cannot_be_is_refused(
    ruling: GuidelineVersion, coordinator: User, period: date, answers: dict[int, Answer], said: str
) -> None:
    with pytest.raises(ChecklistRefused, match=said):
        capture_checklist(guideline=ruling.guideline, period=period, answers=answers, at=AT, by=coordinator)


def test_the_months_that_are_over_wait_to_be_closed(ruling: GuidelineVersion, coordinator: User) -> None:
    guideline = ruling.guideline
    assert months_to_close(AT.date()) == []
    assert months_to_close(date(2031, 7, 9)) == [(guideline, MAY), (guideline, JUNE)]
    capture_checklist(guideline=guideline, period=MAY, answers=DONE, at=LATER, by=coordinator)
    close_checklist(guideline=guideline, period=MAY, at=LATER, by=coordinator)
    assert months_to_close(date(2031, 7, 9)) == [(guideline, JUNE)]
    assert Guideline.objects.count() == 1 and GuidelineStep.objects.count() == 3
