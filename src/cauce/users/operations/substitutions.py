"""One post, one person: its powers handed to a substitute between two dates, and taken back."""

from datetime import date, datetime, timedelta

from django.db import transaction

from cauce.core.clock import local_day
from cauce.core.errors import DomainError
from cauce.core.es_mx import format_date, join_words
from cauce.users.models import Substitution, User
from cauce.users.operations.staff import UnknownRole
from cauce.users.roles import ROLES, incompatible_in, permissions_of, role_label


class SubstitutionRefused(DomainError):
    """The suplencia is not possible as it was asked for."""


@transaction.atomic
def declare_substitution(
    *,
    absent: User,
    substitute: User,
    role: str,
    document_number: str,
    reason: str,
    valid_from: date,
    valid_until: date,
    at: datetime,
    by: User,
) -> Substitution:
    """Give ``substitute`` the powers of ``absent``'s post between two dates (``valid_until`` exclusive), by a document.

    The powers begin and end by themselves. Idempotent: the same suplencia declared again is the first one.

    :raises UnknownRole: if there is no such post.
    :raises SubstitutionRefused: if the post is not the absent one's, the dates are past or out of order, there is no
        document, somebody else substitutes it then, or the two posts together hold what nobody may hold.
    """
    if all(entry.code != role for entry in ROLES):
        raise UnknownRole(f"No existe el puesto «{role}»; elija uno de la lista.")
    User.objects.select_for_update(no_key=True).filter(pk__in=(absent.pk, substitute.pk)).order_by("pk").count()
    same = Substitution.objects.filter(
        absent=absent, substitute=substitute, role=role, valid_from=valid_from, valid_until=valid_until, ended_at=None
    ).first()
    if same is not None:
        return same
    _refuse_substitution(absent, substitute, role, document_number, valid_from, valid_until, local_day(at), by)
    return Substitution.objects.create(
        absent=absent,
        substitute=substitute,
        role=role,
        document_number=document_number.strip(),
        reason=reason.strip(),
        valid_from=valid_from,
        valid_until=valid_until,
        declared_at=at,
        declared_by=by,
    )


@transaction.atomic
def end_substitution(*, substitution: Substitution, at: datetime, by: User) -> Substitution:
    """Take the powers back before their date. Idempotent: what has ended stays as it ended."""
    found = Substitution.objects.select_for_update(no_key=True).get(pk=substitution.pk)
    if found.ended_at is None:
        found.ended_at, found.ended_by = at, by
        found.save(update_fields=["ended_at", "ended_by"])
    return found


def _refuse_substitution(
    absent: User,
    substitute: User,
    role: str,
    document_number: str,
    valid_from: date,
    valid_until: date,
    today: date,
    by: User,
) -> None:
    """Refuse what a suplencia may not be.

    :raises SubstitutionRefused: always with what to do instead.
    """
    own = set(substitute.groups.values_list("name", flat=True))
    fault = ""
    if absent.pk == substitute.pk:
        fault = "Nadie se suple a sí mismo; elija a otra persona."
    elif substitute.pk == by.pk:
        fault = "Nadie se da a sí mismo los poderes de otro puesto; que declare la suplencia otra persona."
    elif not substitute.is_active or substitute.is_system:
        fault = f"{substitute} no tiene una cuenta de personal abierta; elija a otra persona."
    elif not absent.groups.filter(name=role).exists():
        fault = f"{absent} no ocupa el puesto «{role_label(role)}»; revise de quién es la ausencia."
    elif not document_number.strip():
        fault = "Escriba el número del oficio que da la suplencia."
    elif valid_until <= valid_from or valid_until <= today:
        fault = "La suplencia debe terminar después de empezar y no antes de hoy; revise las fechas."
    elif incompatible_in(permissions_of({role, *own})) is not None:
        fault = (
            f"{substitute} es {join_words([role_label(code) for code in sorted(own)])} y no puede tener a la vez los "
            f"poderes de {role_label(role)}: quien cobra no autoriza y quien calcula no aprueba. Elija a otra persona."
        )
    else:
        other = (
            Substitution.objects.filter(absent=absent, role=role, ended_at=None)
            .filter(valid_from__lt=valid_until, valid_until__gt=valid_from)
            .select_related("substitute")
            .first()
        )
        if other is not None:
            fault = (
                f"{other.substitute} ya suple a {absent} del {format_date(other.valid_from)} al "
                f"{format_date(other.valid_until - timedelta(days=1))}; termine esa suplencia o cambie las fechas."
            )
    if fault:
        raise SubstitutionRefused(fault)
