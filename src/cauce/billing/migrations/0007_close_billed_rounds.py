"""The rounds of the runs that were approved before rounds were closed by it."""

from django.db import migrations

CLOSE = """
UPDATE metering_readinground round SET closed_at = run.approved_at
FROM billing_billingrun run
WHERE run.period = round.period AND run.cycle = round.cycle AND run.state IN ('APPROVED', 'ISSUING', 'ISSUED')
  AND round.closed_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_billing_under_control"), ("metering", "0003_closed_rounds")]

    operations = [migrations.RunSQL(CLOSE, migrations.RunSQL.noop)]
