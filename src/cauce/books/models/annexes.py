"""What is added to a closed book, of whichever kind: proposed by one person and approved by another."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cauce.books.models.daybook import DayBook
from cauce.books.models.note_register import NoteRegister
from cauce.books.models.sealed import SealedBook
from cauce.core.triggers import append_only, never_deleted, states

ANNEX_EDGES = frozenset({("PROPOSED", "APPROVED"), ("PROPOSED", "REFUSED")})


class AnnexProposal(models.Model):
    """What somebody wants to add to a closed book, until another person approves or refuses it."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "Propuesto"
        APPROVED = "APPROVED", "Aprobado"
        REFUSED = "REFUSED", "No aprobado"

    book = models.ForeignKey(
        DayBook, on_delete=models.PROTECT, null=True, related_name="proposals", verbose_name="libro"
    )
    register = models.ForeignKey(
        NoteRegister, on_delete=models.PROTECT, null=True, related_name="proposals", verbose_name="auxiliar"
    )
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
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
                name="annexproposal_by_two_people",
                violation_error_message="Quien propone el anexo no puede aprobarlo.",
            ),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(reason=""),
                name="annexproposal_says_what_and_why",
                violation_error_message="Escriba qué se agrega y por qué no se asentó ese día.",
            ),
            models.CheckConstraint(
                condition=Q(book__isnull=True) ^ Q(register__isnull=True),
                name="annexproposal_of_one_book",
                violation_error_message="Un anexo es de un libro o de un auxiliar.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def of(self) -> SealedBook:
        """The closed book that it is of."""
        found = self.book or self.register
        assert found is not None
        return found


class BookAnnex(models.Model):
    """An annex of a closed book, sealed after what it follows: the book, or its annex before."""

    book = models.ForeignKey(DayBook, on_delete=models.PROTECT, null=True, related_name="annexes", verbose_name="libro")
    register = models.ForeignKey(
        NoteRegister, on_delete=models.PROTECT, null=True, related_name="annexes", verbose_name="auxiliar"
    )
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
            models.UniqueConstraint(
                fields=["register", "number"],
                name="bookannex_numbered_once_in_register",
                violation_error_message="Ese anexo ya existe.",
            ),
            models.CheckConstraint(
                condition=Q(book__isnull=True) ^ Q(register__isnull=True),
                name="bookannex_of_one_book",
                violation_error_message="Un anexo es de un libro o de un auxiliar.",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="bookannex_seal_is_sha256",
                violation_error_message="El sello no es una huella SHA-256.",
            ),
        ]

    def __str__(self) -> str:
        return f"Anexo {self.number} del {self.book_id or self.register_id}"
