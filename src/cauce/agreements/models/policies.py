"""The policy of agreements, in its versions."""

from django.db import models

from cauce.core.triggers import append_only
from cauce.documents.models import AuthorisedTable


class AgreementPolicy(AuthorisedTable):
    """A version of the policy: who authorised it, by which act, and its rules as they were read from the file."""

    rules = models.JSONField("reglas")

    class Meta:
        verbose_name = "política de convenios"
        verbose_name_plural = "políticas de convenios"
        triggers = append_only("agreements_agreementpolicy")
