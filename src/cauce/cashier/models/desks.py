"""Desks, their sessions, what is in the drawer and what moved through it."""

import pgtrigger
from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, never_deleted
from cauce.documents.models import Document
from cauce.ledger.models import Posting


class Desk(models.Model):
    """A caja: a window or channel with its own series of receipts."""

    code = models.CharField("clave", max_length=16, unique=True)
    name = models.CharField("nombre", max_length=80)
    series = models.CharField("serie de comprobantes", max_length=24, unique=True)
    is_attended = models.BooleanField("con cajero", default=True)
    is_active = models.BooleanField("en uso", default=True)

    class Meta:
        verbose_name = "caja"
        verbose_name_plural = "cajas"
        triggers = [never_deleted("cashier_desk")]

    def __str__(self) -> str:
        return self.name


# The hour of the close is the only thing of a session that is written after it was opened, and it is written once.
_CLOSED_FOR_GOOD = """
    IF OLD.closed_at IS NOT NULL
       OR (NEW.desk_id, NEW.cashier_id, NEW.day, NEW.opened_at, NEW.opening_float)
          IS DISTINCT FROM (OLD.desk_id, OLD.cashier_id, OLD.day, OLD.opened_at, OLD.opening_float) THEN
        RAISE EXCEPTION 'cashier_cashsession: a session is closed once and for good' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
"""  # noqa: E501


class CashSession(models.Model):
    """A turno: one cashier at one desk on one day; once closed it is never opened again."""

    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, verbose_name="caja")
    cashier = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="cajero"
    )
    day = models.DateField("día")
    opened_at = models.DateTimeField("abierto")
    opening_float = models.DecimalField("fondo inicial", max_digits=14, decimal_places=2, default=0)
    closed_at = models.DateTimeField("cerrado", null=True, blank=True)

    class Meta:
        verbose_name = "turno de caja"
        verbose_name_plural = "turnos de caja"
        permissions = [
            ("review_session", "Puede revisar cortes de caja"),
            ("close_day", "Puede cerrar el día de cajas"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["desk"],
                condition=models.Q(closed_at__isnull=True),
                name="desk_has_one_open_session",
                violation_error_message="La caja ya tiene un turno abierto: ciérrelo antes de abrir otro.",
            ),
            models.UniqueConstraint(
                fields=["cashier"],
                condition=models.Q(closed_at__isnull=True),
                name="cashier_has_one_open_session",
                violation_error_message="Usted ya tiene un turno abierto en otra caja: ciérrelo antes de abrir otro.",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="cashsession_by_day")]
        triggers = [
            never_deleted("cashier_cashsession"),
            pgtrigger.Trigger(
                name="cashier_cashsession_closed_for_good",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=_CLOSED_FOR_GOOD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.day}"


class CashCount(models.Model):
    """What somebody counted in the drawer, by bills and coins: the opening float, an arqueo, the close."""

    class Kind(models.TextChoices):
        OPENING = "OPENING", "Fondo inicial"
        SURPRISE = "SURPRISE", "Arqueo"
        CLOSE = "CLOSE", "Corte"

    session = models.ForeignKey(CashSession, on_delete=models.PROTECT, related_name="counts", verbose_name="turno")
    key = models.CharField("llave", max_length=120, unique=True)
    kind = models.CharField("clase", max_length=8, choices=Kind.choices)
    denominations = models.JSONField("billetes y monedas", default=dict)
    total = models.DecimalField("contado", max_digits=14, decimal_places=2)
    expected = models.DecimalField("esperado", max_digits=14, decimal_places=2, null=True)
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, related_name="cash_count", verbose_name="acta"
    )
    note = models.TextField("observaciones", blank=True)
    counted_at = models.DateTimeField("contado el")
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién contó"
    )

    class Meta:
        verbose_name = "conteo de caja"
        verbose_name_plural = "conteos de caja"
        permissions = [("count_drawer", "Puede hacer arqueos")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total__gte=0),
                name="cashcount_not_negative",
                violation_error_message="Lo contado no puede ser negativo.",
            )
        ]
        triggers = append_only("cashier_cashcount")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.total}"


