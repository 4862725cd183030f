from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metering", "0002_review")]

    operations = [
        migrations.AddField(
            model_name="readinground",
            name="closed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="aprobada para facturar"),
        ),
        migrations.AlterField(
            model_name="readingdecision",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ACCEPTED", "Lectura aceptada"),
                    ("CORRECTED", "Lectura corregida"),
                    ("ESTIMATED", "Consumo estimado"),
                    ("REVISIT", "Segunda visita"),
                    ("PARKED", "Apartada"),
                    ("REOPENED", "Vuelta a abrir"),
                ],
                max_length=10,
                verbose_name="decisión",
            ),
        ),
        migrations.RemoveConstraint(model_name="readingdecision", name="readingdecision_says_what_is_billed"),
        migrations.AddConstraint(
            model_name="readingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=("ACCEPTED", "CORRECTED"), value__isnull=False, volume_m3__isnull=False)
                | models.Q(kind="ESTIMATED", volume_m3__isnull=False)
                | models.Q(kind__in=("REVISIT", "PARKED", "REOPENED"), volume_m3__isnull=True),
                name="readingdecision_says_what_is_billed",
                violation_error_message="La decisión no dice qué se factura.",
            ),
        ),
    ]
