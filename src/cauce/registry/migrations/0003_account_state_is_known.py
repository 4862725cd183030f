"""The states of an account are those that the code knows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0002_staff_links")]

    operations = [
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("ACTIVE", "REDUCED", "VOLUNTARY_SUSPENSION", "CLOSED"))),
                name="account_state_is_known",
                violation_error_message="Elija un estado de cuenta de la lista.",
            ),
        ),
    ]
