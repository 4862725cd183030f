"""The accounts of a round that nobody read, found once and not each time that somebody opens the list."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from cauce.metering.models.readings import ReadingRound


class RoundUnread(models.Model):
    """The accounts with a meter that a round left without any reading, when they were last looked for.

    Who shows them looks again whether each is still so: what changed since is left out, never shown by mistake.
    """

    round = models.OneToOneField(
        ReadingRound, on_delete=models.PROTECT, primary_key=True, related_name="unread", verbose_name="ronda"
    )
    account_ids = ArrayField(models.BigIntegerField(), default=list, verbose_name="cuentas sin lectura")
    looked_at = models.DateTimeField("cuándo se buscaron")

    class Meta:
        verbose_name = "cuentas sin lectura de una ronda"
        verbose_name_plural = "cuentas sin lectura de las rondas"

    def __str__(self) -> str:
        return f"{self.round}: {len(self.account_ids)}"
