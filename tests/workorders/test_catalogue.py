"""The catalogue of orders is loaded whole or not at all, again without change, and corrected on a screen."""

from pathlib import Path

import pytest
from django.conf import settings

from cauce.users.models import User
from cauce.workorders.models import Material, WorkOrderType
from cauce.workorders.operations import CatalogueRejected, load_order_catalogue, save_material, save_order_type
from cauce.workorders.rules.catalogue import TypeDetails
from tests.workorders.orders import CATALOGUE, NOON

pytestmark = pytest.mark.django_db
HEAD = "materiales:\n  SELLO: {nombre: Sello, unidad: pieza}\ntipos:\n"
GOOD = "  FUGA: {nombre: Fuga, area: Operación, plazo_horas: 8, materiales: {SELLO: 1}}\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "ordenes.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_catalogue_loads_and_loading_it_again_changes_nothing(clerk: User) -> None:
    assert WorkOrderType.objects.count() >= 25
    assert load_order_catalogue(path=CATALOGUE, at=NOON, by=clerk) == 0


def test_every_service_that_pays_an_order_is_one_of_the_laws(clerk: User) -> None:
    law = (settings.LAW_DIR / "cortazar" / "2026" / "derechos.csv").read_text(encoding="utf-8").splitlines()
    codes = {line.partition(",")[0] for line in law[1:]}
    concepts = [concept for concept in WorkOrderType.objects.values_list("concept", flat=True) if concept]
    assert set(concepts) <= codes
    assert len(concepts) == len(set(concepts))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (HEAD + GOOD + GOOD, "«FUGA» está repetida"),
        (HEAD + GOOD.replace("Operación", "Luna"), "no existe el área «Luna»"),
        (HEAD + GOOD.replace("SELLO: 1", "ORO: 1"), "El material «ORO» no está en el catálogo"),
        (HEAD + GOOD.replace("plazo_horas", "plazo"), "«plazo» no es un dato"),
        ("tipos: {}\n", "debe llevar sólo «materiales» y «tipos»"),
        ("a: [", "que sea YAML"),
        (HEAD.replace("unidad: pieza", "color: rojo") + GOOD, "material «SELLO»"),
    ],
)
def test_a_fault_names_the_file_and_leaves_nothing(db: None, tmp_path: Path, text: str, fault: str) -> None:
    by = User.objects.get(username="cli-captura")
    with pytest.raises(CatalogueRejected, match=r"«ordenes\.yaml»") as refused:
        load_order_catalogue(path=write(tmp_path, text), at=NOON, by=by)
    assert fault in refused.value.message
    assert not Material.objects.exists()


def test_a_changed_row_is_updated_and_what_is_no_longer_named_stays(clerk: User, tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + GOOD.replace("FUGA:", "FUGA-TOMA:"))
    before = WorkOrderType.objects.count()
    assert load_order_catalogue(path=path, at=NOON, by=clerk) == 2
    assert WorkOrderType.objects.get(code="FUGA-TOMA").name == "Fuga"
    assert WorkOrderType.objects.count() == before


def test_a_kind_and_a_material_are_added_without_code(clerk: User) -> None:
    save_material(code="cinta", name="Cinta", unit="rollo", is_active=True)
    details = TypeDetails(name="Poda", area="Operación", term_hours=40)
    save_order_type(code="poda", details=details, at=NOON, by=clerk)
    assert WorkOrderType.objects.get(code="PODA").term_hours == 40
    with pytest.raises(CatalogueRejected, match="Escriba su nombre"):
        save_order_type(code="X", details=TypeDetails(name=" ", area="Operación", term_hours=1), at=NOON, by=clerk)
    with pytest.raises(CatalogueRejected, match="Elija el área"):
        save_order_type(code="X", details=TypeDetails(name="X", area="Luna", term_hours=1), at=NOON, by=clerk)
    with pytest.raises(CatalogueRejected, match="la clave, el nombre y la unidad"):
        save_material(code=" ", name="x", unit="x")