class CashWithdrawal(models.Model):
    """A retiro parcial: bills that leave the drawer in a bag before the close."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="cash_withdrawal", verbose_name="documento"
    )
    session = models.ForeignKey(CashSession, on_delete=models.PROTECT, related_name="withdrawals", verbose_name="turno")
    key = models.CharField("llave", max_length=120, unique=True)
    bag = models.CharField("bolsa", max_length=40)
    denominations = models.JSONField("billetes y monedas", default=dict)
    amount = models.DecimalField("importe", max_digits=14, decimal_places=2)
    withdrawn_at = models.DateTimeField("retirado")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo entrega"
    )
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo recibe"
    )

    class Meta:
        verbose_name = "retiro de caja"
        verbose_name_plural = "retiros de caja"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gt=0),
                name="cashwithdrawal_amount_positive",
                violation_error_message="Lo que se retira debe ser mayor que cero.",
            ),
            models.CheckConstraint(
                condition=~models.Q(by=models.F("received_by")),
                name="cashwithdrawal_by_two_people",
                violation_error_message="Quien recibe el retiro es otra persona.",
            ),
        ]
        triggers = append_only("cashier_cashwithdrawal")

    def __str__(self) -> str:
        return f"Retiro {self.document_id}"


class SessionClose(models.Model):
    """A corte de caja: what the cashier declared before seeing, what was expected, and what became of the difference.

    ``expected`` and ``declared`` are pesos by method, as text; the drawer's cash includes the opening float. A desk
    without drawer is closed without a count.
    """

    session = models.OneToOneField(
        CashSession, on_delete=models.PROTECT, primary_key=True, related_name="close", verbose_name="turno"
    )
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="session_close", verbose_name="corte"
    )
    count = models.OneToOneField(
        CashCount, on_delete=models.PROTECT, null=True, related_name="close", verbose_name="conteo"
    )
    expected = models.JSONField("esperado por forma de pago", default=dict)
    declared = models.JSONField("declarado por forma de pago", default=dict)
    difference = models.DecimalField("diferencia en efectivo", max_digits=14, decimal_places=2)
    difference_document = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="acta de la diferencia"
    )
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="asiento"
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién cerró"
    )

    class Meta:
        verbose_name = "corte de caja"
        verbose_name_plural = "cortes de caja"
        triggers = append_only("cashier_sessionclose")

    def __str__(self) -> str:
        return f"Corte {self.document_id}"


class SessionReview(models.Model):
    """That a supervisor looked at a close."""

    close = models.OneToOneField(
        SessionClose, on_delete=models.PROTECT, primary_key=True, related_name="review", verbose_name="corte"
    )
    note = models.TextField("observaciones", blank=True)
    reviewed_at = models.DateTimeField("revisado")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién revisó"
    )

    class Meta:
        verbose_name = "revisión de corte"
        verbose_name_plural = "revisiones de corte"
        triggers = append_only("cashier_sessionreview")

    def __str__(self) -> str:
        return f"Revisión del corte {self.close_id}"


class BankDeposit(models.Model):
    """A ficha de depósito: the bags of a session on their way to the bank.

    ``cash`` is negative when the session paid out more than it collected: the next deposits give the float back.
    """

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="bank_deposit", verbose_name="documento"
    )
    session = models.OneToOneField(CashSession, on_delete=models.PROTECT, related_name="deposit", verbose_name="turno")
    bags = models.JSONField("bolsas", default=list)
    denominations = models.JSONField("billetes y monedas", default=dict)
    cash = models.DecimalField("efectivo", max_digits=14, decimal_places=2)
    cheques = models.DecimalField("cheques", max_digits=14, decimal_places=2)
    prepared_at = models.DateTimeField("preparado")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name="quién")

    class Meta:
        verbose_name = "ficha de depósito"
        verbose_name_plural = "fichas de depósito"
        triggers = append_only("cashier_bankdeposit")

    def __str__(self) -> str:
        return f"Ficha {self.document_id}"
