"""The portfolio of a day: what each account owed overdue, and the figures that the pages read."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from cauce.collections.rules.ages import AGES, MONTH_BANDS
from cauce.collections.rules.causes import CAUSES
from cauce.registry.models import Account, Route, Sector
from cauce.tariffs.models import TariffCode

AGE_CHOICES = [(age.code, age.label) for age in AGES]
MONTH_CHOICES = [(band.code, band.label) for band in MONTH_BANDS]
CAUSE_CHOICES = [(cause.code, cause.label) for cause in CAUSES]


class ArrearsSnapshot(models.Model):
    """The portfolio of a day, as the ledger was known when it was taken.

    What had been posted by then are the postings up to ``up_to_posting`` except ``unseen_postings``, which were being
    written at that moment: with both, the ledger gives the same portfolio for ever. ``has_lines`` is false when only
    the figures of an old day are kept.
    """

    day = models.DateField("al día", unique=True)
    taken_at = models.DateTimeField("calculada")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la calculó"
    )
    up_to_posting = models.BigIntegerField("hasta el asiento", default=0)
    unseen_postings = ArrayField(models.BigIntegerField(), verbose_name="asientos en curso", default=list)
    accounts = models.PositiveIntegerField("cuentas", default=0)
    debt = models.DecimalField("adeudo vencido", max_digits=16, decimal_places=2, default=0)
    has_lines = models.BooleanField("con sus cuentas", default=False)

    class Meta:
        verbose_name = "cartera de un día"
        verbose_name_plural = "carteras por día"

    def __str__(self) -> str:
        return f"Cartera al {self.day}"


class AgedDebt(models.Model):
    """Overdue pesos, whole and by the age of each charge."""

    debt = models.DecimalField("adeudo vencido", max_digits=16, decimal_places=2)
    late_30 = models.DecimalField("0 a 30 días", max_digits=16, decimal_places=2)
    late_60 = models.DecimalField("31 a 60 días", max_digits=16, decimal_places=2)
    late_90 = models.DecimalField("61 a 90 días", max_digits=16, decimal_places=2)
    late_180 = models.DecimalField("91 a 180 días", max_digits=16, decimal_places=2)
    late_365 = models.DecimalField("181 a 365 días", max_digits=16, decimal_places=2)
    late_more = models.DecimalField("más de 365 días", max_digits=16, decimal_places=2)

    class Meta:
        abstract = True


AGE_COLUMNS = ("late_30", "late_60", "late_90", "late_180", "late_365", "late_more")


class ArrearsLine(AgedDebt):
    """A debtor of a day: what the account owed overdue, how old it was, what it was like, and why it is late."""

    snapshot = models.ForeignKey(
        ArrearsSnapshot,
        on_delete=models.PROTECT,
        related_name="lines",
        db_index=False,
        db_constraint=False,
        verbose_name="cartera",
    )
    account = models.ForeignKey(
        Account,
        on_delete=models.PROTECT,
        related_name="arrears_lines",
        db_index=False,
        db_constraint=False,
        verbose_name="cuenta",
    )
    months = models.PositiveSmallIntegerField("meses de adeudo")
    months_band = models.CharField("meses de adeudo", max_length=4, choices=MONTH_CHOICES)
    oldest_due_on = models.DateField("vence lo más antiguo")
    age = models.CharField("antigüedad", max_length=7, choices=AGE_CHOICES)
    cause = models.CharField("por qué debe", max_length=16, choices=CAUSE_CHOICES)
    last_paid_on = models.DateField("último pago", null=True)
    use_class = models.CharField("uso", max_length=16)
    tariff_code = models.ForeignKey(
        TariffCode,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="tarifa",
    )
    state = models.CharField("estado de la cuenta", max_length=24, choices=Account.State.choices)
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="sector",
    )
    route = models.ForeignKey(
        Route, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="ruta"
    )
    route_order = models.PositiveIntegerField("orden en la ruta")
    cycle = models.PositiveSmallIntegerField("ciclo")
    has_meter = models.BooleanField("con medidor")
    with_agreement = models.BooleanField("con convenio vigente")

    class Meta:
        verbose_name = "renglón de cartera"
        verbose_name_plural = "renglones de cartera"
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "account"],
                name="arrearsline_once",
                violation_error_message="La cuenta ya está en la cartera de ese día.",
            )
        ]
        indexes = [
            models.Index(fields=["snapshot", "-debt", "id"], name="arrearsline_by_debt"),
            models.Index(fields=["snapshot", "route", "route_order", "id"], name="arrearsline_by_route"),
            models.Index(fields=["snapshot", "sector", "-debt", "id"], name="arrearsline_by_sector"),
            models.Index(fields=["snapshot", "tariff_code", "-debt", "id"], name="arrearsline_by_tariff"),
            models.Index(fields=["snapshot", "cause", "-debt", "id"], name="arrearsline_by_cause"),
            models.Index(fields=["snapshot", "age", "-debt", "id"], name="arrearsline_by_age"),
            models.Index(fields=["snapshot", "months", "-debt", "id"], name="arrearsline_by_months"),
            models.Index(fields=["snapshot", "state", "-debt", "id"], name="arrearsline_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.debt}"


class ArrearsFigure(AgedDebt):
    """What the debtors of a day that are alike owe together: the pages add these up, not account by account."""

    snapshot = models.ForeignKey(
        ArrearsSnapshot, on_delete=models.PROTECT, related_name="figures", db_constraint=False, verbose_name="cartera"
    )
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="sector",
    )
    use_class = models.CharField("uso", max_length=16)
    tariff_code = models.ForeignKey(
        TariffCode,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="tarifa",
    )
    state = models.CharField("estado de la cuenta", max_length=24, choices=Account.State.choices)
    cause = models.CharField("por qué debe", max_length=16, choices=CAUSE_CHOICES)
    age = models.CharField("antigüedad", max_length=7, choices=AGE_CHOICES)
    months_band = models.CharField("meses de adeudo", max_length=4, choices=MONTH_CHOICES)
    has_meter = models.BooleanField("con medidor")
    with_agreement = models.BooleanField("con convenio vigente")
    accounts = models.PositiveIntegerField("cuentas")

    class Meta:
        verbose_name = "cifra de cartera"
        verbose_name_plural = "cifras de cartera"

    def __str__(self) -> str:
        return f"{self.accounts}: {self.debt}"


class ArrearsRoute(AgedDebt):
    """What the debtors of a route owed on a day."""

    snapshot = models.ForeignKey(
        ArrearsSnapshot, on_delete=models.PROTECT, related_name="routes", db_constraint=False, verbose_name="cartera"
    )
    route = models.ForeignKey(
        Route, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name="ruta"
    )
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="sector",
    )
    accounts = models.PositiveIntegerField("cuentas")

    class Meta:
        verbose_name = "cartera de una ruta"
        verbose_name_plural = "cartera por ruta"

    def __str__(self) -> str:
        return f"{self.route_id}: {self.debt}"


class ArrearsMeter(models.Model):
    """What the debtors of a tariff with meters alike owed on a day; without one, its brand and diameter are empty."""

    snapshot = models.ForeignKey(
        ArrearsSnapshot, on_delete=models.PROTECT, related_name="meters", db_constraint=False, verbose_name="cartera"
    )
    tariff_code = models.ForeignKey(
        TariffCode,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name="tarifa",
    )
    has_meter = models.BooleanField("con medidor")
    brand = models.CharField("marca", max_length=40, blank=True)
    diameter = models.CharField("diámetro", max_length=20, blank=True)
    # Since the year it was put in, when the padrón says it.
    installed_in = models.PositiveSmallIntegerField("instalado en", null=True)
    accounts = models.PositiveIntegerField("cuentas")
    debt = models.DecimalField("adeudo vencido", max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = "cartera por medidor"
        verbose_name_plural = "cartera por medidor"

    def __str__(self) -> str:
        return f"{self.brand}: {self.debt}"


class ArrearsConcentration(models.Model):
    """How few of the debtors of a use (all when it is empty) hold so much of what is owed, the largest first."""

    snapshot = models.ForeignKey(
        ArrearsSnapshot,
        on_delete=models.PROTECT,
        related_name="concentration",
        db_constraint=False,
        verbose_name="cartera",
    )
    use_class = models.CharField("uso", max_length=16, blank=True)
    percent = models.PositiveSmallIntegerField("por ciento del adeudo")
    accounts = models.PositiveIntegerField("cuentas")
    of_accounts = models.PositiveIntegerField("de cuántas")
    debt = models.DecimalField("adeudo vencido", max_digits=16, decimal_places=2)
    smallest = models.DecimalField("la que menos debe de ellas", max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = "concentración de la cartera"
        verbose_name_plural = "concentración de la cartera"

    def __str__(self) -> str:
        return f"{self.percent} %: {self.accounts}"


class ArrearsMovement(models.Model):
    """How many accounts went from one age to another between two days; an empty age is owing nothing overdue."""

    snapshot = models.ForeignKey(
        ArrearsSnapshot, on_delete=models.PROTECT, related_name="movements", db_constraint=False, verbose_name="cartera"
    )
    since = models.DateField("desde el")
    age_before = models.CharField("antigüedad que tenía", max_length=7, blank=True)
    age_now = models.CharField("antigüedad que tiene", max_length=7, blank=True)
    accounts = models.PositiveIntegerField("cuentas")
    debt_before = models.DecimalField("debía", max_digits=16, decimal_places=2)
    debt_now = models.DecimalField("debe", max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = "movimiento de la cartera"
        verbose_name_plural = "movimientos de la cartera"

    def __str__(self) -> str:
        return f"{self.age_before} → {self.age_now}: {self.accounts}"


class SavedSelection(models.Model):
    """A selection of debtors with a name, for everybody who works the portfolio."""

    name = models.CharField("nombre", max_length=80)
    filters = models.JSONField("filtros", default=dict)
    is_active = models.BooleanField("en uso", default=True)
    saved_at = models.DateTimeField("guardada")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la guardó"
    )

    class Meta:
        verbose_name = "selección guardada"
        verbose_name_plural = "selecciones guardadas"
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(is_active=True),
                name="savedselection_name_once",
                violation_error_message="Ya hay una selección con ese nombre.",
            )
        ]

    def __str__(self) -> str:
        return self.name
