"""The policy of agreements, in its versions."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only


class AgreementPolicy(models.Model):
    """A version of the policy: who authorised it, by which act, and its rules as they were read from the file."""

    valid_from = models.DateField("vigente desde")
    authorised_by = models.CharField("quién la autorizó", max_length=120)
    resolution = models.CharField("acuerdo", max_length=120)
    legal_basis = models.CharField("fundamento", max_length=240)
    rules = models.JSONField("reglas")
    sha256 = models.CharField("huella", max_length=64, unique=True)
    loaded_at = models.DateTimeField("cargada")
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la cargó"
    )

    class Meta:
        verbose_name = "política de convenios"
        verbose_name_plural = "políticas de convenios"
        triggers = append_only("agreements_agreementpolicy")

    def __str__(self) -> str:
        return self.resolution
