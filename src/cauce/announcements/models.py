"""Announcements and whom they reach, supply by turns, and what Comunicación Social hands out."""

from django.conf import settings
from django.db import models

from cauce.core.triggers import append_only, never_deleted
from cauce.documents.models import Document
from cauce.registry.models import Account, Route, Sector
from cauce.users.models import Area


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Reads of announcements."""

    def in_force_at(self, at: "models.DateTimeField[object, object] | object") -> "AnnouncementQuerySet":
        """Published, not withdrawn, and with ``at`` between their start and their end."""
        return self.filter(published_at__isnull=False, withdrawn_at__isnull=True, starts_at__lte=at, ends_at__gt=at)


class Announcement(models.Model):
    """Something that the public is told: a cut of supply, low pressure, an event or a notice."""

    class Kind(models.TextChoices):
        SUPPLY_CUT = "SUPPLY_CUT", "Corte programado del suministro"
        LOW_PRESSURE = "LOW_PRESSURE", "Baja presión"
        REPAIR = "REPAIR", "Reparación en curso"
        NOTICE = "NOTICE", "Aviso general"

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, primary_key=True, related_name="announcement", verbose_name="documento"
    )
    key = models.CharField("llave", max_length=120, unique=True)
    kind = models.CharField("clase", max_length=12, choices=Kind.choices)
    title = models.CharField("título", max_length=120)
    body = models.TextField("texto del aviso")
    reason = models.CharField("motivo", max_length=160, blank=True)
    starts_at = models.DateTimeField("desde")
    ends_at = models.DateTimeField("hasta")
    is_for_everybody = models.BooleanField("es para todos", default=False)
    written_at = models.DateTimeField("escrito")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo escribió"
    )
    published_at = models.DateTimeField("publicado", null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo publicó"
    )
    withdrawn_at = models.DateTimeField("retirado", null=True)
    withdrawn_reason = models.CharField("por qué se retiró", max_length=160, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = "aviso al público"
        verbose_name_plural = "avisos al público"
        permissions = [("publish_announcement", "Puede publicar avisos al público")]
        triggers = [never_deleted("announcements_announcement")]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="announcement_by_dates")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="announcement_dates_in_order",
                violation_error_message="El aviso termina después de empezar.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class AnnouncementPlace(models.Model):
    """A sector, a route or an account that an announcement is for."""

    announcement = models.ForeignKey(
        Announcement, on_delete=models.PROTECT, related_name="places", verbose_name="aviso"
    )
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="sector")
    route = models.ForeignKey(Route, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="ruta")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="cuenta")

    class Meta:
        verbose_name = "alcance de un aviso"
        verbose_name_plural = "alcances de un aviso"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sector__isnull=False, route__isnull=True, account__isnull=True)
                | models.Q(sector__isnull=True, route__isnull=False, account__isnull=True)
                | models.Q(sector__isnull=True, route__isnull=True, account__isnull=False),
                name="announcementplace_is_one_thing",
                violation_error_message="Elija un sector, una ruta o una cuenta.",
            ),
            models.UniqueConstraint(
                fields=["announcement", "sector", "route", "account"],
                nulls_distinct=False,
                name="announcementplace_once",
                violation_error_message="Ya está en el aviso.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.sector or self.route or self.account)


class SupplyTurn(models.Model):
    """Tandeo: on which day and hours a sector has water."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Lunes"
        TUESDAY = 1, "Martes"
        WEDNESDAY = 2, "Miércoles"
        THURSDAY = 3, "Jueves"
        FRIDAY = 4, "Viernes"
        SATURDAY = 5, "Sábado"
        SUNDAY = 6, "Domingo"

    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, related_name="supply_turns", verbose_name="sector")
    weekday = models.PositiveSmallIntegerField("día", choices=Weekday.choices)
    from_time = models.TimeField("de")
    until_time = models.TimeField("a")
    valid_from = models.DateField("vigente desde")
    valid_until = models.DateField("vigente hasta", null=True, blank=True)

    class Meta:
        verbose_name = "turno de suministro"
        verbose_name_plural = "turnos de suministro"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_time__gt=models.F("from_time")),
                name="supplyturn_hours_in_order",
                violation_error_message="El suministro termina después de empezar.",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=models.F("valid_from")),
                name="supplyturn_dates_in_order",
                violation_error_message="La fecha final debe ser posterior a la inicial.",
            ),
        ]
        indexes = [models.Index(fields=["sector", "weekday"], name="supplyturn_by_sector")]

    def __str__(self) -> str:
        return f"{self.sector}: {self.get_weekday_display()} de {self.from_time:%H:%M} a {self.until_time:%H:%M}"


class Offering(models.Model):
    """What Comunicación Social offers: a leaflet with its stock, an event or a course with its places."""

    class Kind(models.TextChoices):
        LEAFLET = "LEAFLET", "Folleto"
        EVENT = "EVENT", "Evento"
        COURSE = "COURSE", "Curso"

    kind = models.CharField("clase", max_length=7, choices=Kind.choices)
    name = models.CharField("nombre", max_length=120, unique=True)
    about = models.TextField("de qué trata", blank=True)
    happens_at = models.DateTimeField("cuándo es", null=True, blank=True)
    place = models.CharField("dónde es", max_length=160, blank=True)
    # Leaflets in stock, or places left in an event or course: the sum of its movements.
    left = models.PositiveIntegerField("quedan", default=0)
    is_active = models.BooleanField("vigente", default=True)

    class Meta:
        verbose_name = "material de difusión"
        verbose_name_plural = "materiales de difusión"
        triggers = [never_deleted("announcements_offering")]

    def __str__(self) -> str:
        return self.name


class OfferingRequest(models.Model):
    """That an area asks for leaflets or for places, and what became of it."""

    class State(models.TextChoices):
        ASKED = "ASKED", "Pedido"
        DELIVERED = "DELIVERED", "Entregado"
        REFUSED = "REFUSED", "No se pudo"

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="requests", verbose_name="material")
    quantity = models.PositiveIntegerField("cantidad")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name="área")
    note = models.CharField("para qué", max_length=160, blank=True)
    state = models.CharField("estado", max_length=9, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField("pedido")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo pidió"
    )
    answered_at = models.DateTimeField("atendido", null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="quién lo atendió"
    )
    answer = models.CharField("respuesta", max_length=160, blank=True)

    class Meta:
        verbose_name = "solicitud de material de difusión"
        verbose_name_plural = "solicitudes de material de difusión"
        triggers = [never_deleted("announcements_offeringrequest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1),
                name="offeringrequest_asks_something",
                violation_error_message="Pida uno o más.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.offering}"


class OfferingMovement(models.Model):
    """What came into the stock of a material or left it."""

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="movements", verbose_name="material")
    quantity = models.IntegerField("cantidad")
    reason = models.CharField("motivo", max_length=160)
    request = models.OneToOneField(
        OfferingRequest, on_delete=models.PROTECT, null=True, related_name="movement", verbose_name="solicitud"
    )
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "movimiento de material de difusión"
        verbose_name_plural = "movimientos de material de difusión"
        triggers = append_only("announcements_offeringmovement")

    def __str__(self) -> str:
        return f"{self.quantity:+d} {self.offering}"
