"""Which requests of signature a person may look at."""

from typing import cast

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from cauce.core import clock
from cauce.documents.models import SignatureRequest
from cauce.users.models import User
from cauce.users.queries import posts_of

SEE = "documents.view_document"
SEE_ALL = "books.view_daybook"


def seen_by(user: User) -> QuerySet[SignatureRequest]:
    """What they asked for and what is of their posts; all of them, for who answers for the desk."""
    found = SignatureRequest.objects.select_related("file", "document", "asked_by", "decided_by")
    if user.has_perm(SEE_ALL):
        return found
    return found.filter(Q(asked_by=user) | Q(role__in=posts_of(user, clock.today())))


def seen_request(request: HttpRequest, signature_id: int) -> SignatureRequest:
    """One of them, or 404."""
    return get_object_or_404(seen_by(cast(User, request.user)), pk=signature_id)
