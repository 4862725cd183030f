"""Document records and their folios, and stored files."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.rules.signing import SIGNATURE_EDGES


class FolioSeries(models.Model):
    """A numbered series without gaps: bills have one, receipts one per desk."""

    code = models.CharField("serie", max_length=24, primary_key=True)
    name = models.CharField("nombre", max_length=80)
    next_number = models.BigIntegerField("siguiente folio", default=1)

    class Meta:
        verbose_name = "serie de folios"
        verbose_name_plural = "series de folios"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(next_number__gte=1),
                name="folioseries_next_number_positive",
                violation_error_message="El siguiente folio debe ser 1 o mayor.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """A paper of the utility: it has a kind, a folio and a date, and never changes.

    It is the source that the ledger's transfers point to; what it says lives in the package that made it.
    """

    class Kind(models.TextChoices):
        OPENING = "OPENING", "Saldo inicial"
        BILL = "BILL", "Recibo"
        SURCHARGE = "SURCHARGE", "Recargos"
        PAYMENT = "PAYMENT", "Comprobante de pago"
        REVERSAL = "REVERSAL", "Cancelación"
        PAYMENT_ORDER = "PAYMENT_ORDER", "Orden de pago"
        ADJUSTMENT = "ADJUSTMENT", "Ajuste"
        WAIVER = "WAIVER", "Condonación"
        ADVANCE_APPLIED = "ADVANCE_APPLIED", "Aplicación de saldo a favor"
        REFUND = "REFUND", "Devolución"
        SESSION_CLOSE = "SESSION_CLOSE", "Corte de caja"
        CASH_RECORD = "CASH_RECORD", "Acta de caja"
        WITHDRAWAL = "WITHDRAWAL", "Retiro de caja"
        BANK_DEPOSIT = "BANK_DEPOSIT", "Ficha de depósito"
        DISHONOUR = "DISHONOUR", "Cheque devuelto o contracargo"
        CLEARING_MATCH = "CLEARING_MATCH", "Conciliación"
        CLAIM = "CLAIM", "Aclaración de pago"
        VOUCHER = "VOUCHER", "Vale"
        CASE = "CASE", "Caso"
        ANSWER = "ANSWER", "Respuesta por escrito"
        WORK_ORDER = "WORK_ORDER", "Orden de trabajo"
        DELIVERY_LIST = "DELIVERY_LIST", "Relación de órdenes"
        INSPECTION = "INSPECTION", "Aforo"
        INSPECTION_ACT = "INSPECTION_ACT", "Acta de aforo"
        SYSTEM_REQUEST = "SYSTEM_REQUEST", "Solicitud a Informática"
        ANNOUNCEMENT = "ANNOUNCEMENT", "Aviso al público"
        REPORT = "REPORT", "Informe"
        AGREEMENT = "AGREEMENT", "Convenio de pago"
        PROMISSORY_NOTE = "PROMISSORY_NOTE", "Pagaré"
        PREPAYMENT = "PREPAYMENT", "Pago anticipado"
        NOTICE = "NOTICE", "Aviso de adeudo"
        COLLECTION_BATCH = "COLLECTION_BATCH", "Relación de cobranza"
        LEGAL_RECORD = "LEGAL_RECORD", "Actuación"
        BENCH_TEST = "BENCH_TEST", "Prueba de medidor"
        REPLACEMENT = "REPLACEMENT", "Propuesta de reemplazo de medidores"

    kind = models.CharField("clase", max_length=24, choices=Kind.choices)
    series = models.CharField("serie", max_length=24)
    number = models.BigIntegerField("número")
    issued_on = models.DateField("fecha")
    created_at = models.DateTimeField("creado")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="quién")

    class Meta:
        verbose_name = "documento"
        verbose_name_plural = "documentos"
        constraints = [
            models.UniqueConstraint(
                fields=["series", "number"],
                name="document_folio_unique",
                violation_error_message="Ese folio ya existe en la serie.",
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="document_number_positive",
                violation_error_message="El folio debe ser 1 o mayor.",
            ),
        ]
        triggers = append_only("documents_document")

    def __str__(self) -> str:
        return self.folio

    @property
    def folio(self) -> str:
        """The folio as it is printed: series and number."""
        return f"{self.series}-{self.number:06d}"


class StoredFile(models.Model):
    """A file kept by the product, found by the SHA-256 of its content."""

    sha256 = models.CharField("huella", max_length=64, unique=True)
    name = models.CharField("nombre", max_length=200)
    content_type = models.CharField("tipo", max_length=80)
    size_bytes = models.BigIntegerField("tamaño")
    stored_at = models.DateTimeField("guardado")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="quién")

    class Meta:
        verbose_name = "archivo"
        verbose_name_plural = "archivos"
        triggers = append_only("documents_storedfile")

    def __str__(self) -> str:
        return self.name


class AuthorisedTable(models.Model):
    """A version of a table of the office's data: since when it rules, who authorised it and by which act.

    Each package keeps its own tables, with their content as it was in the file; none is changed afterwards.
    """

    valid_from = models.DateField("vigente desde")
    authorised_by = models.CharField("quién la autorizó", max_length=120)
    resolution = models.CharField("acuerdo", max_length=120)
    legal_basis = models.CharField("fundamento", max_length=240)
    sha256 = models.CharField("huella", max_length=64, unique=True)
    loaded_at = models.DateTimeField("cargada")
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la cargó"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.resolution


class SignatureRequest(models.Model):
    """A paper that waits for a signature: what it is, who asks for it, its file, and who signed or returned it.

    What it is about is data (``subject_kind``, ``subject_id``): it may live in a package above. The signature is of
    the file, by its SHA-256.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", "Para firma"
        SIGNED = "SIGNED", "Firmado"
        RETURNED = "RETURNED", "Devuelto"
        WITHDRAWN = "WITHDRAWN", "Retirado"

    key = models.CharField("llave", max_length=120, unique=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="signature_requests", verbose_name="documento"
    )
    kind = models.CharField("clase", max_length=48)
    title = models.CharField("qué es", max_length=200)
    subject_kind = models.CharField("objeto", max_length=48)
    subject_id = models.BigIntegerField("número del objeto")
    account_id = models.BigIntegerField("cuenta", null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="archivo")
    # The post that signs, by its code in the page of roles.
    role = models.CharField("puesto que firma", max_length=40)
    state = models.CharField("estado", max_length=9, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField("pedida")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la pide"
    )
    decided_at = models.DateTimeField("resuelta", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién firmó"
    )
    note = models.CharField("nota", max_length=200, blank=True)

    class Meta:
        verbose_name = "firma pedida"
        verbose_name_plural = "firmas pedidas"
        permissions = [("sign_document", "Puede firmar documentos")]
        triggers = [
            never_deleted("documents_signaturerequest"),
            states("documents_signaturerequest", "state", SIGNATURE_EDGES),
        ]
        indexes = [
            models.Index(fields=["role", "state", "asked_at"], name="signaturerequest_by_role"),
            models.Index(fields=["subject_kind", "subject_id"], name="signaturerequest_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | ~models.Q(state="SIGNED")
                | ~models.Q(decided_by=models.F("asked_by")),
                name="signaturerequest_by_two_people",
                violation_error_message="Quien pide la firma no puede firmar.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="RETURNED") | ~models.Q(note=""),
                name="signaturerequest_returned_says_why",
                violation_error_message="Escriba por qué se devuelve.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Norm(models.Model):
    """A law or regulation that the utility works by: where it was published and its text, if the office has it."""

    class Kind(models.TextChoices):
        LAW = "LAW", "Ley"
        CODE = "CODE", "Código"
        REGULATION = "REGULATION", "Reglamento"
        CONSTITUTION = "CONSTITUTION", "Constitución"
        CRITERION = "CRITERION", "Jurisprudencia"
        INTERNAL = "INTERNAL", "Norma interna"

    code = models.CharField("clave", max_length=24, primary_key=True)
    name = models.CharField("nombre", max_length=240)
    kind = models.CharField("clase", max_length=12, choices=Kind.choices)
    publication = models.CharField("publicación", max_length=240)
    subject = models.TextField("de qué trata")
    cited_as = models.JSONField("cómo se cita", default=list)
    of_the_post = models.BooleanField("la pide la descripción del puesto", default=False)
    place = models.PositiveSmallIntegerField("lugar", default=0)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="documento"
    )

    class Meta:
        verbose_name = "norma"
        verbose_name_plural = "normas"
        default_permissions = ("change",)
        triggers = [never_deleted("documents_norm")]

    def __str__(self) -> str:
        return self.name
