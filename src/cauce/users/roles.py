"""Roles of the utility's staff and the permissions each one carries.

One role is one Django group; ``operations.sync_roles`` makes the groups match this page.
"""

from collections.abc import Collection, Iterable
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
_READ_DESK = frozenset(
    {
        "cases.view_case",
        "cases.view_call",
        "cases.view_radiomessage",
        "workorders.view_workorder",
        "workorders.view_homeinspection",
        "announcements.view_announcement",
        "books.view_daybook",
        "books.view_noteregister",
    }
)
_READ_STREET = frozenset({"workorders.view_workorder", "announcements.view_announcement"})
# The lineamientos that any post reads and binds itself to.
_BOUND = frozenset({"guidelines.view_guideline", "guidelines.acknowledge_guideline"})
# What any post but the crews may ask of Informática and of Comunicación Social, with the lineamientos.
_ASK = _BOUND | {"cases.add_systemrequest", "announcements.view_announcement", "announcements.add_offeringrequest"}
_READ_ARREARS = frozenset({"collections.view_arrears", "collections.view_infraction", "collections.view_legalrecord"})
_READ_AGREEMENTS = frozenset(
    {
        "agreements.view_paymentagreement",
        "agreements.view_promissorynote",
        "agreements.view_surchargewaiver",
        "agreements.view_prepayment",
    }
)
_READ_ADJUSTMENTS = frozenset({"billing.view_adjustment"})
_READ_WATCH = frozenset({"billing.view_sweeprun", "billing.view_watchfinding", "billing.view_lawcomparison"})
_READ_METERS = frozenset({"metering.view_meter"})
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
        | _READ_DESK
        | _ASK
        | {
            "cases.add_case",
            "cases.route_case",
            "cases.attend_case",
            "cases.add_call",
            "cases.add_radiomessage",
            "cases.acknowledge_radiomessage",
            "cases.view_systemrequest",
            "workorders.add_workorder",
            "workorders.deliver_workorder",
            "workorders.cancel_workorder",
            "workorders.report_workorder",
            "workorders.book_inspection",
            "workorders.open_agenda",
            "workorders.report_inspection",
            "books.close_daybook",
            "books.close_noteregister",
            "books.propose_annex",
        }
        | {
            "registry.place_hold",
            "cashier.add_paymentorder",
            "cashier.view_paymentorder",
            "cashier.view_payment",
            "cashier.add_paymentclaim",
            "cashier.add_refund",
            "cashier.view_refund",
        }
        | _READ_ARREARS
        | {
            "collections.build_batch",
            "collections.add_legalrecord",
            "collections.change_legalrecord",
            "collections.log_contact",
            "collections.capture_delivery",
            "collections.authorise_reduction",
            "collections.add_infraction",
        }
        | _READ_AGREEMENTS
        | {
            "agreements.sign_agreement",
            "agreements.ask_waiver",
            "agreements.decide_waiver",
            "agreements.keep_note",
            "agreements.offer_prepayment",
        }
        | {"metering.share_meter", "metering.report_loss"}
        | _READ_ADJUSTMENTS
        | {"billing.propose_adjustment", "billing.apply_adjustment", "billing.propose_adjustmentpolicy"}
        | _READ_WATCH
        | {"billing.add_sweeprun", "billing.change_watchfinding"}
        | {"guidelines.write_guideline", "guidelines.capture_checklist"}
        | _READ_METERS
        | {"metering.change_meter", "metering.add_parksnapshot", "metering.propose_replacement"},
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
        | _READ_DESK
        | _ASK
        | {
            "cases.add_case",
            "cases.route_case",
            "cases.attend_case",
            "cases.change_casetype",
            "cases.change_answertemplate",
            "cases.add_call",
            "cases.view_systemrequest",
            "workorders.add_workorder",
            "workorders.deliver_workorder",
            "workorders.program_workorder",
            "workorders.review_workorder",
            "workorders.cancel_workorder",
            "workorders.change_workordertype",
            "workorders.change_crew",
            "workorders.book_inspection",
            "documents.sign_document",
            "books.approve_annex",
            "users.declare_substitution",
        }
        | {
            "registry.place_hold",
            "registry.lift_hold",
            "registry.declare_link",
            "billing.approve_run",
            "billing.review_drafts",
            "tariffs.approve_law",
            "cashier.add_paymentorder",
            "cashier.view_paymentorder",
            "cashier.reverse_payment",
            "cashier.move_payment",
            "cashier.correct_method",
            "cashier.view_refund",
            "cashier.authorise_refund",
            "cashier.approve_resolution",
        }
        | _READ_ARREARS
        | {"collections.approve_batch", "collections.authorise_reduction", "collections.decide_infraction"}
        | {"collections.change_ladderstep", "collections.add_notifiercredential"}
        | _READ_AGREEMENTS
        | {
            "agreements.authorise_agreement",
            "agreements.cancel_agreement",
            "agreements.ask_waiver",
            "agreements.decide_waiver",
        }
        | {
            "metering.review_readings",
            "metering.reopen_decision",
            "metering.assign_routes",
            "metering.change_reader",
        }
        | _READ_ADJUSTMENTS
        | {"billing.authorise_adjustment"}
        | _READ_WATCH
        | {"billing.add_sweeprun", "billing.change_watchfinding", "billing.add_lawcomparison"}
        | {"guidelines.authorise_guideline"}
        | _READ_METERS
        | {"metering.add_parksnapshot", "metering.approve_replacement"},
    ),
    Role(
        "cajero",
        "Cajero",
        "Cajas",
        _READ_ACCOUNTS
        | _ASK
        | {
            "cashier.take_payment",
            "cashier.view_payment",
            "cashier.view_paymentorder",
            "cashier.capture_contingency",
            "cashier.apply_voucher",
            "cashier.pay_refund",
            "cashier.view_refund",
        }
        | _READ_AGREEMENTS,
    ),
    Role(
        "supervisor-cajas",
        "Supervisor de cajas",
        "Cajas",
        _READ_ACCOUNTS
        | _READ_CASH
        | _READ_CLAIMS
        | _READ_BANK
        | _ASK
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
    Role(
        "tecnico",
        "Técnico en medición",
        "Comercialización",
        _READ_STREET
        | _ASK
        | {
            "metering.view_reading",
            "workorders.view_homeinspection",
            "workorders.receive_workorder",
            "workorders.report_workorder",
            "workorders.report_inspection",
        }
        | {"collections.capture_delivery"}
        | _READ_METERS
        | {"metering.change_meter", "metering.add_benchtest"},
    ),
    Role(
        "facturacion",
        "Encargado de facturación",
        "Facturación",
        _READ_ACCOUNTS
        | _PERSONAL
        | _READ_BILLING
        | _CORRECT_REGISTRY
        | _READ_CLAIMS
        | _READ_DESK
        | _ASK
        | {"cases.route_case", "cases.attend_case", "workorders.add_workorder", "workorders.receive_workorder"}
        | {
            "cashier.add_paymentclaim",
            "billing.compute_run",
            "billing.issue_run",
            "billing.review_drafts",
            "imports.add_importbatch",
            "metering.review_readings",
            "metering.import_readings",
            "registry.import_registry",
            "ledger.import_balances",
            "cashier.add_paymentorder",
            "cashier.view_paymentorder",
        }
        | {"collections.view_arrears", "agreements.view_prepayment", "agreements.offer_prepayment"}
        | {"metering.share_meter", "metering.report_loss"}
        | _READ_ADJUSTMENTS
        | {"billing.apply_adjustment"}
        | _READ_WATCH
        | {"billing.add_sweeprun", "billing.change_watchfinding", "billing.add_lawcomparison"}
        | _READ_METERS
        | {"metering.change_meter"},
    ),
    Role(
        "operacion",
        "Jefe de Operación y Mantenimiento",
        "Operación",
        _READ_STREET
        | _ASK
        | {
            "registry.view_account",
            "cases.view_case",
            "cases.route_case",
            "cases.attend_case",
            "cases.view_radiomessage",
            "cases.add_radiomessage",
            "cases.acknowledge_radiomessage",
            "workorders.add_workorder",
            "workorders.receive_workorder",
            "workorders.program_workorder",
            "workorders.report_workorder",
            "workorders.change_crew",
        },
    ),
    Role(
        "cuadrilla",
        "Cuadrilla",
        "Operación",
        _READ_STREET | _BOUND | {"workorders.report_workorder", "collections.capture_delivery"},
    ),
    Role(
        "contabilidad",
        "Contabilidad",
        "Contabilidad",
        _READ_ACCOUNTS
        | _READ_BILLING
        | _READ_CASH
        | _READ_CLAIMS
        | _READ_BANK
        | _ASK
        | {"cases.view_case", "cases.route_case", "cases.attend_case"}
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
        }
        | _READ_AGREEMENTS
        | _READ_ADJUSTMENTS,
    ),
    Role(
        "comunicacion",
        "Comunicación Social",
        "Comunicación Social",
        _ASK
        | {
            "registry.view_account",
            "cases.view_case",
            "cases.attend_case",
            "announcements.add_announcement",
            "announcements.publish_announcement",
            "announcements.change_supplyturn",
            "announcements.change_offering",
        },
    ),
    Role(
        "informatica",
        "Informática",
        "Informática",
        frozenset(
            {
                "cases.view_systemrequest",
                "cases.add_systemrequest",
                "cases.attend_systemrequest",
                "announcements.view_announcement",
                "users.view_user",
                "users.change_user",
                "users.change_holiday",
                "users.add_user",
                "imports.view_importbatch",
                "imports.add_importbatch",
                "registry.import_registry",
                "metering.import_readings",
                "ledger.import_balances",
                "tariffs.view_schedule",
                "tariffs.load_law",
                "documents.change_norm",
            }
        )
        | _BOUND,
    ),
    Role(
        "director",
        "Director General",
        "Dirección",
        _READ_ACCOUNTS
        | _READ_BILLING
        | _READ_CASH
        | _READ_BANK
        | _READ_DESK
        | _ASK
        | {
            "cashier.view_refund",
            "cashier.authorise_refund",
            "cases.view_systemrequest",
            "cases.route_case",
            "cases.attend_case",
            "documents.sign_document",
            "books.approve_annex",
            "users.declare_substitution",
        }
        | _READ_ARREARS
        | {"collections.decide_infraction"}
        | _READ_AGREEMENTS
        | {"agreements.authorise_agreement", "agreements.decide_waiver"}
        | _READ_ADJUSTMENTS
        | {"billing.authorise_adjustment", "billing.approve_adjustmentpolicy"}
        | _READ_WATCH
        | {"tariffs.approve_law", "billing.add_lawcomparison", "guidelines.authorise_guideline"}
        | _READ_METERS,
    ),
    Role(
        "consejo",
        "Consejo Directivo",
        "Consejo Directivo",
        frozenset({"billing.view_billingrun", "tariffs.view_schedule", "billing.view_lawcomparison"})
        | {"guidelines.view_guideline"},
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
        | _READ_DESK
        | {"users.view_user", "cashier.view_paymentorder", "cashier.view_refund", "cases.view_systemrequest"}
        | {"guidelines.view_guideline"}
        | _READ_ARREARS
        | _READ_AGREEMENTS
        | _READ_ADJUSTMENTS
        | _READ_WATCH
        | _READ_METERS,
    ),
)


