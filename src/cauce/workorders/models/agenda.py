"""The agenda of aforos: who goes when, the places of each half day, and what was found in the house."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, never_deleted, states
from cauce.documents.models import Document
from cauce.registry.models import Account, Customer, Sector
from cauce.workorders.models.orders import Origin
from cauce.workorders.rules.states import INSPECTION_EDGES


class Technician(models.Model):
    """A técnico en medición who makes aforos, and how many in a half day when nothing else is said."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="technician", verbose_name="persona"
    )
    morning_places = models.PositiveSmallIntegerField("lugares en la mañana", default=4)
    afternoon_places = models.PositiveSmallIntegerField("lugares en la tarde", default=3)
    is_active = models.BooleanField("en servicio", default=True)

    class Meta:
        verbose_name = "técnico en medición"
        verbose_name_plural = "técnicos en medición"
        triggers = [never_deleted("workorders_technician")]

    def __str__(self) -> str:
        return str(self.user)


class AgendaSlot(models.Model):
    """A half day of a technician that was opened to aforos: its places, and the part of town it is spent in."""

    class Half(models.TextChoices):
        MORNING = "MORNING", "Mañana"
        AFTERNOON = "AFTERNOON", "Tarde"

    technician = models.ForeignKey(Technician, on_delete=models.PROTECT, related_name="slots", verbose_name="técnico")
    day = models.DateField("día")
    half = models.CharField("medio día", max_length=9, choices=Half.choices)
    places = models.PositiveSmallIntegerField("lugares")
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="sector")
    opened_at = models.DateTimeField("abierto")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo abrió"
    )
    closed_reason = models.CharField("por qué se cerró", max_length=120, blank=True)

    class Meta:
        verbose_name = "medio día de la agenda"
        verbose_name_plural = "medios días de la agenda"
        permissions = [("open_agenda", "Puede abrir la agenda de aforos y pasar de su cupo")]
        triggers = [never_deleted("workorders_agendaslot")]
        constraints = [
            models.UniqueConstraint(
                fields=["technician", "day", "half"],
                name="agendaslot_once",
                violation_error_message="Ese medio día ya está abierto para el técnico.",
            )
        ]
        indexes = [models.Index(fields=["day", "half"], name="agendaslot_by_day")]

    def __str__(self) -> str:
        return f"{self.technician}, {self.day:%d/%m/%Y}, {self.get_half_display().lower()}"


class HomeInspection(models.Model):
    """An aforo: somebody goes to a house on a day that was agreed, to see its installations and its meter."""

    class State(models.TextChoices):
        BOOKED = "BOOKED", "Agendado"
        DONE = "DONE", "Hecho"
        NO_SHOW = "NO_SHOW", "No se encontró a nadie"
        CANCELLED = "CANCELLED", "Cancelado"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="home_inspection", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="home_inspections", verbose_name="cuenta"
    )
    party = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="persona")
    contact_name = models.CharField("quién recibe", max_length=160)
    contact_phone = models.CharField("teléfono", max_length=20, blank=True)
    matter = models.CharField("motivo", max_length=160)
    detail = models.TextField("detalle", blank=True)
    origin_kind = models.CharField("origen", max_length=12, choices=Origin.choices)
    origin_id = models.BigIntegerField("número del origen", null=True)
    slot = models.ForeignKey(AgendaSlot, on_delete=models.PROTECT, related_name="inspections", verbose_name="medio día")
    # Its seat in the half day: two cannot have the same one, which is what makes a double booking impossible.
    seat = models.PositiveSmallIntegerField("lugar")
    is_over_capacity = models.BooleanField("pasa del cupo", default=False)
    state = models.CharField("estado", max_length=9, choices=State.choices, default=State.BOOKED)
    booked_at = models.DateTimeField("agendado")
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo agendó"
    )
    times_moved = models.PositiveSmallIntegerField("veces reprogramado", default=0)

    class Meta:
        verbose_name = "aforo"
        verbose_name_plural = "aforos"
        permissions = [
            ("book_inspection", "Puede agendar aforos"),
            ("report_inspection", "Puede capturar actas de aforo"),
        ]
        triggers = [
            never_deleted("workorders_homeinspection"),
            states("workorders_homeinspection", "state", INSPECTION_EDGES),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["slot", "seat"],
                condition=models.Q(state__in=("BOOKED", "DONE")),
                name="homeinspection_seat_taken_once",
                violation_error_message="Ese lugar se acaba de ocupar; elija otro.",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state="BOOKED"),
                name="homeinspection_one_booked_by_account",
                violation_error_message="La cuenta ya tiene un aforo agendado.",
            ),
            models.CheckConstraint(
                condition=models.Q(seat__gte=1),
                name="homeinspection_seat_positive",
                violation_error_message="El lugar es 1 o más.",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-document"], name="homeinspection_by_account"),
            models.Index(fields=["origin_kind", "origin_id"], name="homeinspection_by_origin"),
            models.Index(fields=["state", "slot"], name="homeinspection_by_state"),
        ]

    def __str__(self) -> str:
        return f"Aforo {self.document_id}"


