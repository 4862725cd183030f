"""Pagarés: each instalment's own paper, where it is, and every act on it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cauce.agreements.models.agreements import Instalment, PaymentAgreement
from cauce.agreements.rules.states import NOTE_EDGES, OUTSTANDING_NOTES
from cauce.core.triggers import append_only, never_deleted, references, states
from cauce.documents.models import Document
from cauce.ledger.models import Posting, Transfer


class PromissoryNoteQuerySet(models.QuerySet["PromissoryNote"]):
    """Reads of notes."""

    def outstanding(self) -> "PromissoryNoteQuerySet":
        """Those that promise money still to come: the ones that the auxiliar counts."""
        return self.filter(state__in=OUTSTANDING_NOTES)


class PromissoryNote(models.Model):
    """A pagaré: the unconditional promise to pay one instalment, on its own sheet (LGTOC art. 170).

    ``face`` is principal plus interest, in pesos. It enters the auxiliar when it is signed.
    """

    class State(models.TextChoices):
        ISSUED = "ISSUED", "Emitido"
        SIGNED = "SIGNED", "Firmado"
        IN_SAFE = "IN_SAFE", "En resguardo"
        OVERDUE = "OVERDUE", "Vencido"
        PAID = "PAID", "Pagado"
        RETURNED = "RETURNED", "Pagado y devuelto"
        CANCELLED = "CANCELLED", "Cancelado"
        REPLACED = "REPLACED", "Sustituido"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="promissory_note", verbose_name="documento"
    )
    agreement = models.ForeignKey(
        PaymentAgreement, on_delete=models.PROTECT, related_name="notes", verbose_name="convenio"
    )
    instalment = models.OneToOneField(
        Instalment, on_delete=models.PROTECT, related_name="note", verbose_name="parcialidad"
    )
    number = models.PositiveSmallIntegerField("número")
    of = models.PositiveSmallIntegerField("de cuántos")
    face = models.DecimalField("importe", max_digits=14, decimal_places=2)
    in_words = models.CharField("importe en letra", max_length=240)
    due_on = models.DateField("vence")
    payable_at = models.CharField("dónde se paga", max_length=240)
    place = models.CharField("lugar de suscripción", max_length=120)
    state = models.CharField("estado", max_length=9, choices=State.choices, default=State.ISSUED)
    # Who holds the paper, and where: the safe, the file, the debtor once it is returned.
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo tiene"
    )
    held_at = models.CharField("dónde está", max_length=120, blank=True)
    signed_on = models.DateField("firmado el", null=True)

    objects = PromissoryNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "pagaré"
        verbose_name_plural = "pagarés"
        permissions = [("keep_note", "Puede resguardar y devolver pagarés")]
        triggers = [
            never_deleted("agreements_promissorynote"),
            states("agreements_promissorynote", "state", NOTE_EDGES),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "document"],
                name="note_outstanding_by_due",
                condition=Q(state__in=sorted(OUTSTANDING_NOTES)),
            ),
            models.Index(fields=["agreement", "number"], name="note_by_agreement"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(face__gt=0) & Q(number__gte=1) & Q(number__lte=models.F("of")),
                name="note_is_one_of_many",
                violation_error_message="El pagaré lleva importe y su número de cuántos.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(OUTSTANDING_NOTES)) | Q(signed_on__isnull=False),
                name="note_signed_says_when",
                violation_error_message="Un pagaré firmado dice cuándo.",
            ),
        ]

    def __str__(self) -> str:
        return f"Pagaré {self.number}/{self.of}"


class NoteCharge(models.Model):
    """A charge in the agreements' book that a note promises: interest, VAT of its principal, or the rest of it."""

    class Part(models.TextChoices):
        INTEREST = "INTEREST", "Interés"
        VAT = "VAT", "IVA del capital"
        PRINCIPAL = "PRINCIPAL", "Capital"

    note = models.ForeignKey(PromissoryNote, on_delete=models.PROTECT, related_name="charges", verbose_name="pagaré")
    part = models.CharField("parte", max_length=9, choices=Part.choices)
    charge = models.OneToOneField(
        Transfer, on_delete=models.PROTECT, related_name="note_charge", db_constraint=False, verbose_name="cargo"
    )

    class Meta:
        verbose_name = "cargo de pagaré"
        verbose_name_plural = "cargos de pagaré"
        triggers = [
            *append_only("agreements_notecharge"),
            *references("agreements_notecharge", {"charge_id": ("ledger_transfer", "id")}),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["note", "part"],
                name="notecharge_part_once",
                violation_error_message="El pagaré ya tiene esa parte.",
            )
        ]

    def __str__(self) -> str:
        return self.get_part_display()


class NoteAct(models.Model):
    """What happened to a note, as the auxiliar tells it: pesos (negative when they come back) and the day it counts in.

    ``whole`` is true when the act began or ended the note: those are the ones that the auxiliar counts by folio.
    """

    class Kind(models.TextChoices):
        ISSUED = "ISSUED", "Emitido"
        SIGNED = "SIGNED", "Firmado"
        KEPT = "KEPT", "A resguardo"
        PAID = "PAID", "Pago"
        UNPAID = "UNPAID", "Pago deshecho"
        FORGIVEN = "FORGIVEN", "Interés no devengado"
        OVERDUE = "OVERDUE", "Vencido"
        RETURNED = "RETURNED", "Devuelto a quien lo firmó"
        CANCELLED = "CANCELLED", "Cancelado"
        REPLACED = "REPLACED", "Sustituido"

    note = models.ForeignKey(PromissoryNote, on_delete=models.PROTECT, related_name="acts", verbose_name="pagaré")
    kind = models.CharField("acto", max_length=9, choices=Kind.choices)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2, default=0)
    whole = models.BooleanField("completo", default=False)
    booked_on = models.DateField("día en que cuenta")
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento")
    remark = models.CharField("nota", max_length=200, blank=True)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "acto de pagaré"
        verbose_name_plural = "actos de pagaré"
        triggers = append_only("agreements_noteact")
        indexes = [
            models.Index(fields=["booked_on", "kind"], name="noteact_by_day"),
            models.Index(fields=["note", "id"], name="noteact_by_note"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
