"""The papers of a legal notification and of an inspection, and the credential of who serves them."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cauce.collections.models.ladder import LadderAct
from cauce.collections.rules.states import RECORD_EDGES
from cauce.core.triggers import never_deleted, states
from cauce.documents.models import Document, StoredFile
from cauce.registry.models import Account


class CredentialQuerySet(models.QuerySet["NotifierCredential"]):
    """Reads of credentials."""

    def valid_on(self, day: "models.DateField[object, object] | object") -> "CredentialQuerySet":
        """Those by which somebody may serve papers on ``day``: within their dates and not withdrawn by then."""
        return self.filter(valid_from__lte=day, valid_until__gte=day).filter(
            Q(revoked_on__isnull=True) | Q(revoked_on__gt=day)
        )


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class NotifierCredential(models.Model):
    """A constancia that names somebody as notifier or inspector: its folio, who signs it, and from when until when.

    ``valid_until`` is the last day in which it serves.
    """

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="credential", verbose_name="documento"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credentials", verbose_name="quién notifica"
    )
    position = models.CharField("cargo", max_length=120)
    authority = models.CharField("quién la expide", max_length=160)
    legal_basis = models.CharField("fundamento", max_length=240)
    valid_from = models.DateField("desde")
    valid_until = models.DateField("hasta")
    revoked_on = models.DateField("retirada el", null=True)
    revoked_reason = models.CharField("por qué se retiró", max_length=240, blank=True)
    issued_at = models.DateTimeField("expedida")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la capturó"
    )

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = "constancia de notificador"
        verbose_name_plural = "constancias de notificador"
        indexes = [models.Index(fields=["user", "valid_until"], name="credential_by_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")),
                name="credential_dates_in_order",
                violation_error_message="La vigencia termina el mismo día en que empieza o después.",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | ~Q(revoked_reason=""),
                name="credential_revoked_says_why",
                violation_error_message="Escriba por qué se retira la constancia.",
            ),
        ]

    def __str__(self) -> str:
        return f"Constancia {self.document_id}"


class LegalRecord(models.Model):
    """A paper of a legal act: a citatorio, a cédula, a razón, an order of visit or its acta circunstanciada.

    It is of an account or of a place without one (a clandestine connection). It may follow another (a cédula its
    citatorio, a razón its cédula, an acta its order of visit) and may serve an act of the ladder. It is printed with
    its folio to be filled in by hand; what was written is then kept in ``fields`` by its label, once.
    """

    class Kind(models.TextChoices):
        SUMMONS = "SUMMONS", "Citatorio"
        SERVICE = "SERVICE", "Cédula de notificación"
        RETURN = "RETURN", "Razón de notificación"
        VISIT_ORDER = "VISIT_ORDER", "Orden de visita de inspección"
        VISIT_ACT = "VISIT_ACT", "Acta circunstanciada"

    class State(models.TextChoices):
        ISSUED = "ISSUED", "Por asentar"
        FILLED = "FILLED", "Asentada"
        VOID = "VOID", "Sin efecto"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="legal_record", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    kind = models.CharField("clase", max_length=11, choices=Kind.choices)
    state = models.CharField("estado", max_length=6, choices=State.choices, default=State.ISSUED)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="legal_records", verbose_name="cuenta"
    )
    act = models.ForeignKey(
        LadderAct, on_delete=models.PROTECT, null=True, related_name="legal_records", verbose_name="acción de cobranza"
    )
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="followed_by", verbose_name="sigue a"
    )
    credential = models.ForeignKey(
        NotifierCredential, on_delete=models.PROTECT, related_name="records", verbose_name="constancia"
    )
    place = models.CharField("domicilio", max_length=240)
    addressee = models.CharField("a quién se dirige", max_length=160)
    matter = models.CharField("asunto", max_length=240)
    legal_basis = models.CharField("fundamento", max_length=240)
    issued_at = models.DateTimeField("emitida")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la emitió"
    )
    happened_at = models.DateTimeField("cuándo fue", null=True)
    fields = models.JSONField("lo que se asentó", default=dict)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="hoja firmada"
    )
    ended_at = models.DateTimeField("asentada o sin efecto", null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién la asentó"
    )
    note = models.CharField("nota", max_length=240, blank=True)

    class Meta:
        verbose_name = "actuación"
        verbose_name_plural = "actuaciones"
        triggers = [
            never_deleted("collections_legalrecord"),
            states("collections_legalrecord", "state", RECORD_EDGES),
        ]
        indexes = [
            models.Index(fields=["account", "issued_at"], name="legalrecord_by_account"),
            models.Index(fields=["state", "issued_at"], name="legalrecord_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(place="") & ~Q(addressee="") & ~Q(matter="") & ~Q(legal_basis=""),
                name="legalrecord_says_where_and_why",
                violation_error_message="Escriba el domicilio, a quién se dirige, el asunto y el fundamento.",
            ),
            models.CheckConstraint(
                condition=~Q(state="FILLED") | Q(happened_at__isnull=False),
                name="legalrecord_filled_says_when",
                violation_error_message="Escriba el día y la hora en que se practicó.",
            ),
            models.CheckConstraint(
                condition=~Q(state="VOID") | ~Q(note=""),
                name="legalrecord_void_says_why",
                violation_error_message="Escriba por qué queda sin efecto.",
            ),
            models.UniqueConstraint(
                fields=["follows", "kind"],
                condition=Q(follows__isnull=False) & ~Q(state="VOID"),
                name="legalrecord_followed_once",
                violation_error_message="Esa actuación ya tiene la que le sigue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document_id}"
