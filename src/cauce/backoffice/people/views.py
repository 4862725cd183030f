"""The staff's accounts, their roles and their screens' appearance."""

import secrets

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from cauce.backoffice.people.forms import NewPersonForm, PersonForm, StaffFilter, ThemeForm
from cauce.backoffice.people.links import links_of
from cauce.core.errors import DomainError
from cauce.ui.access import ANYONE_SIGNED_IN, screen, user_of
from cauce.ui.lists import Chosen, Listing, list_page
from cauce.users.models import User
from cauce.users.operations import change_staff_account, end_sessions, give_password, open_staff_account
from cauce.users.operations import change_theme as remember_theme
from cauce.users.roles import ROLES

STAFF_ORDERS = {"nombre": ["full_name"], "usuario": ["username"], "puesto": ["position"]}
TEMPORARY_PASSWORD_BYTES = 12
_VERBS = {"add": "Puede agregar", "change": "Puede cambiar", "delete": "Puede borrar", "view": "Puede ver"}


@screen("users.view_user")
def staff(request: HttpRequest) -> HttpResponse:
    """Everybody who may enter: role, second factor, last time in."""
    return list_page(request, _STAFF, "backoffice/people/staff.html")


@screen("users.add_user", methods=("GET", "POST"))
def new_person(request: HttpRequest) -> HttpResponse:
    """Open an account with a temporary password, shown once."""
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(TEMPORARY_PASSWORD_BYTES)
        try:
            opened = open_staff_account(password=password, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            return _password_page(request, opened, password)
    return render(request, "backoffice/people/new_person.html", {"form": form}, status=422 if form.errors else 200)


@screen("users.view_user", methods=("GET", "POST"))
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: role, sessions, second factor; changed by who may."""
    found = get_object_or_404(User.objects.select_related("area"), pk=user_id)
    me = user_of(request)
    may_change = me.has_perm("users.change_user") and not found.is_system
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    role = found.groups.values_list("name", flat=True).first() or ""
    initial = {"full_name": found.full_name, "role": role, "is_active": found.is_active}
    form = PersonForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            change_staff_account(found, by=me, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"Los datos de {found.full_name} quedaron guardados.")
            return redirect("people:person", found.pk)
    granted = Permission.objects.filter(group__user=found).select_related("content_type").distinct()
    context = {
        "person": found,
        "form": form,
        "may_change": may_change,
        "sessions": UserSession.objects.filter(user=found).order_by("-last_seen_at"),
        "has_second_factor": Authenticator.objects.filter(user=found, type=Authenticator.Type.TOTP).exists(),
        "permissions": sorted(permission_name(permission) for permission in granted),
        "links": links_of(found),
    }
    return render(request, "backoffice/people/person.html", context, status=422 if form.errors else 200)


@screen("users.change_user", methods=("POST",))
def new_password(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give a temporary password, shown once; the person's sessions end."""
    found = get_object_or_404(User, pk=user_id, is_system=False)
    return _password_page(request, found, give_password(found))


@screen("users.change_user", methods=("POST",))
def close_sessions(request: HttpRequest, user_id: int) -> HttpResponse:
    """End every open session of a person."""
    found = get_object_or_404(User, pk=user_id)
    end_sessions(found)
    messages.success(request, f"Se cerraron las sesiones de {found}.")
    return redirect("people:person", found.pk)


@screen("users.view_user")
def roles(request: HttpRequest) -> HttpResponse:
    """What each role may do: the page of roles, read for people."""
    names = {
        f"{permission.content_type.app_label}.{permission.codename}": permission_name(permission)
        for permission in Permission.objects.select_related("content_type")
    }
    wanted = sorted({name for role in ROLES for name in role.permissions})
    rows = [(names.get(name, name), [name in role.permissions for role in ROLES]) for name in wanted]
    return render(request, "backoffice/people/roles.html", {"roles": ROLES, "rows": rows})


@screen(ANYONE_SIGNED_IN, methods=("POST",))
def change_theme(request: HttpRequest) -> HttpResponse:
    """Remember how this person wants the screens, and go back to where they were."""
    form = ThemeForm(request.POST)
    if form.is_valid():
        remember_theme(user_of(request), theme=User.Theme(form.cleaned_data["theme"]))
    back = request.POST.get("next", "/")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/")


def permission_name(permission: Permission) -> str:
    """What a permission lets do, in Spanish; Django names its own four in English."""
    verb = _VERBS.get(permission.codename.partition("_")[0])
    model = permission.content_type.model_class()
    if verb is None or model is None or not permission.name.startswith("Can "):
        return permission.name
    return f"{verb} {model._meta.verbose_name_plural}"


def _found(chosen: Chosen) -> QuerySet[User]:
    second_factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    people = User.objects.annotate(has_second_factor=Exists(second_factor)).select_related("area")
    if chosen["puesto"]:
        people = people.filter(groups__name=chosen["puesto"])
    if text := chosen["nombre"]:
        people = people.filter(Q(full_name__icontains=text) | Q(username__icontains=text))
    return people


_STAFF = Listing(rows=_found, order="nombre", form=StaffFilter, sorts=STAFF_ORDERS)


def _password_page(request: HttpRequest, found: User, password: str) -> HttpResponse:
    return render(request, "backoffice/people/password.html", {"person": found, "password": password})
