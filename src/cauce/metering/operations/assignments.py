"""The readers, and sharing the routes of a month among them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from cauce.core.errors import DomainError
from cauce.core.es_mx import format_long_period
from cauce.events.operations import publish
from cauce.metering.events import READER_SAVED, ROUTES_ASSIGNED
from cauce.metering.models import Reader, RouteAssignment
from cauce.registry.models import Route
from cauce.users.models import User


class ReaderRejected(DomainError):
    """The data of a reader cannot be."""


class ReaderIsAway(DomainError):
    """Who no longer reads cannot be given a route."""


@transaction.atomic
def save_reader(
    reader: Reader | None, *, code: str, name: str, user: User | None, is_active: bool, at: datetime, by: User
) -> Reader:
    """Keep a reader's data, or add one (``reader`` None). Idempotent.

    The code of one that exists is never changed: it is the one of the files.

    :raises ReaderRejected: if the code is not three letters or digits or another's, it has no name, or the user reads
        under another code.
    """
    code, name = code.strip().upper(), name.strip()
    if reader is None and not (len(code) == 3 and code.isascii() and code.isalnum()):
        raise ReaderRejected("La clave del lecturista son tres letras o números, como los escribe la terminal.")
    if not name:
        raise ReaderRejected("Escriba el nombre del lecturista.")
    if reader is None and Reader.objects.filter(code=code).exists():
        raise ReaderRejected(f"La clave {code} ya es de otro lecturista: use otra, o cambie a esa persona.")
    kept = Reader(code=code) if reader is None else Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
    taken = None if user is None else Reader.objects.filter(user=user).exclude(pk=kept.pk).first()
    if taken is not None:
        raise ReaderRejected(f"{user} ya es el usuario del lecturista {taken}: quíteselo primero.")
    if kept.pk and (kept.name, kept.user_id, kept.is_active) == (name, user and user.pk, is_active):
        return kept
    what = "se dio de alta" if kept.pk is None else "cambiaron sus datos"
    kept.name, kept.user, kept.is_active = name, user, is_active
    kept.save()
    facts = {"code": kept.code, "name": kept.name, "what": what}
    publish(READER_SAVED, subject_kind="Reader", subject_id=kept.pk, facts=facts, at=at, by=by)
    return kept


@transaction.atomic
def assign_routes(
    *, period: date, readers: Mapping[int, Reader | None], at: datetime, by: User
) -> list[RouteAssignment]:
    """Give each route, by its id, to a reader for a month, or to nobody. Idempotent: what is so changes nothing.

    :returns: the assignments that changed.
    :raises ReaderIsAway: if some reader no longer reads; nothing changes.
    """
    away = sorted({str(reader) for reader in readers.values() if reader and not reader.is_active})
    if away:
        raise ReaderIsAway(f"{', '.join(away)} ya no lee: dé la ruta a otra persona o vuelva a activarla.")
    routes = list(Route.objects.select_for_update(no_key=True).filter(pk__in=readers).order_by("pk"))
    held = {each.route_id: each for each in RouteAssignment.objects.filter(period=period, route__in=routes)}
    changed: list[RouteAssignment] = []
    for route in routes:
        reader = readers[route.pk]
        assignment = held.get(route.pk) or RouteAssignment(route=route, period=period)
        if assignment.reader_id == (reader and reader.pk):
            continue
        assignment.route, assignment.reader = route, reader
        assignment.assigned_at, assignment.assigned_by = at, by
        assignment.save()
        changed.append(assignment)
    if changed:
        told = "; ".join(f"{each.route.number} a {each.reader or 'nadie'}" for each in changed)
        publish(
            ROUTES_ASSIGNED,
            subject_kind="RouteAssignment",
            subject_id=changed[0].pk,
            facts={"period": format_long_period(period), "routes": told},
            at=at,
            by=by,
        )
    return changed
