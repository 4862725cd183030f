"""The figures that the acts of an aforo are worked out with until the utility loads its own."""

from datetime import UTC, datetime

from django.db import migrations

FIXTURES = (
    ("EXCUSADO", "Excusados", 90),
    ("REGADERA", "Regaderas", 140),
    ("LAVABO", "Lavabos", 30),
    ("FREGADERO", "Fregaderos", 50),
    ("LAVADERO", "Lavaderos", 60),
    ("LAVADORA", "Lavadoras", 80),
    ("JARDIN", "Llaves de jardín", 50),
    ("COCHERA", "Llaves de cochera", 30),
    ("TINACO", "Tinacos", 0),
    ("CISTERNA", "Cisternas", 0),
    ("ALBERCA", "Albercas", 300),
)


def seed(apps, schema_editor):
    """Write the first bases; an act keeps those it was captured with."""
    apps.get_model("workorders", "InspectionBasis").objects.create(
        litres_a_person=150,
        person_source="CONAGUA, MAPAS, Datos básicos: consumo doméstico en clima templado, entre popular y media",
        tolerance_percent=5,
        smallest_test_litres=10,
        test_source="NOM-012-SCFI: error máximo tolerado a un medidor en gasto bajo",
        fixtures=[{"code": code, "name": name, "litres": str(litres)} for code, name, litres in FIXTURES],
        fixtures_source="Referencia del organismo para uso ordinario en una casa",
        loaded_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


class Migration(migrations.Migration):
    dependencies = [("workorders", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
