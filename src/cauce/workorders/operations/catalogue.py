"""What kinds of orders and which materials there are: taken from a file, or changed on a screen."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from cauce.events.operations import publish
from cauce.users.models import Area, User
from cauce.workorders.events import ORDER_CATALOGUE_LOADED, ORDER_TYPE_CHANGED
from cauce.workorders.models import Material, UsualMaterial, WorkOrderType
from cauce.workorders.operations.office_file import content_of
from cauce.workorders.operations.refusals import CatalogueRejected
from cauce.workorders.rules.catalogue import FileFault, TypeDetails, fault_of, materials_of, types_of


@transaction.atomic
def load_order_catalogue(*, path: Path, at: datetime, by: User) -> int:
    """Take the kinds of orders and the materials from a YAML file, all or nothing. Idempotent.

    What the file no longer names stays as it was: orders point to it.

    :returns: how many kinds and materials were added or changed.
    :raises CatalogueRejected: naming the file, the code and what is wrong.
    """
    materials, types = _catalogue_of(path)
    changed_materials = [save_material(code=code, name=name, unit=unit) for code, (name, unit) in materials.items()]
    areas = {area.name: area for area in Area.objects.all()}
    changed_types = []
    for code, details in types.items():
        if details.area not in areas:
            raise CatalogueRejected(
                f"«{path.name}», tipo «{code}»: no existe el área «{details.area}»; use una de: {', '.join(areas)}."
            )
        try:
            changed_types.append(_keep_type(code, details, areas[details.area])[1])
        except CatalogueRejected as error:
            raise CatalogueRejected(f"«{path.name}», tipo «{code}»: {error.message}") from error
    type_count, material_count = sum(changed_types), sum(is_new for _, is_new in changed_materials)
    if type_count or material_count:
        publish(
            ORDER_CATALOGUE_LOADED,
            subject_kind="WorkOrderType",
            subject_id=0,
            facts={"types": type_count, "materials": material_count},
            at=at,
            by=by,
        )
    return type_count + material_count


@transaction.atomic
def save_order_type(*, code: str, details: TypeDetails, at: datetime, by: User) -> WorkOrderType:
    """Add a kind of order, or correct one; orders already issued keep their term. Idempotent.

    :raises CatalogueRejected: saying what is wrong in it.
    """
    code = code.strip().upper()
    if not code:
        raise CatalogueRejected("Escriba la clave del tipo de orden.")
    fault = fault_of(details)
    if fault:
        raise CatalogueRejected(f"{fault[0].upper()}{fault[1:]}.")
    area = Area.objects.filter(name=details.area).first()
    if area is None:
        raise CatalogueRejected("Elija el área que hace la orden.")
    found, is_changed = _keep_type(code, details, area)
    if is_changed:
        publish(
            ORDER_TYPE_CHANGED,
            subject_kind="WorkOrderType",
            subject_id=0,
            facts={"code": code, "name": found.name},
            at=at,
            by=by,
        )
    return found


@transaction.atomic
def save_material(*, code: str, name: str, unit: str, is_active: bool = True) -> tuple[Material, bool]:
    """Add a material, or correct one, and tell whether that changed anything. Idempotent.

    :raises CatalogueRejected: if its code, its name or its unit is missing.
    """
    if not (code.strip() and name.strip() and unit.strip()):
        raise CatalogueRejected("Escriba la clave, el nombre y la unidad del material.")
    wanted = {"name": name.strip(), "unit": unit.strip(), "is_active": is_active}
    found, is_new = Material.objects.get_or_create(code=code.strip().upper(), defaults=wanted)
    return found, _changed(found, wanted) or is_new


def _keep_type(code: str, details: TypeDetails, area: Area) -> tuple[WorkOrderType, bool]:
    """The kind of order as it is told, and whether that changed anything."""
    wanted: dict[str, object] = {
        "name": details.name.strip(),
        "area": area,
        "term_hours": details.term_hours,
        "priority": details.priority,
        "concept": details.concept,
        "needs_account": details.needs_account,
        "needs_photo": details.needs_photo,
        "is_leak": details.is_leak,
        "closing_fields": list(details.closing_fields),
        "reasons_not_done": list(details.reasons_not_done),
        "effect": details.effect,
        "instructions": details.instructions,
        "is_active": details.is_active,
    }
    found, is_new = WorkOrderType.objects.get_or_create(code=code, defaults=wanted)
    is_changed = _changed(found, wanted)
    return found, _keep_usual(found, details.materials) or is_changed or is_new


def _keep_usual(type: WorkOrderType, materials: Sequence[tuple[str, Decimal]]) -> bool:
    known = Material.objects.in_bulk([code for code, _ in materials])
    for code, _ in materials:
        if code not in known:
            raise CatalogueRejected(f"El material «{code}» no está en el catálogo; agréguelo antes.")
    before = {usual.material_id: usual.quantity for usual in type.usual_materials.all()}
    if before == dict(materials):
        return False
    type.usual_materials.all().delete()
    UsualMaterial.objects.bulk_create(
        [UsualMaterial(type=type, material=known[code], quantity=quantity) for code, quantity in materials]
    )
    return True


def _changed(row: Material | WorkOrderType, wanted: dict[str, Any]) -> bool:
    """Whether a row had to be changed to be as it is told."""
    different = [name for name, value in wanted.items() if getattr(row, name) != value]
    if different:
        for name in different:
            setattr(row, name, wanted[name])
        row.save(update_fields=different)
    return bool(different)


def _catalogue_of(path: Path) -> tuple[dict[str, tuple[str, str]], dict[str, TypeDetails]]:
    content = content_of(path)
    try:
        if not isinstance(content, dict) or set(content) != {"materiales", "tipos"}:
            raise FileFault("debe llevar sólo «materiales» y «tipos»")
        return materials_of(content["materiales"]), types_of(content["tipos"])
    except FileFault as error:
        raise CatalogueRejected(f"«{path.name}»: {error}.") from error
