"""The cases of the small town: the catalogue, a case with its paper and its letter, and a turn."""

from dataclasses import dataclass

from django.conf import settings

from cauce.cases.models import AnswerTemplate, Case, CaseFile, CaseType, Channel, WindowTicket, WrittenAnswer
from cauce.cases.operations import attach_to_case, load_case_catalogue, open_case, take_ticket, write_answer
from cauce.core import clock
from cauce.workorders.operations import load_order_catalogue
from tests.backoffice.town import Town

PNG = b"\x89PNG\r\n\x1a\n" + b"1" * 64
OFFICE = settings.BASE_DIR / "office" / "cortazar"


@dataclass(frozen=True, slots=True)
class CasesTown:
    """What the screens of the cases show."""

    case: Case
    file: CaseFile
    answer: WrittenAnswer
    type: CaseType
    template: AnswerTemplate
    ticket: WindowTicket


def cases_town(town: Town) -> CasesTown:
    """Make it; what was made is found again."""
    now, coordinator, head = clock.now(), town.staff["coordinador"], town.staff["jefe"]
    load_order_catalogue(path=OFFICE / "ordenes.yaml", at=now, by=head)
    load_case_catalogue(path=OFFICE / "casos.yaml", at=now, by=head)
    kind = CaseType.objects.get(code="ALTO-CONSUMO")
    case = open_case(
        type=kind,
        channel=Channel.WINDOW,
        account=town.account,
        reporter_name="Elena Zúñiga",
        reporter_phone="4115557066",
        told="El recibo llegó al triple y en la casa viven dos personas.",
        at=now,
        by=coordinator,
        key="town/caso",
    )
    file = attach_to_case(
        case=case, name="recibo.png", content=PNG, document_name="Último recibo", at=now, by=coordinator
    )
    template = AnswerTemplate.objects.get(code="INFORMATIVA")
    answer = write_answer(
        case=case,
        addressee="Elena Zúñiga",
        body="Le informamos que se hará un aforo.",
        template=template,
        at=now,
        by=coordinator,
        key="town/respuesta",
    )
    ticket = WindowTicket.objects.first() or take_ticket(matter="Aclarar un recibo", at=now)
    return CasesTown(case, file, answer, kind, template, ticket)
