import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("metering", "0002_corrected_consumption")]

    operations = [
        migrations.AlterField(
            model_name="routeassignment",
            name="reader",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="metering.reader",
                verbose_name="lecturista",
            ),
        ),
    ]
