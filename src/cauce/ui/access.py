"""Who may see a screen: each view says it in its decorator, and what does not say it fails the access tests."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed

from cauce.users.models import User

Params = ParamSpec("Params")
View = Callable[Concatenate[HttpRequest, Params], HttpResponseBase]

ANYONE_SIGNED_IN = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """What the access matrix knows of a view: the permission it demands and the methods it answers to."""

    permission: str
    methods: tuple[str, ...]


def screen(permission: str, *, methods: tuple[str, ...] = ("GET",)) -> Callable[[View[Params]], View[Params]]:
    """Demand ``permission`` (``app_label.codename``, or ``ANYONE_SIGNED_IN``) and refuse other methods with 405.

    The decorated view carries its ``Screen`` for the access matrix. Who has not signed in never gets here:
    ``LoginRequiredMiddleware`` stands before every view.
    """

    def decorate(view: View[Params]) -> View[Params]:
        accepted = {*methods, "HEAD"} if "GET" in methods else set(methods)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponseBase:
            if permission and not request.user.has_perm(permission):
                raise PermissionDenied
            if request.method not in accepted:
                return HttpResponseNotAllowed(methods)
            return view(request, *args, **kwargs)

        guarded.screen = Screen(permission=permission, methods=methods)  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate


def user_of(request: HttpRequest) -> User:
    """Who is asking."""
    return cast(User, request.user)
