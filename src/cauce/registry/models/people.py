"""Who uses the service, owes or pays."""

import pghistory
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Reverse

from cauce.core.triggers import never_deleted


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["name_key", "phone_digits"]
)
class Customer(models.Model):
    """A person or company that uses the service, owes or pays: a party, with or without an account."""

    class Kind(models.TextChoices):
        PERSON = "PERSON", "Persona física"
        COMPANY = "COMPANY", "Persona moral"

    name = models.CharField("nombre", max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    kind = models.CharField("tipo", max_length=8, choices=Kind.choices, default=Kind.PERSON)
    rfc = models.CharField("RFC", max_length=20, blank=True)
    curp = models.CharField("CURP", max_length=24, blank=True)
    phone = models.CharField("teléfono", max_length=40, blank=True)
    phone_digits = models.CharField(max_length=20, blank=True, editable=False)
    email = models.CharField("correo", max_length=160, blank=True)
    died_on = models.DateField("fecha de defunción", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        verbose_name="unido a",
    )

    class Meta:
        verbose_name = "persona"
        verbose_name_plural = "personas"
        triggers = [never_deleted("registry_customer")]
        permissions = [("view_personal_data", "Puede ver datos personales sin ocultar")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="customer_has_a_name",
                violation_error_message="Escriba el nombre de la persona.",
            )
        ]
        indexes = [
            # People give the seven digits they dial in town: the end of the number, so it is indexed backwards.
            models.Index(
                OpClass(Reverse("phone_digits"), name="text_pattern_ops"),
                name="customer_by_phone_end",
                condition=~models.Q(phone_digits=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name
