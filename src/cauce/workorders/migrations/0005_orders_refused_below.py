"""How much must still be owed for an order to be carried out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workorders", "0004_leaks_photos_and_bases")]

    operations = [
        migrations.AddField(
            model_name="workorder",
            name="refused_below",
            field=models.DecimalField(decimal_places=2, max_digits=14, null=True, verbose_name="adeudo mínimo"),
        ),
    ]
