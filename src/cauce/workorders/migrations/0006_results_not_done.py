"""The visits that did nothing, by order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workorders", "0005_orders_refused_below")]

    operations = [
        migrations.AddIndex(
            model_name="workorderresult",
            index=models.Index(condition=models.Q(is_done=False), fields=["order"], name="workorderresult_not_done"),
        ),
    ]