# What one person never holds together, not even by a suplencia: who counts the money and who undoes or waives it, who
# computes and who approves, who asks and who authorises.
INCOMPATIBLE: tuple[tuple[str, str], ...] = (
    ("cashier.take_payment", "cashier.reverse_payment"),
    ("cashier.take_payment", "cashier.add_paymentorder"),
    ("cashier.take_payment", "cashier.review_session"),
    ("cashier.propose_resolution", "cashier.approve_resolution"),
    ("billing.compute_run", "billing.approve_run"),
    ("billing.propose_adjustment", "billing.authorise_adjustment"),
    ("cashier.take_payment", "billing.propose_adjustment"),
    ("cashier.take_payment", "billing.authorise_adjustment"),
    ("cashier.take_payment", "billing.apply_adjustment"),
    ("billing.propose_adjustmentpolicy", "billing.approve_adjustmentpolicy"),
    ("metering.propose_replacement", "metering.approve_replacement"),
    ("metering.add_benchtest", "metering.approve_replacement"),
    ("tariffs.load_law", "tariffs.approve_law"),
    ("guidelines.write_guideline", "guidelines.authorise_guideline"),
    ("books.close_daybook", "books.approve_annex"),
    ("books.close_noteregister", "books.approve_annex"),
    ("collections.build_batch", "collections.approve_batch"),
    ("collections.add_infraction", "collections.decide_infraction"),
    ("cashier.take_payment", "collections.authorise_reduction"),
    ("cashier.take_payment", "agreements.decide_waiver"),
    ("cashier.take_payment", "agreements.ask_waiver"),
    ("cashier.take_payment", "agreements.sign_agreement"),
    ("cashier.take_payment", "agreements.offer_prepayment"),
)


def permissions_of(codes: Iterable[str]) -> frozenset[str]:
    """Every permission that these posts carry together."""
    wanted = set(codes)
    return frozenset().union(*(role.permissions for role in ROLES if role.code in wanted))


def incompatible_in(permissions: Collection[str]) -> tuple[str, str] | None:
    """Two permissions of these that nobody may hold together, or None."""
    return next((pair for pair in INCOMPATIBLE if set(pair) <= set(permissions)), None)


def role_label(code: str) -> str:
    """What people call a role; an unknown one, by its code."""
    return next((role.label for role in ROLES if role.code == code), code)
