"""What was imported and what was found in it."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import never_deleted, references
from cauce.imports.rules import Severity


class ImportKind(models.TextChoices):
    """The files that the utility receives."""

    REGISTRY = "REGISTRY", "Padrón"
    PREVIOUS_READINGS = "PREVIOUS_READINGS", "Lecturas previas"
    CONSUMPTION = "CONSUMPTION", "Consumos históricos"
    BALANCES = "BALANCES", "Saldos"
    READINGS = "READINGS", "Lecturas"
    BANK = "BANK", "Banco"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Reads of the imports."""

    def newest_first(self) -> "ImportBatchQuerySet":
        """The latest one on top, as the page lists them."""
        return self.order_by("-id")

    def running(self) -> "ImportBatchQuerySet":
        """The ones that work now, or that were working when their process died."""
        return self.filter(state=ImportBatch.State.RUNNING)


class ImportBatch(models.Model):
    """One file taken in, or tried (``dry_run``): its counts move forward with each chunk that is committed."""

    class State(models.TextChoices):
        PENDING = "PENDING", "Por importar"
        RUNNING = "RUNNING", "Importando"
        DONE = "DONE", "Terminada"
        FAILED = "FAILED", "Falló"
        CANCELLED = "CANCELLED", "Cancelada"

    kind = models.CharField("archivo de", max_length=24, choices=ImportKind.choices)
    file_name = models.CharField("nombre del archivo", max_length=255)
    stored_as = models.CharField("guardado como", max_length=255, blank=True)
    sha256 = models.CharField("huella SHA-256", max_length=64)
    size_bytes = models.BigIntegerField("tamaño (bytes)")
    encoding = models.CharField("codificación", max_length=16, blank=True)
    state = models.CharField("estado", max_length=12, choices=State.choices, default=State.PENDING)
    dry_run = models.BooleanField("sólo revisar", default=False)
    rows = models.IntegerField("renglones", default=0)
    taken = models.IntegerField("aceptados", default=0)
    new = models.IntegerField("nuevos", default=0)
    rejected = models.IntegerField("rechazados", default=0)
    flagged = models.IntegerField("con aviso", default=0)
    by_code = models.JSONField("por motivo", default=dict)
    extra = models.JSONField("otros resultados", default=dict)
    bytes_done = models.BigIntegerField("bytes leídos", default=0)
    created_at = models.DateTimeField("recibido")
    started_at = models.DateTimeField("empezó", null=True, blank=True)
    finished_at = models.DateTimeField("terminó", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="quién")
    error = models.TextField("error", blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "importación"
        verbose_name_plural = "importaciones"
        triggers = [never_deleted("imports_importbatch")]
        indexes = [models.Index(fields=["kind", "state"], name="imports_by_kind_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rows__gte=models.F("rejected")) & models.Q(taken__gte=models.F("new")),
                name="imports_batch_counts_agree",
                violation_error_message="Los conteos de la importación no cuadran.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.file_name}"

    @property
    def percent_done(self) -> int:
        """How much of the file has been read and committed, 0 to 100."""
        if self.state == self.State.DONE or not self.size_bytes:
            return 100
        return min(99, self.bytes_done * 100 // self.size_bytes)


class ImportFindingQuerySet(models.QuerySet["ImportFinding"]):
    """Reads of the findings."""

    def in_file_order(self) -> "ImportFindingQuerySet":
        """As somebody who corrects the file walks it."""
        return self.order_by("line", "id")


class ImportFinding(models.Model):
    """One reason about one line of a batch."""

    class Severities(models.TextChoices):
        ERROR = Severity.ERROR.value, "No entró"
        WARNING = Severity.WARNING.value, "Entró con aviso"

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, related_name="findings", verbose_name="importación"
    )
    line = models.IntegerField("renglón")
    severity = models.CharField("gravedad", max_length=8, choices=Severities.choices)
    code = models.CharField("motivo", max_length=40)
    field = models.CharField("campo", max_length=40, blank=True)
    message = models.TextField("qué pasa y qué hacer")
    text = models.TextField("lo que dice el renglón", blank=True)

    objects = ImportFindingQuerySet.as_manager()

    class Meta:
        verbose_name = "hallazgo"
        verbose_name_plural = "hallazgos"
        indexes = [
            models.Index(fields=["batch", "line", "id"], name="imports_findings_by_line"),
            models.Index(fields=["batch", "code"], name="imports_findings_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"


class TakenRow(models.Model):
    """The row of an accepted file that created something: where it came from, and what it said, in sixteen bytes.

    ``key`` is what the owner of the kind calls the row (the padrón: the account's number). A later file that says
    something else of the same key is told apart from the same file read again.
    """

    kind = models.CharField("archivo de", max_length=24, choices=ImportKind.choices)
    key = models.CharField("clave", max_length=40)
    fingerprint = models.BinaryField("huella")
    batch = models.ForeignKey(
        ImportBatch,
        on_delete=models.PROTECT,
        db_index=False,
        db_constraint=False,
        related_name="+",
        verbose_name="importación",
    )
    line = models.IntegerField("renglón")

    class Meta:
        verbose_name = "renglón importado"
        verbose_name_plural = "renglones importados"
        triggers = [*references("imports_takenrow", {"batch_id": ("imports_importbatch", "id")})]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="imports_takenrow_once",
                violation_error_message="Ese renglón ya se había importado.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.batch}, renglón {self.line}"
