"""The park of meters: its table of figures, each meter as it was found on a day, bench tests, replacement proposals."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cauce.core.triggers import append_only, never_deleted, references, states
from cauce.documents.models import AuthorisedTable, Document
from cauce.metering.models.meters import Meter, MeterInstallation
from cauce.metering.rules.park import PROPOSAL_EDGES
from cauce.registry.models import Account, Route, Sector


class ParkTable(AuthorisedTable):
    """A version of the park's figures: who authorised it, by which act, and its content as it was in the file."""

    rows = models.JSONField("renglones")

    class Meta:
        verbose_name = "tabla del parque de medidores"
        verbose_name_plural = "tablas del parque de medidores"
        triggers = append_only("metering_parktable")


class ParkSnapshot(models.Model):
    """The park on a day, in figures; its meters are those of ``ParkMeter`` while no later day was taken.

    ``figures`` are the same that the pages count with filters, kept for the whole town.
    """

    day = models.DateField("día", unique=True)
    taken_at = models.DateTimeField("calculado")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo calculó"
    )
    table = models.ForeignKey(
        ParkTable, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="tabla del parque"
    )
    meters = models.PositiveIntegerField("medidores", default=0)
    installed = models.PositiveIntegerField("instalados", default=0)
    stopped = models.PositiveIntegerField("parados", default=0)
    suspects = models.PositiveIntegerField("sospechosos", default=0)
    expected_m3 = models.DecimalField("m³ al mes que faltan", max_digits=12, decimal_places=1, default=0)
    pesos_a_year = models.DecimalField("pesos al año que faltan", max_digits=14, decimal_places=2, default=0)
    figures = models.JSONField("cifras", default=list)

    class Meta:
        verbose_name = "parque de medidores de un día"
        verbose_name_plural = "parques de medidores por día"
        triggers = [never_deleted("metering_parksnapshot")]

    def __str__(self) -> str:
        return f"Parque al {self.day:%d/%m/%Y}"


class ParkMeter(models.Model):
    """A meter as it was found the last day that the park was taken: where it is, how it goes, what changing it pays.

    Volumes in m³ a month (medians); ``counted_m3`` is the least that its register has counted since it was installed.
    """

    class State(models.TextChoices):
        INSTALLED = "INSTALLED", "Instalado"
        STORE = "STORE", "En almacén"
        REMOVED = "REMOVED", "Retirado"
        STOLEN = "STOLEN", "Robado o destruido"
        SCRAPPED = "SCRAPPED", "Dado de baja"

    meter = models.OneToOneField(
        Meter,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="park",
        db_constraint=False,
        verbose_name="medidor",
    )
    state = models.CharField("estado", max_length=9, choices=State.choices)
    installation = models.ForeignKey(
        MeterInstallation,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="instalación",
    )
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, verbose_name="cuenta"
    )
    route = models.ForeignKey(
        Route, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, verbose_name="ruta"
    )
    sector = models.ForeignKey(
        Sector,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name="sector",
    )
    use_class = models.CharField("uso", max_length=16, blank=True)
    brand = models.CharField("marca", max_length=40, blank=True)
    diameter = models.CharField("diámetro", max_length=20, blank=True)
    model_name = models.CharField("modelo", max_length=40, blank=True)
    accuracy_class = models.CharField("clase metrológica", max_length=12, blank=True)
    installed_on = models.DateField("instalado", null=True)
    age_years = models.DecimalField("años", max_digits=5, decimal_places=1, null=True)
    age_band = models.CharField("antigüedad", max_length=8)
    warranty_until = models.DateField("garantía hasta", null=True)
    in_warranty = models.BooleanField("en garantía", default=False)
    counted_m3 = models.PositiveIntegerField("m³ contados", null=True)
    base_m3 = models.DecimalField("contaba al mes", max_digits=10, decimal_places=1, null=True)
    recent_m3 = models.DecimalField("cuenta al mes", max_digits=10, decimal_places=1, null=True)
    zeros = models.PositiveSmallIntegerField("lecturas de cero", default=0)
    is_stopped = models.BooleanField("parado", default=False)
    is_suspect = models.BooleanField("sospechoso", default=False)
    reason = models.CharField("motivo", max_length=8, blank=True)
    reasons = models.JSONField("motivos", default=list)
    expected_m3 = models.DecimalField("m³ al mes que faltan", max_digits=10, decimal_places=1, default=0)
    pesos_a_year = models.DecimalField("pesos al año que faltan", max_digits=12, decimal_places=2, default=0)
    cost = models.DecimalField("costo de cambiarlo", max_digits=10, decimal_places=2, default=0)
    payback_months = models.PositiveIntegerField("meses en que se paga", null=True)

    class Meta:
        verbose_name = "medidor del parque"
        verbose_name_plural = "medidores del parque"
        triggers = [*references("metering_parkmeter", {"meter_id": ("metering_meter", "id")})]
        indexes = [
            # The suspects are one in ten, ranked; the stopped fewer.
            models.Index(
                fields=["-pesos_a_year", "-expected_m3", "meter"],
                name="parkmeter_ranked",
                condition=Q(is_suspect=True),
            ),
            models.Index(fields=["meter"], name="parkmeter_stopped", condition=Q(is_stopped=True)),
            models.Index(fields=["meter"], name="parkmeter_elsewhere", condition=~Q(state="INSTALLED")),
        ]

    def __str__(self) -> str:
        return f"{self.meter} {self.get_state_display().lower()}"


