"""Who uses the service, where, by which connection and under which account."""

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Reverse

from cauce.core.triggers import never_deleted, references
from cauce.registry.rules.addresses import one_line_address
from cauce.tariffs.models import TariffCode

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


@pghistory.track(
    pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["name_key", "phone_digits"]
)
class Customer(models.Model):
    """A person or company that uses the service, owes or pays: a party, with or without an account."""

    class Kind(models.TextChoices):
        PERSON = "PERSON", "Persona física"
        COMPANY = "COMPANY", "Persona moral"

    name = models.CharField("nombre", max_length=200)
    name_key = models.CharField(max_length=200, editable=False)
    kind = models.CharField("tipo", max_length=8, choices=Kind.choices, default=Kind.PERSON)
    rfc = models.CharField("RFC", max_length=20, blank=True)
    curp = models.CharField("CURP", max_length=24, blank=True)
    phone = models.CharField("teléfono", max_length=40, blank=True)
    phone_digits = models.CharField(max_length=20, blank=True, editable=False)
    email = models.CharField("correo", max_length=160, blank=True)
    died_on = models.DateField("fecha de defunción", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        verbose_name="unido a",
    )

    class Meta:
        verbose_name = "persona"
        verbose_name_plural = "personas"
        triggers = [never_deleted("registry_customer")]
        permissions = [("view_personal_data", "Puede ver datos personales sin ocultar")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="customer_has_a_name",
                violation_error_message="Escriba el nombre de la persona.",
            )
        ]
        indexes = [
            # People give the seven digits they dial in town: the end of the number, so it is indexed backwards.
            models.Index(
                OpClass(Reverse("phone_digits"), name="text_pattern_ops"),
                name="customer_by_phone_end",
                condition=~models.Q(phone_digits=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


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


class HoldQuerySet(models.QuerySet["Hold"]):
    """Reads of holds."""

    def open_on(self, day: "models.DateField[object, object] | object") -> "HoldQuerySet":
        """Holds in force on ``day``: placed, not lifted and not past their last day."""
        return self.filter(models.Q(valid_until__isnull=True) | models.Q(valid_until__gt=day), valid_from__lte=day)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Hold(models.Model):
    """A retención: what stops an act on an account, who placed it, why and until when (exclusive)."""

    class Kind(models.TextChoices):
        COMPLAINT = "COMPLAINT", "Inconformidad"
        APPEAL = "APPEAL", "Recurso"
        AMPARO = "AMPARO", "Amparo"
        DEAD_HOLDER = "DEAD_HOLDER", "Titular fallecido"
        VULNERABLE = "VULNERABLE", "Persona vulnerable"
        PAYMENT_TRACED = "PAYMENT_TRACED", "Pago en aclaración"
        BILLING = "BILLING", "Facturación retenida"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds", verbose_name="cuenta")
    kind = models.CharField("clase", max_length=16, choices=Kind.choices)
    reason = models.TextField("motivo")
    stops_reduction = models.BooleanField("detiene la reducción", default=True)
    stops_surcharges = models.BooleanField("detiene los recargos", default=False)
    stops_billing = models.BooleanField("detiene la facturación", default=False)
    valid_from = models.DateField("desde")
    valid_until = models.DateField("hasta", null=True, blank=True)
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién la puso"
    )
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="quién la levantó",
    )

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = "retención"
        verbose_name_plural = "retenciones"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="hold_has_a_reason",
                violation_error_message="Escriba el motivo de la retención.",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="hold_dates_in_order",
                violation_error_message="La fecha final no puede ser anterior a la inicial.",
            ),
        ]
        indexes = [models.Index(fields=["account"], name="hold_by_account")]

    def __str__(self) -> str:
        return self.get_kind_display()


class StaffLinkQuerySet(models.QuerySet["StaffLink"]):
    """Reads of the declared links."""

    def in_force(self) -> "StaffLinkQuerySet":
        """Links nobody has ended."""
        return self.filter(ended_at__isnull=True)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class StaffLink(models.Model):
    """A declared link of a member of the staff with a person of the padrón: themselves or a relative.

    Nobody acts on an account whose holder they are linked to (Ley de Responsabilidades Administrativas).
    """

    class Kind(models.TextChoices):
        SELF = "SELF", "La misma persona"
        RELATIVE = "RELATIVE", "Pariente o interés"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién del personal"
    )
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", verbose_name="persona")
    kind = models.CharField("vínculo", max_length=8, choices=Kind.choices)
    note = models.TextField("parentesco o interés", blank=True)
    declared_at = models.DateTimeField("declarado")
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="quién lo capturó"
    )
    ended_at = models.DateTimeField("terminado", null=True, blank=True)

    objects = StaffLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "vínculo declarado"
        verbose_name_plural = "vínculos declarados"
        permissions = [("declare_link", "Puede registrar vínculos del personal")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "customer"],
                condition=models.Q(ended_at__isnull=True),
                name="stafflink_once",
                violation_error_message="Ese vínculo ya está declarado.",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(kind="SELF", ended_at__isnull=True),
                name="stafflink_one_self",
                violation_error_message="Esa persona del personal ya está identificada en el padrón.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.customer} ({self.get_kind_display()})"


class PadronFlagQuerySet(models.QuerySet["PadronFlag"]):
    """Reads of flags."""

    def pending(self) -> "PadronFlagQuerySet":
        """Flags nobody has attended yet."""
        return self.filter(resolved_at__isnull=True)


class PadronFlag(models.Model):
    """A doubtful field of the padrón, kept until somebody corrects it or says it is right."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="flags", verbose_name="cuenta")
    code = models.CharField("aviso", max_length=32)
    field = models.CharField("campo", max_length=24)
    message = models.TextField("qué pasa")
    raised_at = models.DateTimeField("detectado")
    resolved_at = models.DateTimeField("atendido", null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, verbose_name="quién lo atendió"
    )
    resolution = models.TextField("cómo se atendió", blank=True)

    objects = PadronFlagQuerySet.as_manager()

    class Meta:
        verbose_name = "aviso del padrón"
        verbose_name_plural = "avisos del padrón"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "code", "field"],
                condition=models.Q(resolved_at__isnull=True),
                name="padronflag_pending_once",
                violation_error_message="Ese aviso ya está pendiente en la cuenta.",
            )
        ]
        indexes = [models.Index(fields=["code", "id"], name="padronflag_by_code")]

    def __str__(self) -> str:
        return self.message
