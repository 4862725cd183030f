"""The eight claves that the padrón uses, so that it can be imported before any law is loaded."""

from django.db import migrations

CODES = (
    ("001", "Doméstico", "DOMESTIC"),
    ("002", "Comercio", "COMMERCIAL"),
    ("003", "Combinado", "MIXED"),
    ("004", "Industrial", "INDUSTRIAL"),
    ("005", "Escuela oficial", "PUBLIC_SCHOOL"),
    ("006", "Escuela particular", "PRIVATE_SCHOOL"),
    ("008", "Oficina de gobierno", "GOVERNMENT"),
    ("013", "Pensionado", "DOMESTIC"),
)


def seed(apps, schema_editor):
    """Write the claves; a law that is loaded later may add more."""
    tariff_code = apps.get_model("tariffs", "TariffCode")
    tariff_code.objects.bulk_create(
        tariff_code(code=code, name=name, use_class=use_class) for code, name, use_class in CODES
    )


class Migration(migrations.Migration):
    dependencies = [("tariffs", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
