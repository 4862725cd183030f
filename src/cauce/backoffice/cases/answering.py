"""The written answer of a case: its editor, how it will look, its paper, its signature and its delivery."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cauce.backoffice.cases.forms import AnswerForm, DeliveryForm
from cauce.backoffice.cases.one_case import ATTEND, SEE, case_page, one
from cauce.backoffice.cases.papers import answer_paper, case_acknowledgement, draft_paper
from cauce.cases.models import AnswerTemplate, Case, WrittenAnswer
from cauce.cases.operations import ask_answer_signature, record_answer_delivery, write_answer
from cauce.cases.queries.answers import addressee_of, answer_facts
from cauce.cases.rules.templates import filled
from cauce.core import clock
from cauce.ui.access import screen, user_of
from cauce.ui.acts import Done, done, tell
from cauce.ui.fields import new_key
from cauce.ui.replies import pdf


@screen(SEE)
def case_pdf(request: HttpRequest, case_id: int) -> HttpResponse:
    """The acknowledgement of the case on paper."""
    found = one(case_id)
    return pdf(case_acknowledgement(found).pdf(), f"acuse-{found.document.folio}.pdf")


@screen(ATTEND, methods=("GET", "POST"))
def new_answer(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write the letter: from a template, with the facts of the case in place."""
    found = one(case_id)
    templates = list(AnswerTemplate.objects.filter(is_active=True).order_by("name"))
    chosen = next((each for each in templates if each.code == request.GET.get("plantilla", "")), None)
    form = AnswerForm(request.POST) if request.method == "POST" else AnswerForm(initial=_draft(found, chosen))

    def act() -> Done:
        said = form.cleaned_data
        answer = write_answer(
            case=found,
            addressee=said["addressee"],
            body=said["body"],
            template=said["template"],
            at=clock.now(),
            by=user_of(request),
            key=f"respuesta/{said['llave']}",
        )
        return f"Se emitió la respuesta {answer.document.folio}. Imprímala, recabe la firma y entréguela.", redirect(
            "cases:case", found.pk
        )

    if request.method == "POST" and (response := done(request, form, act, what="emitir una respuesta")):
        return response
    context = {"case": found, "form": form, "templates": templates, "chosen": chosen}
    return render(request, "backoffice/cases/new_answer.html", context, status=422 if form.errors else 200)


@screen(ATTEND, methods=("POST",))
def answer_draft(request: HttpRequest, case_id: int) -> HttpResponse:
    """How the letter will look, before it is issued."""
    found = one(case_id)
    addressee, body = request.POST.get("addressee", ""), request.POST.get("body", "")[:12000]
    paper = draft_paper(found, addressee=addressee[:160], body=body, by=user_of(request), at=clock.now())
    return pdf(paper.pdf(), f"borrador-{found.document.folio}.pdf")


@screen(SEE)
def answer_pdf(request: HttpRequest, case_id: int, answer_id: int) -> HttpResponse:
    """The letter on paper: the same each time."""
    answer = _answer(case_id, answer_id)
    return pdf(answer_paper(answer, one(case_id)).pdf(), f"{answer.document.folio}.pdf")


@screen(ATTEND, methods=("POST",))
def answer_signature(request: HttpRequest, case_id: int, answer_id: int) -> HttpResponse:
    """Put the letter in the tray of who signs."""
    answer, found = _answer(case_id, answer_id), one(case_id)

    def act() -> str:
        content = answer_paper(answer, found).pdf()
        asked = ask_answer_signature(answer=answer, content=content, at=clock.now(), by=user_of(request))
        return f"{answer.document.folio} está en la bandeja «Para firma»: {asked.get_state_display().lower()}."

    tell(request, act, what=f"pedir la firma de {answer.document.folio}")
    return redirect("cases:case", case_id)


@screen(ATTEND, methods=("POST",))
def deliver_answer(request: HttpRequest, case_id: int, answer_id: int) -> HttpResponse:
    """Write that the letter was handed over."""
    answer, form = _answer(case_id, answer_id), DeliveryForm(request.POST)

    def act() -> Done:
        record_answer_delivery(answer=answer, **form.cleaned_data, at=clock.now(), by=user_of(request))
        return f"Quedó la entrega de {answer.document.folio}.", redirect("cases:case", case_id)

    response = done(request, form, act, what="registrar una entrega")
    return response or case_page(request, one(case_id), status=422, deliver=form)


def _draft(found: Case, template: AnswerTemplate | None) -> dict[str, object]:
    addressee = addressee_of(found)
    phone = str(settings.UTILITY["phone"])
    facts = answer_facts(found, addressee=addressee, on=clock.today(), phone=phone)
    body = found.resolution if template is None else filled(template.body, facts)
    code = None if template is None else template.code
    return {"llave": new_key(), "addressee": addressee, "body": body, "template": code}


def _answer(case_id: int, answer_id: int) -> WrittenAnswer:
    rows = WrittenAnswer.objects.select_related("document", "case__document", "written_by")
    return get_object_or_404(rows, pk=answer_id, case=case_id)
