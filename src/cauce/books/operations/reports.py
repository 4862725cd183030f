"""Papers of the coordination that somebody signs."""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from cauce.core.clock import local_day
from cauce.documents.models import Document, SignatureRequest
from cauce.documents.operations import create_document, request_signature, store_file
from cauce.users.models import User

REPORT_SERIES = "INFM"


@transaction.atomic
def send_report(
    *, kind: str, title: str, day: date, paper: Callable[[str], bytes], role: str, at: datetime, by: User, key: str
) -> SignatureRequest:
    """Keep a report of the coordination as a paper with its folio and put it in the tray of the post that signs it.

    ``paper`` prints it as PDF with the folio that it is given. Idempotent by ``key``.
    """
    found = SignatureRequest.objects.select_related("document").filter(key=key).first()
    if found is not None:
        return found
    document = create_document(kind=Document.Kind.REPORT, series=REPORT_SERIES, issued_on=local_day(at), at=at, by=by)
    file = store_file(name=f"{document.folio}.pdf", content=paper(document.folio), at=at, by=by)
    return request_signature(
        kind=kind,
        title=title,
        subject_kind="Report",
        subject_id=day.toordinal(),
        document=document,
        file=file,
        role=role,
        at=at,
        by=by,
        key=key,
    )
