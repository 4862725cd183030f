"""The bases with which the acts are worked out, taken from a file."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from cauce.events.operations import publish
from cauce.users.models import User
from cauce.workorders.events import INSPECTION_BASIS_LOADED
from cauce.workorders.models import InspectionBasis
from cauce.workorders.operations.office_file import content_of
from cauce.workorders.operations.refusals import CatalogueRejected
from cauce.workorders.queries.agenda import basis_in_force, figures_of
from cauce.workorders.rules.basis_file import basis_of_file
from cauce.workorders.rules.catalogue import FileFault


@transaction.atomic
def load_inspection_basis(*, path: Path, at: datetime, by: User) -> int:
    """Take the bases of the aforos from a YAML file: the acts to come are worked out with them. Idempotent.

    The acts already written keep those that they were captured with.

    :returns: 1 if they changed, 0 if they are those in force.
    :raises CatalogueRejected: naming the file, the key and what is wrong.
    """
    try:
        told = basis_of_file(content_of(path))
    except FileFault as error:
        raise CatalogueRejected(f"«{path.name}»: {error}.") from error
    if told == figures_of(basis_in_force()):
        return 0
    basis = InspectionBasis.objects.create(
        litres_a_person=told.litres_a_person,
        person_source=told.person_source,
        tolerance_percent=told.tolerance_percent,
        smallest_test_litres=told.smallest_test_litres,
        test_source=told.test_source,
        fixtures=[
            {"code": fixture.code, "name": fixture.name, "litres": str(fixture.litres_a_day)}
            for fixture in told.fixtures
        ],
        fixtures_source=told.fixtures_source,
        loaded_at=at,
    )
    publish(
        INSPECTION_BASIS_LOADED,
        subject_kind="InspectionBasis",
        subject_id=basis.pk,
        facts={"litres": str(told.litres_a_person), "tolerance": str(told.tolerance_percent)},
        at=at,
        by=by,
    )
    return 1
