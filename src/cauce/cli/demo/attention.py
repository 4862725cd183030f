"""How the areas of the demonstration attend their cases: accepted, returned, stopped, answered, closed, reopened."""

from datetime import timedelta
from math import ceil
from random import Random
from typing import Final

from django.conf import settings

from cauce.cases.models import AnswerTemplate, Case, CaseStep, Channel, WrittenAnswer
from cauce.cases.operations import (
    accept_case,
    ask_answer_signature,
    close_case,
    note_case,
    pause_case,
    record_answer_delivery,
    reopen_case,
    resolve_case,
    resume_case,
    return_case,
    route_case,
    take_case,
    withdraw_case,
    write_answer,
)
from cauce.cases.queries.answers import addressee_of, answer_facts
from cauce.cases.rules.templates import filled
from cauce.cli.demo.days import KEY, moment
from cauce.cli.demo.office import OfficeDay, draws_of
from cauce.cli.demo.papers import answer_letter
from cauce.cli.demo.tellings import TELLINGS
from cauce.core.clock import local_day
from cauce.documents.models import SignatureRequest
from cauce.documents.operations import return_document, sign_documents
from cauce.users.models import User
from cauce.workorders.models import HomeInspection
from cauce.workorders.rules.states import PENDING

_NOTES: Final = (
    "Se habló con la persona: puede recibir por la tarde.",
    "Se revisó el historial de consumo de la cuenta.",
    "Se pidió al área el resultado de la visita.",
)
_TEMPLATE_OF: Final = {"UPHELD": "PROCEDE", "PARTLY": "PROCEDE", "REFUSED": "NO-PROCEDE", "INFORMED": "INFORMATIVA"}


def attend(today: OfficeDay) -> None:
    """All that is done in a day with the cases that came before it."""
    _route_again(today)
    _accept(today)
    _resume(today)
    _work(today)
    _close(today)
    _reopen(today)
    _sign(today)
    _deliver_answers(today)


def _route_again(today: OfficeDay) -> None:
    """The coordinator sends again what was returned, and takes back what the substitute left."""
    by = today.coordinator
    returned = Case.objects.filter(state="RECEIVED", steps__kind="RETURNED", received_at__lt=today.at(8)).distinct()
    for place, case in enumerate(returned.select_related("type__area").order_by("pk")):
        route_case(
            case=case,
            area=case.type.area,
            note="Se agregó la referencia que faltaba.",
            at=today.at(8, 6 + place),
            by=by,
        )
    left = Case.objects.open().filter(area=by.area, holder__isnull=False).exclude(holder__area=by.area)
    for place, case in enumerate(left.exclude(state="WAITING").select_related("area").order_by("pk")):
        if today.office.coordinator(today.day) == today.person("coordinador"):
            note = "Se recibe al terminar la suplencia."
            route_case(case=case, area=case.area, holder=by, note=note, at=today.at(8, 10 + place), by=by)
            accept_case(case=case, at=today.at(8, 10 + place), by=by)


def _accept(today: OfficeDay) -> None:
    """The areas accept what was sent to them; a few are returned, and a few wait some days."""
    sent = Case.objects.filter(state="ROUTED", received_at__lt=today.at(14))
    for place, case in enumerate(sent.select_related("area", "type").order_by("pk")):
        life = draws_of(f"recepcion:{case.pk}")
        by = today.office.who_attends(case.area.name, today.day)
        is_new = case.received_at >= today.at(8)
        if is_new and case.priority != Case.Priority.URGENT:
            continue
        at = case.received_at + timedelta(minutes=25) if is_new else today.at(9, place % 300)
        if life.random() < 0.06 and not case.steps.filter(kind=CaseStep.Kind.RETURNED).exists():
            reason = life.choice(("Falta la referencia del lugar.", "No es de esta área: falta el comprobante."))
            return_case(case=case, reason=reason, at=at, by=by)
        elif life.random() < 0.92 or today.draws(f"recepcion:{case.pk}").random() < 0.3:
            accept_case(case=case, at=at, by=by)


def _resume(today: OfficeDay) -> None:
    waiting = Case.objects.filter(state="WAITING", waiting_since__lte=today.ago(3)).select_related("area")
    for place, case in enumerate(waiting.order_by("pk")):
        by = _whose(today, case)
        if by is not None and today.draws(f"reanuda:{case.pk}").random() < 0.7:
            resume_case(case=case, note="Trajo los documentos.", at=today.at(10, place), by=by)


def _work(today: OfficeDay) -> None:
    """Each case has its own pace: most are answered in time, some late, a few stay."""
    cases = Case.objects.filter(state__in=("IN_PROGRESS", "RECEIVED"), received_at__lt=today.at(8))
    place = 0
    for case in cases.select_related("area", "type", "account", "document", "holder").order_by("due_on", "pk"):
        by = _whose(today, case)
        if by is None:
            continue
        life = draws_of(f"caso:{case.pk}:{case.times_reopened}")
        pace = life.choices((0.35, 0.8, 1.3, 9.0), (46, 42, 9, 3))[0]
        ready = today.office.calendar.after(local_day(case.received_at), ceil(case.type.term_days * pace))
        if case.state == Case.State.RECEIVED:
            take_case(case=case, at=today.at(9, 5 + place % 300), by=by)
            place += 1
        elif _is_delayed(case) and today.day <= ready:
            continue
        elif today.day >= ready and not _is_delayed(case):
            _resolve(today, life, case, by, place)
            place += 1
        elif life.random() < 0.12 and case.type.required_documents:
            _stop(today, case, by, place)
            place += 1
        elif today.draws(f"nota:{case.pk}").random() < 0.05:
            note_case(case=case, note=life.choice(_NOTES), at=today.at(12, place % 120), by=by)


