"""What changed in the padrón of an account, field by field: the history that the database keeps, read for people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.db.models import Field, Model

from cauce.registry.models import Account
from cauce.ui.privacy import masked
from cauce.users.models import User

CHANGES_SHOWN: Final = 40
_PRIVATE: Final = {"phone": "phone", "email": "email", "rfc": "rfc", "curp": "curp"}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: what it said and what it says since."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One act on a row of the padrón: when, who, why, and the fields it changed."""

    at: datetime
    what: str
    by: str
    reason: str
    fields: list[FieldChange]


def changes_of(account: Account, *, sees_personal_data: bool) -> list[Change]:
    """The last changes of the account, its holder, its connection and its place, newest first. Five queries."""
    pieces: tuple[tuple[str, Model], ...] = (
        ("Cuenta", account),
        ("Titular", account.holder),
        ("Toma", account.connection),
        ("Predio", account.connection.premises),
    )
    raw = [entry for what, row in pieces for entry in _entries(what, row, sees_personal_data)]
    people = {user.pk: str(user) for user in User.objects.filter(pk__in={user_id for user_id, _ in raw if user_id})}
    changes = [
        Change(change.at, change.what, people.get(user_id or 0, change.by), change.reason, change.fields)
        for user_id, change in raw
        if change.fields
    ]
    return sorted(changes, key=lambda change: change.at, reverse=True)[:CHANGES_SHOWN]


def _entries(what: str, row: Model, sees_personal_data: bool) -> list[tuple[int | None, Change]]:
    # An entry keeps the row as it was before the act: what it became is the next entry, or the row as it is now.
    history = apps.get_model("registry", f"{row._meta.object_name}Event")
    entries = list(
        history._default_manager.filter(pgh_obj_id=row.pk)
        .select_related("pgh_context")
        .order_by("-pgh_id")[:CHANGES_SHOWN]
    )
    found: list[tuple[int | None, Change]] = []
    after: Any = row
    for entry in entries:
        metadata = entry.pgh_context.metadata if entry.pgh_context else {}
        fields = [
            _told(field, entry, after, sees_personal_data)
            for field in row._meta.concrete_fields
            if hasattr(entry, field.attname) and not field.primary_key
            and getattr(entry, field.attname) != getattr(after, field.attname)
        ]  # fmt: skip
        change = Change(entry.pgh_created_at, what, "Sistema", metadata.get("reason", ""), fields)
        found.append((metadata.get("user"), change))
        after = entry
    return found


def _told(field: "Field[Any, Any]", before: Any, after: Any, sees_personal_data: bool) -> FieldChange:
    label = str(field.verbose_name)
    return FieldChange(
        label[:1].upper() + label[1:],
        _written(field, before, sees_personal_data),
        _written(field, after, sees_personal_data),
    )


def _written(field: "Field[Any, Any]", row: Any, sees_personal_data: bool) -> str:
    value = getattr(row, field.attname)
    if value in (None, ""):
        return "en blanco"
    if isinstance(value, bool):
        return "sí" if value else "no"
    if field.name in _PRIVATE and not sees_personal_data:
        return masked(_PRIVATE[field.name], str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(getattr(row, field.name) if field.is_relation else value)