class InspectionMove(models.Model):
    """That an aforo was moved to another half day, from which, why and by whom."""

    inspection = models.ForeignKey(HomeInspection, on_delete=models.PROTECT, related_name="moves", verbose_name="aforo")
    from_slot = models.ForeignKey(AgendaSlot, on_delete=models.PROTECT, related_name="+", verbose_name="de")
    to_slot = models.ForeignKey(AgendaSlot, on_delete=models.PROTECT, related_name="+", verbose_name="a")
    reason = models.CharField("motivo", max_length=160)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "reprogramación de aforo"
        verbose_name_plural = "reprogramaciones de aforos"
        triggers = append_only("workorders_inspectionmove")

    def __str__(self) -> str:
        return f"{self.from_slot} → {self.to_slot}"


class InspectionReminder(models.Model):
    """That somebody was reminded of an aforo, by which means and what they said."""

    class Means(models.TextChoices):
        PHONE = "PHONE", "Teléfono"
        MESSAGE = "MESSAGE", "Mensaje"
        EMAIL = "EMAIL", "Correo"
        IN_PERSON = "IN_PERSON", "En persona"

    inspection = models.ForeignKey(
        HomeInspection, on_delete=models.PROTECT, related_name="reminders", verbose_name="aforo"
    )
    means = models.CharField("medio", max_length=9, choices=Means.choices)
    outcome = models.CharField("qué dijo", max_length=160, blank=True)
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "recordatorio de aforo"
        verbose_name_plural = "recordatorios de aforos"
        triggers = append_only("workorders_inspectionreminder")

    def __str__(self) -> str:
        return self.outcome or self.get_means_display()


class InspectionBasis(models.Model):
    """With what the acts are worked out from a moment on: litres, tolerance and where each figure comes from."""

    litres_a_person = models.DecimalField("litros de una persona al día", max_digits=7, decimal_places=2)
    person_source = models.CharField("fundamento de los litros por persona", max_length=300)
    tolerance_percent = models.DecimalField("error que se tolera a un medidor", max_digits=5, decimal_places=2)
    smallest_test_litres = models.DecimalField("litros de la menor prueba", max_digits=7, decimal_places=2)
    test_source = models.CharField("fundamento de la prueba", max_length=300)
    # In the order of the act: code, name and litres in a day, these as text.
    fixtures = models.JSONField("muebles y salidas de agua")
    fixtures_source = models.CharField("fundamento de los muebles", max_length=300)
    loaded_at = models.DateTimeField("desde cuándo")

    class Meta:
        verbose_name = "bases del aforo"
        verbose_name_plural = "bases de los aforos"
        triggers = append_only("workorders_inspectionbasis")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(litres_a_person__gt=0, tolerance_percent__gt=0, smallest_test_litres__gt=0),
                name="inspectionbasis_positive",
                violation_error_message="Los litros y la tolerancia son mayores que cero.",
            )
        ]

    def __str__(self) -> str:
        return f"Bases {self.pk}"


class InspectionAct(models.Model):
    """The acta of an aforo: what was seen in the house and how the meter answered."""

    class Conclusion(models.TextChoices):
        NOTHING_FOUND = "NOTHING_FOUND", "Sin anomalía: el consumo es del usuario"
        INNER_LEAK = "INNER_LEAK", "Fuga dentro del domicilio"
        OUTER_LEAK = "OUTER_LEAK", "Fuga antes del medidor"
        METER_FAILS = "METER_FAILS", "El medidor no registra bien"
        READ_WRONG = "READ_WRONG", "La lectura estaba mal tomada"
        OTHER_USE = "OTHER_USE", "El uso no es el del padrón"

    inspection = models.OneToOneField(
        HomeInspection, on_delete=models.PROTECT, primary_key=True, related_name="act", verbose_name="aforo"
    )
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="inspection_act", verbose_name="documento"
    )
    basis = models.ForeignKey(
        InspectionBasis, on_delete=models.PROTECT, related_name="acts", verbose_name="bases con que se calcula"
    )
    received_by = models.CharField("quién atendió", max_length=160)
    reading = models.PositiveIntegerField("lectura", null=True)
    meter_serial = models.CharField("medidor visto", max_length=24, blank=True)
    persons = models.PositiveSmallIntegerField("personas que viven ahí", null=True)
    # How many of each: toilets, showers, taps, washing machines, cisterns…
    fixtures = models.JSONField("muebles y salidas de agua", default=dict)
    leaks = models.TextField("fugas encontradas", blank=True)
    test_litres = models.DecimalField("litros de la prueba", max_digits=8, decimal_places=2, null=True)
    registered_litres = models.DecimalField("litros que registró el medidor", max_digits=8, decimal_places=2, null=True)
    conclusion = models.CharField("conclusión", max_length=16, choices=Conclusion.choices)
    recommendations = models.TextField("recomendaciones", blank=True)
    was_signed = models.BooleanField("firmó quien atendió", default=True)
    inspected_at = models.DateTimeField("cuándo fue")
    reported_at = models.DateTimeField("capturada")
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la capturó"
    )

    class Meta:
        verbose_name = "acta de aforo"
        verbose_name_plural = "actas de aforo"
        triggers = append_only("workorders_inspectionact")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(test_litres__isnull=True, registered_litres__isnull=True)
                | models.Q(test_litres__gt=0, registered_litres__gte=0),
                name="inspectionact_test_is_whole",
                violation_error_message="Anote los litros vaciados y los que registró el medidor.",
            )
        ]

    def __str__(self) -> str:
        return self.get_conclusion_display()
