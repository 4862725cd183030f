"""Which sessions and papers a person may look at: their own, or all with the permission."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from cauce.cashier.models import CashSession
from cauce.ui.access import user_of

SEE_SESSIONS = "cashier.view_cashsession"


def visible_sessions(request: HttpRequest) -> QuerySet[CashSession]:
    """The sessions that the person may look at."""
    sessions = CashSession.objects.select_related("desk", "cashier")
    return sessions if request.user.has_perm(SEE_SESSIONS) else sessions.filter(cashier=user_of(request))


def owned_by(request: HttpRequest) -> dict[str, Any]:
    """What keeps the papers of other people's sessions from who may only see their own."""
    return {} if request.user.has_perm(SEE_SESSIONS) else {"session__cashier": user_of(request)}


def sees_counts(request: HttpRequest, session: CashSession) -> bool:
    """Whether the person may see what the drawer should have held at each arqueo: not its cashier while it is open."""
    if session.closed_at is not None:
        return True
    return session.cashier_id != user_of(request).pk and request.user.has_perm(SEE_SESSIONS)
