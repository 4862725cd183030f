"""Where the service is used, and by which connection."""

import pghistory
from django.db import models

from cauce.core.triggers import never_deleted, references
from cauce.registry.rules.addresses import one_line_address

CYCLES = ((1, "Ciclo 1"), (2, "Ciclo 2"), (3, "Ciclo 3"))


class Colony(models.Model):
    """A colonia and its postal code, from the SAT's catalogue."""

    postal_code = models.CharField("código postal", max_length=5)
    name = models.CharField("colonia", max_length=120)
    name_key = models.CharField(max_length=120, editable=False)

    class Meta:
        verbose_name = "colonia"
        verbose_name_plural = "colonias"
        constraints = [
            models.UniqueConstraint(
                fields=["postal_code", "name"],
                name="colony_unique",
                violation_error_message="Esa colonia ya existe en ese código postal.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.postal_code}"


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Sector(models.Model):
    """A part of the town by which supply and campaigns are organised."""

    name = models.CharField("sector", max_length=80, unique=True)

    class Meta:
        verbose_name = "sector"
        verbose_name_plural = "sectores"

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Route(models.Model):
    """A walk of readings and deliveries; all of its accounts are billed in one cycle."""

    number = models.CharField("ruta", max_length=4, unique=True)
    cycle = models.PositiveSmallIntegerField("ciclo", choices=CYCLES)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT, null=True, blank=True, verbose_name="sector")

    class Meta:
        verbose_name = "ruta"
        verbose_name_plural = "rutas"
        triggers = [never_deleted("registry_route")]

    def __str__(self) -> str:
        return self.number


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["address_key"])
class Premises(models.Model):
    """A predio: the place served."""

    street = models.CharField("calle", max_length=160)
    exterior_number = models.CharField("número exterior", max_length=40, blank=True)
    interior_number = models.CharField("número interior", max_length=40, blank=True)
    colony = models.CharField("colonia", max_length=120, blank=True)
    postal_code = models.CharField("código postal", max_length=10, blank=True)
    latitude = models.DecimalField("latitud", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("longitud", max_digits=9, decimal_places=6, null=True, blank=True)
    address_key = models.CharField(max_length=400, editable=False)

    class Meta:
        verbose_name = "predio"
        verbose_name_plural = "predios"
        triggers = [never_deleted("registry_premises")]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        """The address in one line, as it is printed."""
        return one_line_address(self.street, self.exterior_number, self.interior_number, self.colony, self.postal_code)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Connection(models.Model):
    """A toma: the pipe that serves a premises, perhaps with several dwellings on it."""

    premises = models.ForeignKey(Premises, on_delete=models.PROTECT, db_constraint=False, verbose_name="predio")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        verbose_name="toma de la que depende",
    )
    dwellings = models.PositiveSmallIntegerField("viviendas", default=1)
    diameter = models.CharField("diámetro", max_length=20, blank=True)

    class Meta:
        verbose_name = "toma"
        verbose_name_plural = "tomas"
        triggers = [
            never_deleted("registry_connection"),
            *references("registry_connection", {"premises_id": ("registry_premises", "id")}),
        ]
        indexes = [
            models.Index(fields=["parent"], name="connection_by_parent", condition=models.Q(parent__isnull=False))
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(dwellings__gte=1),
                name="connection_has_dwellings",
                violation_error_message="Una toma sirve al menos a una vivienda.",
            )
        ]

    def __str__(self) -> str:
        return f"Toma {self.pk}"