class BenchTest(models.Model):
    """A test of a meter on the bench, as it was done. It never changes: another one puts it right (``replaces``)."""

    class Verdict(models.TextChoices):
        PASSED = "PASSED", "Aprobó"
        FAILED = "FAILED", "Reprobó"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="bench_test", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="tests", verbose_name="medidor")
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="meter_tests", verbose_name="cuenta"
    )
    tested_on = models.DateField("fecha de la prueba")
    bench = models.CharField("banco", max_length=80)
    tester = models.CharField("quién la hizo", max_length=120)
    standard = models.CharField("norma", max_length=24)
    table = models.ForeignKey(ParkTable, on_delete=models.PROTECT, related_name="+", verbose_name="tabla del parque")
    usual_error = models.DecimalField("error usual (%)", max_digits=7, decimal_places=2)
    verdict = models.CharField("resultado", max_length=6, choices=Verdict.choices)
    certificate = models.CharField("folio del certificado", max_length=60)
    note = models.TextField("observaciones", blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by", verbose_name="corrige a"
    )
    recorded_at = models.DateTimeField("capturada")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la capturó"
    )

    class Meta:
        verbose_name = "prueba de banco"
        verbose_name_plural = "pruebas de banco"
        triggers = append_only("metering_benchtest")
        indexes = [
            models.Index(fields=["meter", "-document"], name="benchtest_by_meter"),
            models.Index(fields=["-tested_on", "document"], name="benchtest_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(note=""),
                name="benchtest_correction_says_why",
                violation_error_message="Escriba por qué se corrige la prueba.",
            ),
            models.CheckConstraint(
                condition=~Q(bench="") & ~Q(tester="") & ~Q(certificate=""),
                name="benchtest_says_where_who_and_certificate",
                violation_error_message="Escriba el banco, quién hizo la prueba y el folio del certificado.",
            ),
        ]

    def __str__(self) -> str:
        return f"Prueba {self.document_id}"


