"""Opening staff accounts and keeping the roles as the page of roles says."""

import secrets

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from cauce.core.errors import DomainError
from cauce.users.models import Area, User
from cauce.users.roles import ROLES

CAPTURE_USER = "cli-captura"
APPROVAL_USER = "cli-autoriza"


class UnknownRole(DomainError):
    """There is no such role."""


class OwnAccount(DomainError):
    """Somebody tried to change their own access."""


@transaction.atomic
def sync_roles() -> None:
    """Make the groups, areas and the two system users of the command line match the page of roles; may be run again."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role in ROLES:
        Area.objects.get_or_create(name=role.area)
        group, _ = Group.objects.get_or_create(name=role.code)
        group.permissions.set([known[name] for name in sorted(role.permissions)])
    for username, full_name in (
        (CAPTURE_USER, "Línea de comandos (captura)"),
        (APPROVAL_USER, "Línea de comandos (autoriza)"),
    ):
        if not User.objects.filter(username=username).exists():
            user = User(username=username, full_name=full_name, is_system=True, is_active=True)
            user.set_unusable_password()
            user.save()


@transaction.atomic
def open_staff_account(*, username: str, full_name: str, role: str, password: str) -> User:
    """Open the account of a member of the staff with one role, or bring an existing one up to date.

    Idempotent by ``username``: the name, role and password end as given.

    :raises UnknownRole: no such role.
    """
    user, _ = User.objects.get_or_create(username=username, defaults={"full_name": full_name})
    user.full_name = full_name
    user.set_password(password)
    _give_role(user, role)
    return user


@transaction.atomic
def change_staff_account(user: User, *, full_name: str, role: str, is_active: bool, by: User) -> User:
    """Correct the name of a member of the staff, give them another role, or close and reopen their account.

    Who leaves the account loses their sessions. The history of the account keeps what it was.

    :raises OwnAccount: nobody changes their own role or closes their own account.
    :raises UnknownRole: no such role.
    """
    changes_access = not is_active or not user.groups.filter(name=role).exists()
    if user.pk == by.pk and changes_access:
        raise OwnAccount(
            "Nadie cambia su propio puesto ni cierra su propia cuenta: pídalo a otra persona de Informática."
        )
    user.full_name = full_name
    user.is_active = is_active
    _give_role(user, role)
    if not is_active:
        end_sessions(user)
    return user


@transaction.atomic
def give_password(user: User) -> str:
    """Give a member of the staff a temporary password, shown once, and end their sessions.

    :returns: the password.
    """
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user)
    return password


@transaction.atomic
def enrol_second_factor(user: User) -> None:
    """Give a person a secret for access codes if they have none yet. Idempotent."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, generate_totp_secret())


def end_sessions(user: User) -> None:
    """End every open session of a person."""
    for session in UserSession.objects.filter(user=user):
        session.end()


def _give_role(user: User, role: str) -> None:
    page = next((entry for entry in ROLES if entry.code == role), None)
    if page is None:
        raise UnknownRole(f"No existe el puesto «{role}»; elija uno de la lista.")
    user.position = page.label
    user.area = Area.objects.get(name=page.area)
    user.save()
    user.groups.set([Group.objects.get(name=role)])


@transaction.atomic
def change_theme(user: User, *, theme: User.Theme) -> User:
    """Remember whether a person wants the screens light, dark or as their machine has them."""
    user.theme = theme
    user.save(update_fields=["theme"])
    return user
