"""What is signed before a run: that its padrón changes were seen, and that who is missing of it was told by name."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cauce.billing.models.runs import BillingRun
from cauce.core.triggers import append_only
from cauce.registry.models import CYCLES


class ChangesAcknowledgement(models.Model):
    """The billing clerk saw what changed of a cycle's padrón, up to an event of the history."""

    run = models.ForeignKey(
        BillingRun, on_delete=models.PROTECT, related_name="acknowledgements", verbose_name="corrida"
    )
    period = models.DateField("periodo")
    cycle = models.PositiveSmallIntegerField("ciclo", choices=CYCLES)
    until_event = models.BigIntegerField("hasta el evento")
    changes = models.PositiveIntegerField("cambios")
    acknowledged_at = models.DateTimeField("cuándo")
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién"
    )

    class Meta:
        verbose_name = "enterado de cambios del padrón"
        verbose_name_plural = "enterados de cambios del padrón"
        default_permissions = ()
        indexes = [models.Index(fields=["cycle", "-until_event"], name="changesack_by_cycle")]
        triggers = append_only("billing_changesacknowledgement")

    def __str__(self) -> str:
        return f"{self.run}: {self.changes}"


class GuardSignature(models.Model):
    """Somebody other than who computed a run took on that these accounts, and no others, are left without bill."""

    run = models.ForeignKey(
        BillingRun, on_delete=models.PROTECT, related_name="guard_signatures", verbose_name="corrida"
    )
    accounts = ArrayField(models.BigIntegerField(), verbose_name="cuentas")
    reason = models.TextField("motivo")
    signed_at = models.DateTimeField("cuándo")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién"
    )

    class Meta:
        verbose_name = "firma de cuentas que faltan"
        verbose_name_plural = "firmas de cuentas que faltan"
        default_permissions = ()
        triggers = append_only("billing_guardsignature")

    def __str__(self) -> str:
        return f"{self.run}: {len(self.accounts)}"