class BenchFlow(models.Model):
    """What passed through a meter at one flow of its test and what it registered, in litres."""

    test = models.ForeignKey(BenchTest, on_delete=models.PROTECT, related_name="flows", verbose_name="prueba")
    name = models.CharField("flujo", max_length=12)
    litres_per_hour = models.PositiveIntegerField("litros por hora")
    passed_litres = models.DecimalField("litros que pasaron", max_digits=10, decimal_places=2)
    registered_litres = models.DecimalField("litros que registró", max_digits=10, decimal_places=2)
    error_percent = models.DecimalField("error (%)", max_digits=7, decimal_places=2)
    limit_percent = models.DecimalField("máximo (%)", max_digits=5, decimal_places=2)
    passes = models.BooleanField("dentro de la norma")

    class Meta:
        verbose_name = "flujo de una prueba de banco"
        verbose_name_plural = "flujos de una prueba de banco"
        triggers = append_only("metering_benchflow")
        constraints = [
            models.UniqueConstraint(
                fields=["test", "name"],
                name="benchflow_once",
                violation_error_message="Ese flujo ya está en la prueba.",
            ),
            models.CheckConstraint(
                condition=Q(passed_litres__gt=0, registered_litres__gte=0),
                name="benchflow_water_passed",
                violation_error_message="Los litros que pasaron son más de cero.",
            ),
            models.CheckConstraint(
                condition=Q(passes=True, error_percent__lte=F("limit_percent"), error_percent__gte=-F("limit_percent"))
                | Q(passes=False, error_percent__gt=F("limit_percent"))
                | Q(passes=False, error_percent__lt=-F("limit_percent")),
                name="benchflow_passes_by_its_limit",
                violation_error_message="El resultado del flujo no va con su error y su límite.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.error_percent} %"


class ReplacementProposal(models.Model):
    """Meters proposed to be changed, with what it costs and brings; somebody else approves it, and gives the orders."""

    class State(models.TextChoices):
        PROPOSED = "PROPOSED", "Por aprobar"
        APPROVED = "APPROVED", "Aprobada"
        REFUSED = "REFUSED", "Negada"
        WITHDRAWN = "WITHDRAWN", "Retirada"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="replacement", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    state = models.CharField("estado", max_length=9, choices=State.choices, default=State.PROPOSED)
    reason = models.TextField("motivo")
    table = models.ForeignKey(ParkTable, on_delete=models.PROTECT, related_name="+", verbose_name="tabla del parque")
    meters = models.PositiveIntegerField("medidores")
    expected_m3 = models.DecimalField("m³ al mes", max_digits=12, decimal_places=1)
    pesos_a_year = models.DecimalField("pesos al año", max_digits=14, decimal_places=2)
    cost = models.DecimalField("costo", max_digits=14, decimal_places=2)
    payback_months = models.PositiveIntegerField("meses en que se paga", null=True)
    proposed_at = models.DateTimeField("propuesta")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la propuso"
    )
    decided_at = models.DateTimeField("resuelta", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién resolvió"
    )
    decision_note = models.TextField("respuesta", blank=True)

    class Meta:
        verbose_name = "propuesta de reemplazo"
        verbose_name_plural = "propuestas de reemplazo"
        permissions = [
            ("propose_replacement", "Puede proponer el reemplazo de medidores"),
            ("approve_replacement", "Puede aprobar el reemplazo de medidores"),
        ]
        triggers = [
            never_deleted("metering_replacementproposal"),
            states("metering_replacementproposal", "state", frozenset(PROPOSAL_EDGES)),
        ]
        indexes = [models.Index(fields=["state", "-proposed_at"], name="replacement_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="replacement_says_why",
                violation_error_message="Escriba por qué se propone el reemplazo.",
            ),
            models.CheckConstraint(
                condition=Q(state="WITHDRAWN") | Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="replacement_decided_by_another",
                violation_error_message="Quien propone el reemplazo no lo aprueba.",
            ),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", decided_by__isnull=True)
                | (~Q(state="PROPOSED") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="replacement_decided_by_somebody",
                violation_error_message="Una propuesta resuelta dice quién la resolvió y cuándo.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("REFUSED", "WITHDRAWN")) | ~Q(decision_note=""),
                name="replacement_refused_says_why",
                violation_error_message="Escriba por qué se niega o se retira.",
            ),
        ]

    def __str__(self) -> str:
        return f"Propuesta {self.document_id}"


class ReplacementLine(models.Model):
    """A meter of a proposal with what was known of it then; ``is_open`` until the proposal is refused or withdrawn."""

    proposal = models.ForeignKey(
        ReplacementProposal, on_delete=models.PROTECT, related_name="lines", verbose_name="propuesta"
    )
    place = models.PositiveIntegerField("lugar")
    installation = models.ForeignKey(
        MeterInstallation, on_delete=models.PROTECT, related_name="replacements", verbose_name="medidor"
    )
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", verbose_name="cuenta")
    reasons = models.JSONField("motivos", default=list)
    before_m3 = models.DecimalField("contaba al mes", max_digits=10, decimal_places=1)
    expected_m3 = models.DecimalField("m³ al mes", max_digits=10, decimal_places=1)
    pesos_a_year = models.DecimalField("pesos al año", max_digits=12, decimal_places=2)
    cost = models.DecimalField("costo", max_digits=10, decimal_places=2)
    payback_months = models.PositiveIntegerField("meses en que se paga", null=True)
    is_open = models.BooleanField("en curso", default=True)

    class Meta:
        verbose_name = "medidor por reemplazar"
        verbose_name_plural = "medidores por reemplazar"
        triggers = [never_deleted("metering_replacementline")]
        constraints = [
            models.UniqueConstraint(
                fields=["installation"],
                condition=Q(is_open=True),
                name="replacementline_one_open",
                violation_error_message="Ese medidor ya está en otra propuesta.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}"
