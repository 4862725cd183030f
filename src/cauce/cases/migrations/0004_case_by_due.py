"""All the cases by their last day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_writtenanswer_key")]

    operations = [
        migrations.AddIndex(model_name="case", index=models.Index(fields=["due_on", "document"], name="case_by_due")),
    ]
