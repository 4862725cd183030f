"""Opening staff accounts and keeping the roles as the page of roles says."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from cauce.users.models import Area, User
from cauce.users.roles import ROLES

CAPTURE_USER = "cli-captura"
APPROVAL_USER = "cli-autoriza"


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
    """
    page = next(entry for entry in ROLES if entry.code == role)
    user, _ = User.objects.get_or_create(username=username, defaults={"full_name": full_name})
    user.full_name = full_name
    user.position = page.label
    user.area = Area.objects.get(name=page.area)
    user.set_password(password)
    user.save()
    user.groups.set([Group.objects.get(name=role)])
    return user


@transaction.atomic
def change_theme(user: User, *, theme: User.Theme) -> User:
    """Remember whether a person wants the screens light, dark or as their machine has them."""
    user.theme = theme
    user.save(update_fields=["theme"])
    return user
