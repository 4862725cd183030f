"""What stops an act on an account, who may not act on it, and what is doubtful of it."""

import pghistory
from django.conf import settings
from django.db import models

from cauce.registry.models.accounts import Account
from cauce.registry.models.people import Customer


class HoldQuerySet(models.QuerySet["Hold"]):
    """Reads of holds."""

    def open_on(self, day: "models.DateField[object, object] | object") -> "HoldQuerySet":
        """Holds in force on ``day``: placed, not lifted and not past their last day."""
        return self.filter(models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=day), valid_from__lte=day)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Hold(models.Model):
    """A retención: what stops an act on an account, who placed it, why and until when (exclusive)."""

    class Kind(models.TextChoices):
        COMPLAINT = "COMPLAINT", "Inconformidad"
        APPEAL = "APPEAL", "Recurso"
        AMPARO = "AMPARO", "Amparo"
        DEAD_HOLDER = "DEAD_HOLDER", "Titular fallecido"
        VULNERABLE = "VULNERABLE", "Persona vulnerable"
        PAYMENT_TRACED = "PAYMENT_TRACED", "Pago en aclaración"
        BILLING = "BILLING", "Facturación retenida"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds", verbose_name="cuenta")
    kind = models.CharField("clase", max_length=16, choices=Kind.choices)
    reason = models.TextField("motivo")
    stops_reduction = models.BooleanField("detiene la reducción", default=True)
    stops_surcharges = models.BooleanField("detiene los recargos", default=False)
    stops_billing = models.BooleanField("detiene la facturación", default=False)
    valid_from = models.DateField("desde")
    valid_until = models.DateField("hasta", null=True, blank=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la puso"
    )
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quién la levantó",
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = "retención"
        verbose_name_plural = "retenciones"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="hold_has_a_reason",
                violation_error_message="Escriba el motivo de la retención.",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="hold_dates_in_order",
                violation_error_message="La fecha final no puede ser anterior a la inicial.",
            ),
        ]
        indexes = [models.Index(fields=["account"], name="hold_by_account")]

    def __str__(self) -> str:
        return self.get_kind_display()


class StaffLinkQuerySet(models.QuerySet["StaffLink"]):
    """Reads of the declared links."""

    def in_force(self) -> "StaffLinkQuerySet":
        """Links nobody has ended."""
        return self.filter(ended_at__isnull=True)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class StaffLink(models.Model):
    """A declared link of a member of the staff with a person of the padrón: themselves or a relative.

    Nobody acts on an account whose holder they are linked to (Ley de Responsabilidades Administrativas).
    """

    class Kind(models.TextChoices):
        SELF = "SELF", "La misma persona"
        RELATIVE = "RELATIVE", "Pariente o interés"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién del personal"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name="persona")
    kind = models.CharField("vínculo", max_length=8, choices=Kind.choices)
    note = models.TextField("parentesco o interés", blank=True)
    declared_at = models.DateTimeField("declarado")
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo capturó"
    )
    ended_at = models.DateTimeField("terminado", null=True, blank=True)

    objects = StaffLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "vínculo declarado"
        verbose_name_plural = "vínculos declarados"
        permissions = [("declare_link", "Puede registrar vínculos del personal")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "customer"],
                condition=models.Q(ended_at__isnull=True),
                name="stafflink_once",
                violation_error_message="Ese vínculo ya está declarado.",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(kind="SELF", ended_at__isnull=True),
                name="stafflink_one_self",
                violation_error_message="Esa persona del personal ya está identificada en el padrón.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.customer} ({self.get_kind_display()})"


class PadronFlagQuerySet(models.QuerySet["PadronFlag"]):
    """Reads of flags."""

    def pending(self) -> "PadronFlagQuerySet":
        """Flags nobody has attended yet."""
        return self.filter(resolved_at__isnull=True)


class PadronFlag(models.Model):
    """A doubtful field of the padrón, kept until somebody corrects it or says it is right."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="flags", verbose_name="cuenta")
    code = models.CharField("aviso", max_length=32)
    field = models.CharField("campo", max_length=24)
    message = models.TextField("qué pasa")
    raised_at = models.DateTimeField("detectado")
    resolved_at = models.DateTimeField("atendido", null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="quién lo atendió"
    )
    resolution = models.TextField("cómo se atendió", blank=True)

    objects = PadronFlagQuerySet.as_manager()

    class Meta:
        verbose_name = "aviso del padrón"
        verbose_name_plural = "avisos del padrón"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "code", "field"],
                condition=models.Q(resolved_at__isnull=True),
                name="padronflag_pending_once",
                violation_error_message="Ese aviso ya está pendiente en la cuenta.",
            )
        ]
        indexes = [models.Index(fields=["code", "id"], name="padronflag_by_code")]

    def __str__(self) -> str:
        return self.message