def _is_delayed(case: Case) -> bool:
    """Whether somebody has yet to go to the street for it."""
    return (
        case.orders.filter(order__state__in=(*PENDING, "NOT_DONE")).exists()
        or case.inspections.filter(inspection__state=HomeInspection.State.BOOKED).exists()
    )


def _stop(today: OfficeDay, case: Case, by: User, place: int) -> None:
    """It waits for what the customer has to bring, or the customer no longer wants it."""
    if case.steps.filter(kind=CaseStep.Kind.PAUSED).exists():
        return
    if draws_of(f"desiste:{case.pk}").random() < 0.15:
        withdraw_case(case=case, reason="Llamó para decir que ya no hace falta.", at=today.at(11, place % 200), by=by)
    else:
        note = f"Falta que traiga: {case.type.required_documents[0].lower()}."
        pause_case(case=case, note=note, at=today.at(11, place % 200), by=by)


def _resolve(today: OfficeDay, life: Random, case: Case, by: User, place: int) -> None:
    outcome, words = life.choice(TELLINGS[case.type_id].answers)
    resolved = resolve_case(case=case, outcome=outcome, resolution=words, at=today.at(9, 40 + place % 330), by=by)
    wants_letter = case.channel == Channel.LETTER or (case.type.kind == "COMPLAINT" and life.random() < 0.4)
    if wants_letter:
        _answer(today, resolved, by, place)


def _answer(today: OfficeDay, case: Case, by: User, place: int) -> None:
    """The letter, from its template, and to be signed."""
    code = "OFICIO" if case.type_id == "ATENCION-OFICIO" else _TEMPLATE_OF[case.outcome]
    template = AnswerTemplate.objects.get(code=code)
    addressee = addressee_of(case)
    facts = answer_facts(case, addressee=addressee, on=today.day, phone=str(settings.UTILITY["phone"]))
    at = today.at(9, 45 + place % 330)
    answer = write_answer(
        case=case,
        addressee=addressee,
        body=filled(template.body, facts),
        template=template,
        at=at,
        by=by,
        key=f"{KEY}respuesta:{case.pk}:{case.times_reopened}",
    )
    ask_answer_signature(answer=answer, content=answer_letter(answer, by), at=at, by=by)


def _close(today: OfficeDay) -> None:
    """Whoever resolved it tells the customer and closes it; more than half say how satisfied they are."""
    resolved = Case.objects.filter(state="RESOLVED", resolved_at__lt=today.at(8)).select_related("area")
    for place, case in enumerate(resolved.order_by("pk")):
        if today.draws(f"cierra:{case.pk}").random() < 0.62:
            life = draws_of(f"satisfaccion:{case.pk}")
            satisfaction = life.choices((5, 4, 3, 2, 1), (40, 28, 16, 9, 7))[0] if life.random() < 0.55 else None
            by = case.resolved_by or today.coordinator
            close_case(case=case, satisfaction=satisfaction, at=today.at(14, place % 100), by=by)


def _reopen(today: OfficeDay) -> None:
    """The customer says that it was not mended."""
    closed = Case.objects.filter(
        state="CLOSED", closed_at__gte=moment(today.ago(4)), closed_at__lt=moment(today.ago(3)), times_reopened=0
    )
    for place, case in enumerate(closed.order_by("pk")):
        if draws_of(f"reabre:{case.pk}").random() < 0.05:
            reason = "Llamó: sigue igual y no han vuelto a ir."
            reopen_case(case=case, reason=reason, at=today.at(10, 30 + place), by=today.coordinator)


def _sign(today: OfficeDay) -> None:
    """The head signs what waits since yesterday, all at once; one now and then goes back with what is wrong."""
    head = today.person("jefe")
    waiting = list(
        SignatureRequest.objects.filter(state="WAITING", role="jefe", asked_at__lt=today.at(8)).order_by("pk")
    )
    if today.day.weekday() == 4:
        return
    returned = [request for request in waiting if draws_of(f"firma:{request.pk}").random() < 0.08]
    for request in returned:
        return_document(request=request, note="Falta decir el periodo que se reclama.", at=today.at(9, 10), by=head)
    signed = [request for request in waiting if request not in returned and request.asked_by_id != head.pk]
    if signed:
        sign_documents(requests=signed, at=today.at(9, 12), by=head)


def _deliver_answers(today: OfficeDay) -> None:
    """What was signed is handed over some days after."""
    signed = SignatureRequest.objects.filter(state="SIGNED", decided_at__lt=today.at(8)).values("document")
    waiting = WrittenAnswer.objects.filter(document__in=signed, delivery=None).select_related("case", "document")
    for place, answer in enumerate(waiting.order_by("pk")):
        if today.draws(f"entrega:{answer.pk}").random() < 0.5:
            means = draws_of(f"medio:{answer.pk}").choice(
                ("En ventanilla", "En su domicilio", "Por correo electrónico")
            )
            record_answer_delivery(
                answer=answer,
                received_by=answer.addressee,
                means=means,
                at=today.at(13, 20 + place),
                by=today.coordinator,
            )


def _whose(today: OfficeDay, case: Case) -> User | None:
    """Who attends the case today; nobody if whoever has it is away or it is another's."""
    by = today.office.who_attends(case.area.name, today.day)
    return by if case.holder_id in (None, by.pk) else None
