"""The gestiones of collection: who was spoken to, by what means, what they answered and what they promised."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cauce.collections.rules.promises import PROMISE_EDGES
from cauce.core.triggers import never_deleted, states
from cauce.registry.models import Account


class CollectionContact(models.Model):
    """A gestión with a debtor. What it says never changes; a promise of payment ends kept, kept in part, or broken."""

    class Means(models.TextChoices):
        CALL = "CALL", "Llamada"
        VISIT = "VISIT", "Visita"
        WINDOW = "WINDOW", "En la ventanilla"
        WHATSAPP = "WHATSAPP", "WhatsApp"
        EMAIL = "EMAIL", "Correo electrónico"
        LETTER = "LETTER", "Carta"

    class Person(models.TextChoices):
        HOLDER = "HOLDER", "Titular"
        RELATIVE = "RELATIVE", "Familiar"
        TENANT = "TENANT", "Inquilino"
        NEIGHBOUR = "NEIGHBOUR", "Vecino"
        OTHER = "OTHER", "Otra persona"
        NOBODY = "NOBODY", "Nadie"

    class Result(models.TextChoices):
        PROMISE = "PROMISE", "Prometió pagar"
        ASKS_AGREEMENT = "ASKS_AGREEMENT", "Pide convenio"
        DISPUTES = "DISPUTES", "No está conforme con el adeudo"
        SAYS_PAID = "SAYS_PAID", "Dice que ya pagó"
        REFUSES = "REFUSES", "Se niega a pagar"
        MESSAGE_LEFT = "MESSAGE_LEFT", "Se dejó recado"
        NO_ANSWER = "NO_ANSWER", "No contestó o no había nadie"
        WRONG_NUMBER = "WRONG_NUMBER", "Teléfono o domicilio equivocado"
        VACANT = "VACANT", "Casa sola"

    class Promise(models.TextChoices):
        PENDING = "PENDING", "Por cumplirse"
        KEPT = "KEPT", "Cumplida"
        PARTLY = "PARTLY", "Cumplida en parte"
        BROKEN = "BROKEN", "Incumplida"
        REPLACED = "REPLACED", "Sustituida por otra"

    key = models.CharField("llave", max_length=120, unique=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="collection_contacts", db_index=False, verbose_name="cuenta"
    )
    means = models.CharField("medio", max_length=8, choices=Means.choices)
    person = models.CharField("con quién", max_length=9, choices=Person.choices)
    person_name = models.CharField("nombre", max_length=120, blank=True)
    result = models.CharField("resultado", max_length=14, choices=Result.choices)
    note = models.TextField("nota", blank=True)
    # What it owed overdue when it was spoken to.
    debt = models.DecimalField("adeudo vencido", max_digits=14, decimal_places=2)
    contacted_at = models.DateTimeField("cuándo")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la hizo"
    )
    promise_state = models.CharField("promesa", max_length=8, choices=Promise.choices, blank=True)
    promise_on = models.DateField("prometió para el", null=True)
    promise_amount = models.DecimalField("prometió", max_digits=14, decimal_places=2, null=True)
    paid = models.DecimalField("pagó", max_digits=14, decimal_places=2, null=True)
    evaluated_at = models.DateTimeField("revisada", null=True)

    class Meta:
        verbose_name = "gestión de cobranza"
        verbose_name_plural = "gestiones de cobranza"
        triggers = [
            never_deleted("collections_collectioncontact"),
            states("collections_contact", "promise_state", PROMISE_EDGES),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="collectioncontact_by_account"),
            models.Index(
                fields=["promise_on", "id"],
                name="collectioncontact_pending",
                condition=Q(promise_state="PENDING"),
            ),
            models.Index(fields=["contacted_at", "id"], name="collectioncontact_by_moment"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(promise_state="PENDING"),
                name="collectioncontact_one_promise",
                violation_error_message="La cuenta ya tiene una promesa por cumplirse.",
            ),
            models.CheckConstraint(
                condition=(Q(result="PROMISE", promise_on__isnull=False, promise_amount__gt=0) & ~Q(promise_state=""))
                | (~Q(result="PROMISE") & Q(promise_state="", promise_on__isnull=True, promise_amount__isnull=True)),
                name="collectioncontact_promise_is_whole",
                violation_error_message="Una promesa lleva su fecha y su importe; lo demás no lleva promesa.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_means_display()}: {self.get_result_display()}"
