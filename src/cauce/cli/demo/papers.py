"""The papers and photographs of the demonstration's desk."""

import struct
import zlib
from datetime import date, datetime, time

from django.utils import timezone

from cauce.cases.models import WrittenAnswer
from cauce.cases.rules.templates import paragraphs
from cauce.core.es_mx import format_date
from cauce.documents.printing import report_paper
from cauce.documents.queries import issuer
from cauce.documents.rules import Person
from cauce.documents.rules.report_sheets import ReportSheet, ReportText
from cauce.users.models import User


def answer_letter(answer: WrittenAnswer, by: User) -> bytes:
    """The letter that answers a case, as it is put to be signed."""
    case = answer.case
    sheet = ReportSheet(
        title="Respuesta por escrito",
        folio=answer.document.folio,
        subject=case.matter,
        printed_at=timezone.localtime(answer.written_at),
        facts=(("Caso", case.document.folio), ("Fecha", format_date(answer.document.issued_on))),
        parts=(ReportText("", paragraphs(answer.body)),),
        signers=(("Elaboró", Person(name=str(by), position=by.position)),),
        shows_barcode=True,
    )
    return report_paper(sheet, issuer(is_official=False)).pdf()


def power_of_attorney(grantor: str, attorney: str, *, signed_on: date) -> bytes:
    """The carta poder with which somebody signs for the holder, as it is scanned."""
    at = timezone.make_aware(datetime.combine(signed_on, time(9)))
    said = (
        f"Por la presente otorgo a {attorney} poder especial para que en mi nombre celebre con el organismo un "
        "convenio de pago en parcialidades sobre el adeudo de mi cuenta y suscriba sus pagarés.",
    )
    sheet = ReportSheet(
        title="Carta poder",
        subject=f"{grantor} a favor de {attorney}",
        printed_at=timezone.localtime(at),
        facts=(("Fecha", format_date(signed_on)),),
        parts=(ReportText("", said),),
        signers=(("Otorga", Person(name=grantor, position="")), ("Acepta", Person(name=attorney, position=""))),
    )
    return report_paper(sheet, issuer(is_official=False)).pdf()


def photograph(seed: int) -> bytes:
    """A small picture in the place of a photograph: earth, a trench and a pipe in some shade."""
    width, height = 160, 120
    shade = 70 + seed * 37 % 90
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            in_pipe = abs(y - 60 - (x - 80) * (seed % 5 - 2) // 12) < 9
            in_trench = abs(y - 60) < 34 and 12 < x < 148
            colour = (70, 110, 170) if in_pipe and in_trench else (shade // 2, shade // 3, 30) if in_trench else ()
            rows.extend(colour or (shade + 60, shade + 40, shade))
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(bytes(rows)))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
