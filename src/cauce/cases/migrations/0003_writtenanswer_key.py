"""The key of an answer: sent twice, it is written once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="writtenanswer",
            name="key",
            field=models.CharField(max_length=120, unique=True, verbose_name="llave", default=""),
            preserve_default=False,
        ),
    ]
