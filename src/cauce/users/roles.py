"""Roles of the utility's staff and the permissions each one carries.

One role is one Django group; ``operations.sync_roles`` makes the groups match this page.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """A post: its group's name, what people call it, and its permissions as ``app_label.codename``."""

    code: str
    label: str
    area: str
    permissions: frozenset[str]


_READ_ACCOUNTS = frozenset(
    {
        "registry.view_account",
        "metering.view_reading",
        "ledger.view_transfer",
        "billing.view_bill",
        "documents.view_document",
        "events.view_event",
        "tariffs.view_schedule",
    }
)
_PERSONAL = frozenset({"registry.view_personal_data"})
_READ_BILLING = frozenset({"billing.view_billingrun", "metering.view_readinground", "imports.view_importbatch"})
_READ_CASH = frozenset({"cashier.view_payment", "cashier.view_cashsession", "cashier.view_cash_day"})
_READ_CLAIMS = frozenset({"cashier.view_paymentclaim"})
_READ_BANK = frozenset({"cashier.view_bankmovement", "cashier.view_clearingmatch"})
_CORRECT_REGISTRY = frozenset({"registry.change_account", "registry.change_customer", "registry.resolve_flag"})

ROLES: tuple[Role, ...] = (
    Role(
        "coordinador",
        "Coordinador Comercial",
        "Comercialización",
        _READ_ACCOUNTS
        | _PERSONAL
        | _READ_BILLING
        | _CORRECT_REGISTRY
        | _READ_CLAIMS
        | {
            "registry.place_hold",
            "cashier.add_paymentorder",
            "cashier.view_paymentorder",
            "cashier.view_payment",
            "cashier.add_paymentclaim",
            "cashier.add_refund",
            "cashier.view_refund",
        },
    ),
    Role(
        "jefe",
        "Jefe de Comercialización",
        "Comercialización",
        _READ_ACCOUNTS
        | _PERSONAL
        | _READ_BILLING
        | _READ_CASH
        | _CORRECT_REGISTRY
        | _READ_CLAIMS
        | _READ_BANK
        | {
            "registry.place_hold",
            "registry.lift_hold",
            "registry.declare_link",
            "billing.approve_run",
            "tariffs.approve_law",
            "cashier.add_paymentorder",
            "cashier.view_paymentorder",
            "cashier.reverse_payment",
            "cashier.move_payment",
            "cashier.correct_method",
            "cashier.view_refund",
            "cashier.authorise_refund",
            "cashier.approve_resolution",
        },
    ),
    Role(
        "cajero",
        "Cajero",
        "Cajas",
        _READ_ACCOUNTS
        | {
            "cashier.take_payment",
            "cashier.view_payment",
            "cashier.view_paymentorder",
            "cashier.capture_contingency",
            "cashier.apply_voucher",
            "cashier.pay_refund",
            "cashier.view_refund",
        },
    ),
    Role(
        "supervisor-cajas",
        "Supervisor de cajas",
        "Cajas",
        _READ_ACCOUNTS
        | _READ_CASH
        | _READ_CLAIMS
        | _READ_BANK
        | {
            "cashier.view_paymentorder",
            "cashier.reverse_payment",
            "cashier.move_payment",
            "cashier.correct_method",
            "cashier.review_session",
            "cashier.count_drawer",
            "cashier.close_day",
            "cashier.view_contingencyblock",
            "cashier.add_contingencyblock",
            "cashier.approve_resolution",
            "cashier.view_refund",
        },
    ),
    Role("tecnico", "Técnico en medición", "Comercialización", frozenset({"metering.view_reading"})),
    Role(
        "facturacion",
        "Encargado de facturación",
        "Facturación",
        _READ_ACCOUNTS
        | _PERSONAL
        | _READ_BILLING
        | _CORRECT_REGISTRY
        | _READ_CLAIMS
        | {
            "cashier.add_paymentclaim",
            "billing.compute_run",
            "billing.issue_run",
            "imports.add_importbatch",
            "metering.import_readings",
            "registry.import_registry",
            "ledger.import_balances",
            "cashier.add_paymentorder",
            "cashier.view_paymentorder",
        },
    ),
    Role("operacion", "Jefe de Operación y Mantenimiento", "Operación", frozenset({"registry.view_account"})),
    Role("cuadrilla", "Cuadrilla", "Operación", frozenset()),
    Role(
        "contabilidad",
        "Contabilidad",
        "Contabilidad",
        _READ_ACCOUNTS
        | _READ_BILLING
        | _READ_CASH
        | _READ_CLAIMS
        | _READ_BANK
        | {
            "cashier.view_paymentorder",
            "cashier.move_payment",
            "cashier.correct_method",
            "cashier.dishonour_payment",
            "cashier.view_refund",
            "cashier.pay_refund",
            "cashier.import_bank",
            "cashier.propose_resolution",
            "cashier.match_clearing",
            "cashier.resolve_claim",
        },
    ),
    Role("comunicacion", "Comunicación Social", "Comunicación Social", frozenset({"registry.view_account"})),
    Role(
        "informatica",
        "Informática",
        "Informática",
        frozenset(
            {
                "users.view_user",
                "users.change_user",
                "users.add_user",
                "imports.view_importbatch",
                "imports.add_importbatch",
                "registry.import_registry",
                "metering.import_readings",
                "ledger.import_balances",
                "tariffs.view_schedule",
                "tariffs.load_law",
            }
        ),
    ),
    Role(
        "director",
        "Director General",
        "Dirección",
        _READ_ACCOUNTS | _READ_BILLING | _READ_CASH | _READ_BANK | {"cashier.view_refund", "cashier.authorise_refund"},
    ),
    Role(
        "consejo",
        "Consejo Directivo",
        "Consejo Directivo",
        frozenset({"billing.view_billingrun", "tariffs.view_schedule"}),
    ),
    Role(
        "auditor",
        "Auditor",
        "Contraloría",
        _READ_ACCOUNTS
        | _PERSONAL
        | _READ_BILLING
        | _READ_CASH
        | _READ_CLAIMS
        | _READ_BANK
        | {"users.view_user", "cashier.view_paymentorder", "cashier.view_refund"},
    ),
)


def role_label(code: str) -> str:
    """What people call a role; an unknown one, by its code."""
    return next((role.label for role in ROLES if role.code == code), code)
