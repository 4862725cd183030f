"""The books of each day, sealed one after another."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, never_deleted, states

ANNEX_EDGES = frozenset({("PROPOSED", "APPROVED"), ("PROPOSED", "REFUSED")})


class DayBook(models.Model):
    """The libro de registros of a day once it is closed: its content as it was sealed, and the seal it continues.

    ``content`` is the book written as JSON, byte by byte what ``sha256`` seals together with ``previous_sha256``; a
    reprint is made from it and from nothing else. ``last_event_id`` is the last event there was when it closed: what
    came later with an earlier time enters the next book.
    """

    day = models.DateField("día", primary_key=True)
    number = models.PositiveIntegerField("número", unique=True)
    content = models.TextField("contenido")
    entries = models.PositiveIntegerField("asientos")
    last_event_id = models.BigIntegerField("último evento")
    previous = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="following", verbose_name="libro anterior"
    )
    previous_sha256 = models.CharField("sello anterior", max_length=64, blank=True)
    sha256 = models.CharField("sello", max_length=64, unique=True)
    closed_at = models.DateTimeField("cerrado")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo cerró"
    )

    class Meta:
        verbose_name = "libro de registros"
        verbose_name_plural = "libros de registros"
        permissions = [
            ("close_daybook", "Puede cerrar el libro de registros"),
            ("propose_annex", "Puede proponer anexos a un libro cerrado"),
            ("approve_annex", "Puede aprobar anexos a un libro cerrado"),
        ]
        triggers = append_only("books_daybook")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number=1, previous__isnull=True, previous_sha256="")
                | (models.Q(number__gt=1, previous__isnull=False) & ~models.Q(previous_sha256="")),
                name="daybook_continues_another",
                violation_error_message="Un libro continúa al anterior.",
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="daybook_seal_is_sha256",
                violation_error_message="El sello no es una huella SHA-256.",
            ),
        ]

    def __str__(self) -> str:
        return f"Libro {self.number} del {self.day:%d/%m/%Y}"


class AnnexProposal(models.Model):
    """What somebody wants to add to a closed book, until another person approves or refuses it."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "Propuesto"
        APPROVED = "APPROVED", "Aprobado"
        REFUSED = "REFUSED", "No aprobado"

    book = models.ForeignKey(DayBook, on_delete=models.PROTECT, related_name="proposals", verbose_name="libro")
    key = models.CharField("llave", max_length=120, unique=True)
    text = models.TextField("qué se agrega")
    reason = models.CharField("por qué no se asentó ese día", max_length=200)
    happened_at = models.DateTimeField("cuándo pasó")
    state = models.CharField("estado", max_length=8, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField("propuesto")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo propone"
    )
    decided_at = models.DateTimeField("resuelto", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién resolvió"
    )
    decision_note = models.CharField("resolución", max_length=200, blank=True)

    class Meta:
        verbose_name = "propuesta de anexo"
        verbose_name_plural = "propuestas de anexo"
        triggers = [
            never_deleted("books_annexproposal"),
            states("books_annexproposal", "state", ANNEX_EDGES),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="annexproposal_by_two_people",
                violation_error_message="Quien propone el anexo no puede aprobarlo.",
            ),
            models.CheckConstraint(
                condition=~models.Q(text="") & ~models.Q(reason=""),
                name="annexproposal_says_what_and_why",
                violation_error_message="Escriba qué se agrega y por qué no se asentó ese día.",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class BookAnnex(models.Model):
    """An annex of a closed book, sealed after what it follows: the book, or its annex before."""

    book = models.ForeignKey(DayBook, on_delete=models.PROTECT, related_name="annexes", verbose_name="libro")
    number = models.PositiveSmallIntegerField("número")
    proposal = models.OneToOneField(
        AnnexProposal, on_delete=models.PROTECT, related_name="annex", verbose_name="propuesta"
    )
    content = models.TextField("contenido")
    previous_sha256 = models.CharField("sello anterior", max_length=64)
    sha256 = models.CharField("sello", max_length=64, unique=True)
    sealed_at = models.DateTimeField("sellado")

    class Meta:
        verbose_name = "anexo de un libro"
        verbose_name_plural = "anexos de un libro"
        triggers = append_only("books_bookannex")
        constraints = [
            models.UniqueConstraint(
                fields=["book", "number"],
                name="bookannex_numbered_once",
                violation_error_message="Ese anexo ya existe.",
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="bookannex_seal_is_sha256",
                violation_error_message="El sello no es una huella SHA-256.",
            ),
        ]

    def __str__(self) -> str:
        return f"Anexo {self.number} del libro {self.book_id}"
