"""The ladder of actions: taken from its file, or changed on a screen."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction

from cauce.collections.events import LADDER_LOADED, LADDER_STEP_CHANGED
from cauce.collections.models import LadderStep
from cauce.collections.operations.refusals import LadderRejected
from cauce.collections.queries.ladder import terms_of_step
from cauce.collections.rules.ladder_file import LadderFault, StepDetails, fault_between, fault_of, steps_of
from cauce.core.clock import local_day
from cauce.events.operations import publish
from cauce.tariffs.queries import laws_in_force, schedule_of
from cauce.users.models import User
from cauce.workorders.models import WorkOrderType
from cauce.workorders.operations import content_of


@transaction.atomic
def load_ladder(*, path: Path, at: datetime, by: User) -> int:
    """Take the ladder from a YAML file, all or nothing; what it no longer names is out of use. Idempotent.

    :returns: how many rungs were added or changed.
    :raises LadderRejected: naming the file, the rung and what is wrong.
    :raises CatalogueRejected: if the file cannot be read.
    """
    content = content_of(path)
    try:
        if not isinstance(content, dict) or not {"escalera"} <= set(content) <= {"escalera", "servicio"}:
            raise LadderFault("debe llevar «escalera» y, si acaso, «servicio»")
        steps = steps_of(content["escalera"])
    except LadderFault as error:
        raise LadderRejected(f"«{path.name}»: {error}.") from error
    changed = _put(steps, f"«{path.name}», peldaño «{{}}»")
    gone = LadderStep.objects.exclude(code__in=steps).filter(is_active=True)
    for step in gone:
        changed += _change(step, {"is_active": False})
    if changed:
        publish(
            LADDER_LOADED,
            subject_kind="LadderStep",
            subject_id=0,
            facts={"steps": changed},
            at=at,
            by=by,
        )
    return changed


@transaction.atomic
def save_ladder_step(*, code: str, details: StepDetails, at: datetime, by: User) -> LadderStep:
    """Add a rung, or correct one; acts already taken keep what they were. Idempotent.

    :raises LadderRejected: saying what is wrong in it.
    """
    code = code.strip().upper()
    if not code:
        raise LadderRejected("Escriba la clave del peldaño.")
    others = {step.code: _details_of(step) for step in LadderStep.objects.exclude(code=code)}
    fault = fault_of(details) or fault_between({**others, code: details})
    if fault:
        raise LadderRejected(f"{fault[0].upper()}{fault[1:]}.")
    if _put({code: details}, "El peldaño «{}»"):
        publish(
            LADDER_STEP_CHANGED,
            subject_kind="LadderStep",
            subject_id=0,
            facts={"code": code, "name": details.name, "day": local_day(at)},
            at=at,
            by=by,
        )
    return LadderStep.objects.select_related("order_type").get(pk=code)


def _put(steps: Mapping[str, StepDetails], where: str) -> int:
    types = WorkOrderType.objects.in_bulk([step.order_type for step in steps.values() if step.order_type])
    charges = _services_of_the_laws()
    changed = 0
    for code, step in steps.items():
        if step.order_type and step.order_type not in types:
            raise LadderRejected(
                f"{where.format(code)}: no hay un tipo de orden «{step.order_type}»; cárguelo antes o cámbielo."
            )
        if step.charge and charges and step.charge not in charges:
            raise LadderRejected(
                f"{where.format(code)}: la ley no tiene el servicio «{step.charge}»; use una clave de sus derechos."
            )
    _make_room(steps)
    for code, step in steps.items():
        wanted = _columns(step, types.get(step.order_type))
        found = LadderStep.objects.filter(pk=code).first()
        if found is not None:
            changed += _change(found, wanted)
            continue
        try:
            with transaction.atomic():
                LadderStep.objects.create(code=code, **wanted)
        except IntegrityError as error:
            raise LadderRejected(f"{where.format(code)}: ya hay otro en el lugar {step.position}.") from error
        changed += 1
    return changed


def _make_room(steps: Mapping[str, StepDetails]) -> None:
    """Take out of the way the rungs whose place another one takes: places are unique at every moment."""
    wanted = {step.position: code for code, step in steps.items()}
    moved = [step for step in LadderStep.objects.filter(position__in=wanted) if wanted[step.position] != step.pk]
    last = LadderStep.objects.order_by("-position").values_list("position", flat=True).first() or 0
    beyond = max(last, *wanted) if wanted else last
    for ahead, step in enumerate(moved, start=1):
        step.position = beyond + ahead
        step.save(update_fields=["position"])


def _services_of_the_laws() -> set[str]:
    """The services that some loaded law charges; none while no law is loaded."""
    return {code for law in laws_in_force() for code in schedule_of(law.schedule_id).one_off_charges}


def _columns(step: StepDetails, order_type: WorkOrderType | None) -> dict[str, Any]:
    return {
        "name": step.name.strip(),
        "kind": step.kind,
        "position": step.position,
        "predecessors": list(step.predecessors),
        "min_days": step.min_days,
        "max_days": step.max_days,
        "min_debt": step.min_debt,
        "min_months": step.min_months,
        "use_classes": list(step.use_classes),
        "channel": step.channel,
        "charge": step.charge,
        "unit_cost": step.unit_cost,
        "order_type": order_type,
        "template": step.template.strip(),
        "legal_basis": step.legal_basis.strip(),
        "is_active": step.is_active,
    }


def _details_of(step: LadderStep) -> StepDetails:
    """A rung as it is told."""
    return StepDetails(
        **terms_of_step(step),
        charge=step.charge,
        unit_cost=step.unit_cost,
        order_type=step.order_type_id or "",
        template=step.template,
        legal_basis=step.legal_basis,
    )


def _change(step: LadderStep, wanted: dict[str, Any]) -> int:
    """Whether (1 or 0) a row had to be changed to be as it is told."""
    different = [name for name, value in wanted.items() if getattr(step, name) != value]
    for name in different:
        setattr(step, name, wanted[name])
    if different:
        step.save(update_fields=different)
    return int(bool(different))
