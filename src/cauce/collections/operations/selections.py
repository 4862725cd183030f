"""Selections of debtors kept with a name."""

from datetime import datetime

from django.db import transaction

from cauce.collections.events import SELECTION_SAVED, SELECTION_WITHDRAWN
from cauce.collections.models import SavedSelection
from cauce.collections.rules import Filters
from cauce.core.errors import DomainError
from cauce.events.operations import publish
from cauce.users.models import User


class SelectionNotPossible(DomainError):
    """The selection cannot be kept."""


@transaction.atomic
def save_selection(*, name: str, filters: Filters, at: datetime, by: User) -> SavedSelection:
    """Keep ``filters`` with a name; a name in use takes the new filters. Idempotent: the same again changes nothing.

    :raises SelectionNotPossible: if it has no name or asks for nothing.
    """
    name = " ".join(name.split())
    if not name:
        raise SelectionNotPossible("Escriba un nombre para la selección.")
    if filters.is_empty:
        raise SelectionNotPossible("La selección no filtra nada: elija al menos un filtro y vuelva a guardarla.")
    kept = filters.as_dict()
    selection = SavedSelection.objects.select_for_update().filter(name=name, is_active=True).first()
    if selection is not None and selection.filters == kept:
        return selection
    if selection is None:
        selection = SavedSelection.objects.create(name=name, filters=kept, saved_at=at, saved_by=by)
    else:
        selection.filters, selection.saved_at, selection.saved_by = kept, at, by
        selection.save(update_fields=["filters", "saved_at", "saved_by"])
    publish(
        SELECTION_SAVED,
        subject_kind="saved_selection",
        subject_id=selection.pk,
        facts={"name": name},
        at=at,
        by=by,
    )
    return selection


@transaction.atomic
def withdraw_selection(*, selection: SavedSelection, at: datetime, by: User) -> SavedSelection:
    """Take a selection off the list. Idempotent."""
    selection = SavedSelection.objects.select_for_update().get(pk=selection.pk)
    if not selection.is_active:
        return selection
    selection.is_active = False
    selection.save(update_fields=["is_active"])
    publish(
        SELECTION_WITHDRAWN,
        subject_kind="saved_selection",
        subject_id=selection.pk,
        facts={"name": selection.name},
        at=at,
        by=by,
    )
    return selection
