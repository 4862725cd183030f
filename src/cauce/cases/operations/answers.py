"""The letter that answers a case: written from a template, put to be signed, and handed over."""

from datetime import datetime
from typing import Final

from django.db import transaction

from cauce.cases.events import ANSWER_DELIVERED, ANSWER_WRITTEN
from cauce.cases.models import AnswerDelivery, AnswerTemplate, Case, WrittenAnswer
from cauce.cases.operations.refusals import AnswerRefused
from cauce.cases.operations.steps import held_case, tell_case
from cauce.cases.rules.templates import answer_fault
from cauce.core.clock import local_day
from cauce.documents.models import Document, SignatureRequest
from cauce.documents.operations import create_document, request_signature, store_file
from cauce.registry.operations import refuse_own_account
from cauce.users.models import User

SERIES: Final = "RES"
SIGNED_BY: Final = "jefe"


@transaction.atomic
def write_answer(
    *,
    case: Case,
    addressee: str,
    body: str,
    template: AnswerTemplate | None = None,
    at: datetime,
    by: User,
    key: str,
) -> WrittenAnswer:
    """Issue the letter that answers a case, with its folio; what it says never changes. Idempotent by key.

    :raises AnswerRefused: if it does not say to whom or what, still asks for a fact between braces, or the case was
        withdrawn or is a duplicate.
    :raises OwnAccount: if who writes it is linked to the account or the person of the case.
    """
    case = held_case(case)
    first = WrittenAnswer.objects.select_related("document", "case").filter(key=key).first()
    if first is not None:
        return first
    if not addressee.strip():
        raise AnswerRefused("Escriba a quién va dirigida la respuesta.")
    fault = answer_fault(body)
    if fault:
        raise AnswerRefused(fault)
    if case.state in (Case.State.WITHDRAWN, Case.State.DUPLICATE):
        raise AnswerRefused(f"El caso {case.document.folio} está «{case.get_state_display().lower()}»: no se contesta.")
    refuse_own_account(
        by=by,
        account_ids=[] if case.account_id is None else [case.account_id],
        party_ids=[] if case.party_id is None else [case.party_id],
    )
    document = create_document(kind=Document.Kind.ANSWER, series=SERIES, issued_on=local_day(at), at=at, by=by)
    answer = WrittenAnswer.objects.create(
        document=document,
        key=key,
        case=case,
        template=template,
        addressee=addressee.strip()[:160],
        body=body.replace("\r", "").strip(),
        written_at=at,
        written_by=by,
    )
    tell_case(case, kind=ANSWER_WRITTEN, at=at, by=by, facts={"answer": document.folio, "addressee": answer.addressee})
    return answer


@transaction.atomic
def ask_answer_signature(*, answer: WrittenAnswer, content: bytes, at: datetime, by: User) -> SignatureRequest:
    """Put the printed letter in the tray of the head of Comercialización. Idempotent: each letter is asked for once.

    ``content`` is the letter as PDF.
    """
    folio = answer.document.folio
    return request_signature(
        kind="Respuesta por escrito",
        title=f"{folio}: {answer.case.matter}",
        subject_kind="Case",
        subject_id=answer.case_id,
        account_id=answer.case.account_id,
        document=answer.document,
        file=store_file(name=f"{folio}.pdf", content=content, at=at, by=by),
        role=SIGNED_BY,
        at=at,
        by=by,
        key=f"answer-{answer.pk}",
    )


@transaction.atomic
def record_answer_delivery(
    *, answer: WrittenAnswer, received_by: str, means: str, at: datetime, by: User
) -> AnswerDelivery:
    """Write that a letter was handed over: who received it and how. Idempotent: the first delivery stands.

    :raises AnswerRefused: if it does not say who received it or how.
    """
    received_by, means = received_by.strip(), means.strip()
    if not received_by or not means:
        raise AnswerRefused(
            "Escriba quién recibió la respuesta y por qué medio: en ventanilla, en su domicilio, por correo."
        )
    case = held_case(answer.case)
    delivery, is_new = AnswerDelivery.objects.get_or_create(
        answer=answer, defaults={"received_by": received_by[:160], "means": means[:40], "at": at, "by": by}
    )
    if is_new:
        facts = {"answer": answer.document.folio, "received_by": delivery.received_by}
        tell_case(case, kind=ANSWER_DELIVERED, at=at, by=by, facts=facts)
    return delivery
