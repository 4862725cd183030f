"""Putting the papers of orders and aforos in the tray of who signs them."""

from datetime import datetime

from cauce.core.clock import local_day
from cauce.documents.models import Document, SignatureRequest
from cauce.documents.operations import request_signature, store_file
from cauce.users.models import User
from cauce.users.queries import posts_of

HEAD = "jefe"
# Nobody signs what they asked for: what the head hands over or captures goes to who is above.
ABOVE = "director"


def ask_head(
    *,
    document: Document,
    title: str,
    subject_kind: str,
    subject_id: int,
    account_id: int | None = None,
    content: bytes,
    at: datetime,
    by: User,
) -> SignatureRequest:
    """Keep the PDF of a paper and put it in the tray of the head of Comercialización, once for each document."""
    return request_signature(
        kind=str(document.get_kind_display()),
        title=title,
        subject_kind=subject_kind,
        subject_id=subject_id,
        account_id=account_id,
        document=document,
        file=store_file(name=f"{document.folio}.pdf", content=content, at=at, by=by),
        role=ABOVE if HEAD in posts_of(by, local_day(at)) else HEAD,
        at=at,
        by=by,
        key=f"document-{document.pk}",
    )
