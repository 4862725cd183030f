"""What every page of a signed-in person goes through."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

SEEN_EVERY_SECONDS = 60


class NoStoreMiddleware:
    """Adds ``Cache-Control: no-store`` to every page of a signed-in person that does not say otherwise.

    The machine at a window is shared.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


class SessionSeenMiddleware:
    """Notes when and from where each session was last used, once a minute and not at every page.

    Stands in place of allauth's, which writes a row at each request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key
        if key and request.user.is_authenticated and cache.add(f"session-seen:{key}", True, SEEN_EVERY_SECONDS):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)
