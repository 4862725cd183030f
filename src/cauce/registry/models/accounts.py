"""Accounts, and what each person is to them."""

import pghistory
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

from cauce.core.triggers import never_deleted, references
from cauce.registry.models.people import Customer
from cauce.registry.models.places import CYCLES, Connection, Route
from cauce.tariffs.models import TariffCode


class AccountQuerySet(models.QuerySet["Account"]):
    """Reads of accounts."""

    def billable(self) -> "AccountQuerySet":
        """Active and reduced accounts: those that are read and billed."""
        return self.filter(state__in=(Account.State.ACTIVE, Account.State.REDUCED))


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["search_text"])
class Account(models.Model):
    """A cuenta: a connection under a tariff, read in a route and billed in exactly one cycle."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", "Activa"
        REDUCED = "REDUCED", "Limitada por adeudo"
        VOLUNTARY_SUSPENSION = "VOLUNTARY_SUSPENSION", "Suspensión voluntaria"
        CLOSED = "CLOSED", "Cancelada"

    number = models.CharField("cuenta", max_length=10, unique=True)
    old_number = models.CharField("número anterior", max_length=20, blank=True)
    delivery_code = models.CharField("reparto", max_length=10, blank=True)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, db_constraint=False, verbose_name="toma")
    holder = models.ForeignKey(
        Customer,
        on_delete=models.PROTECT,
        related_name="held_accounts",
        db_constraint=False,
        verbose_name="titular",
    )
    # Django would index a text key twice, once for LIKE.
    tariff_code = models.ForeignKey(TariffCode, on_delete=models.PROTECT, db_index=False, verbose_name="tarifa")
    category = models.CharField("categoría", max_length=24, blank=True)
    activity = models.CharField("giro", max_length=120, blank=True)
    has_water = models.BooleanField("agua potable", default=True)
    has_sewerage = models.BooleanField("alcantarillado", default=False)
    has_treatment = models.BooleanField("tratamiento", default=False)
    discharge_m3 = models.PositiveIntegerField("descarga mensual (m³)", null=True, blank=True)
    pupils = models.PositiveIntegerField("alumnos", null=True, blank=True)
    exemption = models.CharField("exención", max_length=24, blank=True)
    route = models.ForeignKey(Route, on_delete=models.PROTECT, db_index=False, db_constraint=False, verbose_name="ruta")
    route_order = models.PositiveIntegerField("orden en la ruta")
    cycle = models.PositiveSmallIntegerField("ciclo", choices=CYCLES)
    state = models.CharField("estado", max_length=24, choices=State.choices, default=State.ACTIVE)
    opened_on = models.DateField("fecha de alta")
    notes = models.TextField("observaciones", blank=True)
    search_text = models.TextField(editable=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        verbose_name="unida a",
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = "cuenta"
        verbose_name_plural = "cuentas"
        triggers = [
            never_deleted("registry_account"),
            # An import writes hundreds of thousands in one go: docs/decisions/0003.
            *references(
                "registry_account",
                {
                    "connection_id": ("registry_connection", "id"),
                    "holder_id": ("registry_customer", "id"),
                    "route_id": ("registry_route", "id"),
                },
            ),
        ]
        permissions = [
            ("import_registry", "Puede importar el padrón"),
            ("place_hold", "Puede poner una retención"),
            ("lift_hold", "Puede levantar una retención"),
            ("resolve_flag", "Puede atender avisos del padrón"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__regex=r"^[0-9]{6,10}$"),
                name="account_number_is_digits",
                violation_error_message="La cuenta lleva de 6 a 10 dígitos.",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("ACTIVE", "REDUCED", "VOLUNTARY_SUSPENSION", "CLOSED")),
                name="account_state_is_known",
                violation_error_message="Elija un estado de cuenta de la lista.",
            ),
            models.CheckConstraint(
                condition=models.Q(cycle__in=(1, 2, 3)),
                name="account_in_one_cycle",
                violation_error_message="Elija el ciclo de facturación: 1, 2 o 3.",
            ),
            models.CheckConstraint(
                condition=models.Q(has_treatment=False) | models.Q(has_sewerage=True),
                name="account_treatment_needs_sewerage",
                violation_error_message="El tratamiento sólo se cobra con drenaje.",
            ),
            models.CheckConstraint(
                condition=models.Q(has_water=True) | models.Q(has_sewerage=True),
                name="account_has_a_service",
                violation_error_message="La cuenta debe tener al menos un servicio.",
            ),
        ]
        indexes = [
            # Words, not trigrams: a name is looked for by how its words begin, and an entry per word is ten times less
            # to write in an import and to intersect in a search for two of the commonest surnames.
            GinIndex(SearchVector("search_text", config="simple"), name="account_by_words"),
            models.Index(fields=["delivery_code"], name="account_by_delivery", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["old_number"],
                name="account_by_old_number",
                opclasses=["varchar_pattern_ops"],
                condition=~models.Q(old_number=""),
            ),
            models.Index(fields=["cycle", "id"], name="account_by_cycle"),
            models.Index(fields=["tariff_code"], name="account_by_tariff"),
            models.Index(fields=["route", "route_order", "id"], name="account_by_route"),
        ]

    def __str__(self) -> str:
        return self.number


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class AccountRole(models.Model):
    """What a person is to an account, and since when."""

    class Role(models.TextChoices):
        HOLDER = "HOLDER", "Titular"
        OWNER = "OWNER", "Propietario"
        TENANT = "TENANT", "Inquilino"
        PAYER = "PAYER", "Quien paga"
        FISCAL_RECEIVER = "FISCAL_RECEIVER", "Receptor fiscal"
        BENEFICIARY = "BENEFICIARY", "Beneficiario de tarifa preferencial"
        CONTACT = "CONTACT", "Contacto"

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="roles", db_constraint=False, verbose_name="cuenta"
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="roles", db_constraint=False, verbose_name="persona"
    )
    role = models.CharField("papel", max_length=16, choices=Role.choices)
    valid_from = models.DateField("desde")
    valid_until = models.DateField("hasta", null=True, blank=True)

    class Meta:
        verbose_name = "papel en la cuenta"
        verbose_name_plural = "papeles en la cuenta"
        triggers = [
            *references(
                "registry_accountrole",
                {"account_id": ("registry_account", "id"), "customer_id": ("registry_customer", "id")},
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(role="HOLDER", valid_until__isnull=True),
                name="account_has_one_holder",
                violation_error_message="La cuenta ya tiene un titular vigente.",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=models.F("valid_from")),
                name="accountrole_dates_in_order",
                violation_error_message="La fecha final debe ser posterior a la inicial.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.customer}"
