"""What enters the libro de registros and under which heading, what the auxiliar counts, and how books are sealed."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

CASES: Final = "Casos"
CALLS: Final = "Llamadas"
RADIO: Final = "Radio"
ORDERS: Final = "Órdenes de trabajo"
INSPECTIONS: Final = "Aforos"
PAYMENT_ORDERS: Final = "Órdenes de pago"
CLAIMS: Final = "Aclaraciones y vales"
PAYMENTS: Final = "Pagos"
CORRECTIONS: Final = "Correcciones de pagos"
COLLECTION: Final = "Cobranza"
AGREEMENTS: Final = "Convenios y pagarés"
BANK: Final = "Banco"
REGISTRY: Final = "Padrón"
METERING: Final = "Medición"
BILLING: Final = "Facturación"
ANNOUNCEMENTS: Final = "Comunicación"
INFORMATICS: Final = "Informática"
SIGNING: Final = "Firmas"
POSTS: Final = "Suplencias"
SERVICE: Final = "Reducción y reconexión"
BOOKS: Final = "Libros"
GUIDELINES: Final = "Lineamientos"
OTHER: Final = "Otros asuntos"
"""Where a kind that nobody placed goes, so that nothing that was attended is ever lost."""

HEADINGS: Final = (
    CASES,
    CALLS,
    RADIO,
    ORDERS,
    INSPECTIONS,
    PAYMENT_ORDERS,
    CLAIMS,
    PAYMENTS,
    CORRECTIONS,
    COLLECTION,
    AGREEMENTS,
    BANK,
    REGISTRY,
    METERING,
    BILLING,
    ANNOUNCEMENTS,
    INFORMATICS,
    SIGNING,
    POSTS,
    SERVICE,
    BOOKS,
    GUIDELINES,
    OTHER,
)

_KINDS_OF: Final[Mapping[str, str]] = {
    CASES: (
        "CASE_OPENED CASE_ROUTED CASE_ACCEPTED CASE_RETURNED CASE_TAKEN CASE_NOTED CASE_REPEATED CASE_PAUSED "
        "CASE_RESUMED CASE_RESOLVED CASE_CLOSED CASE_REOPENED CASE_DUPLICATED CASE_WITHDRAWN CASE_FILE_ADDED "
        "CASE_ORDER_OPENED CASE_INSPECTION_BOOKED ANSWER_WRITTEN ANSWER_DELIVERED"
    ),
    CALLS: "CALL_ATTENDED CALL_RETURNED MESSAGE_LEFT MESSAGE_TAKEN",
    RADIO: "RADIO_MESSAGE RADIO_ACKNOWLEDGED",
    ORDERS: (
        "WORK_ORDER_ISSUED WORK_ORDERS_DELIVERED DELIVERY_ACKNOWLEDGED WORK_ORDERS_PROGRAMMED WORK_ORDER_UNPROGRAMMED "
        "WORK_ORDER_MOVED WORK_ORDER_REASSIGNED WORK_ORDER_STARTED WORK_ORDER_DONE WORK_ORDER_NOT_DONE "
        "WORK_ORDER_RETRIED WORK_ORDERS_REVIEWED WORK_ORDERS_CLOSED WORK_ORDER_REOPENED WORK_ORDER_RECALLED "
        "WORK_ORDER_RECALLED_LATE WORK_ORDER_CANCELLED WORK_ORDERS_MERGED WORK_ORDER_FILE_ADDED"
    ),
    INSPECTIONS: (
        "AGENDA_OPENED AGENDA_SLOT_CHANGED AGENDA_SLOT_CLOSED AGENDA_SLOT_REOPENED INSPECTION_BOOKED "
        "INSPECTION_BOOKED_OVER INSPECTION_MOVED INSPECTION_MISSED INSPECTION_BOOKED_AGAIN INSPECTION_CANCELLED "
        "INSPECTION_REMINDED INSPECTION_REPORTED"
    ),
    PAYMENT_ORDERS: "PAYMENT_ORDER_ISSUED PAYMENT_ORDER_CANCELLED",
    CLAIMS: (
        "CLAIM_OPENED CLAIM_REFUSED CLAIM_CLOSED_BY_MOVE VOUCHER_ISSUED VOUCHER_APPLIED VOUCHER_REPLACED "
        "DEPOSIT_RECOGNISED"
    ),
    PAYMENTS: "CONTINGENCY_CAPTURED CONTINGENCY_SPOILT",
    CORRECTIONS: (
        "PAYMENT_REVERSED PAYMENT_MOVED_AWAY PAYMENT_MOVED_HERE METHOD_CORRECTED PAYMENT_DISHONOURED REFUND_REQUESTED "
        "REFUND_AUTHORISED REFUND_REFUSED REFUND_PAID"
    ),
    COLLECTION: (
        "CONTACT_LOGGED PROMISE_KEPT PROMISE_BROKEN BATCH_PREPARED BATCH_ACT_EXCLUDED BATCH_APPROVED "
        "BATCH_DISCARDED BATCH_ISSUED BATCH_SENT BATCH_CLOSED LADDER_ORDER_ENDED CREDENTIAL_ISSUED CREDENTIAL_REVOKED "
        "LEGAL_RECORD_ISSUED LEGAL_RECORD_FILLED LEGAL_RECORD_VOIDED"
    ),
    AGREEMENTS: (
        "AGREEMENT_REQUESTED AGREEMENT_AUTHORISED AGREEMENT_REFUSED AGREEMENT_PREPARED AGREEMENT_WITHDRAWN "
        "AGREEMENT_SIGNED AGREEMENT_IN_FORCE AGREEMENT_WITHOUT_DOWN_PAYMENT AGREEMENT_KEPT AGREEMENT_BROKEN "
        "AGREEMENT_CANCELLED AGREEMENT_RESTRUCTURED NOTES_KEPT NOTE_RETURNED NOTE_OVERDUE WAIVER_REQUESTED "
        "WAIVER_APPLIED WAIVER_REFUSED PREPAYMENT_OFFERED PREPAYMENT_BEGUN PREPAYMENT_ENDED PREPAYMENT_EXPIRED "
        "PREPAYMENT_CANCELLED"
    ),
    BANK: "BANK_FILE_IMPORTED RESOLUTION_PROPOSED RESOLUTION_APPROVED RESOLUTION_REFUSED",
    REGISTRY: (
        "ACCOUNT_OPENED ACCOUNT_CHANGED CUSTOMER_REGISTERED CUSTOMER_CHANGED PREMISES_CHANGED ROLE_ASSIGNED ROLE_ENDED "
        "HOLD_PLACED HOLD_LIFTED FLAG_RESOLVED LINK_DECLARED LINK_ENDED ACT_BARRED IMPORT_FINISHED IMPORT_CANCELLED "
        "BALANCES_IMPORTED SERVICE_REDUCED SERVICE_RECONNECTED"
    ),
    METERING: (
        "METER_INSTALLED METER_REMOVED METER_SHARED METER_SHARING_ENDED METER_LOST METER_LOSS_CLOSED READINGS_TAKEN "
        "CONNECTION_HUNG CONNECTION_LET_GO "
        "READING_DECIDED READING_REOPENED READINGS_DECIDED FINDING_SETTLED "
        "FINDINGS_NEED_ORDERS ANOMALIES_LOADED ROUND_OPENED READING_CAPTURED ROUTES_ASSIGNED READER_SAVED "
        "ROUTE_RESEQUENCED PARK_TABLE_LOADED PARK_TAKEN METER_COMPLETED METER_PUT_AWAY BENCH_TEST_RECORDED "
        "REPLACEMENT_PROPOSED REPLACEMENT_APPROVED REPLACEMENT_REFUSED REPLACEMENT_WITHDRAWN"
    ),
    BILLING: (
        "CALENDAR_GENERATED CALENDAR_CHANGED CYCLE_DELIVERED CHANGES_ACKNOWLEDGED GUARD_SIGNED DRAFT_BOUNDS_LOADED "
        "UNUSUAL_DRAFTS_LOOKED_AT SAMPLED_DRAFT_CHECKED RUN_COMPUTED RUN_APPROVED RUN_ISSUE_ORDERED RUN_ISSUED "
        "RUN_CANCELLED DRAFT_WITHDRAWN DRAFT_RETURNED LAW_LOADED "
        "ADJUSTMENT_PROPOSED ADJUSTMENT_AUTHORISED ADJUSTMENT_REFUSED ADJUSTMENT_WITHDRAWN ADJUSTMENT_APPLIED "
        "ADJUSTMENT_POLICY_PROPOSED ADJUSTMENT_POLICY_APPROVED ADJUSTMENT_POLICY_REFUSED ADJUSTMENT_POLICY_IN_FORCE"
        " LAW_PUT_IN_FORCE LAW_DISCARDED LAW_TAKEN_UP TARIFFS_SWEPT WATCH_LIST_REVIEWED WATCH_FINDING_DISMISSED "
        "LAWS_COMPARED NORM_TEXT_KEPT"
    ),
    ANNOUNCEMENTS: (
        "ANNOUNCEMENT_WRITTEN ANNOUNCEMENT_PUBLISHED ANNOUNCEMENT_WITHDRAWN OFFERING_ASKED OFFERING_DELIVERED "
        "OFFERING_REFUSED"
    ),
    INFORMATICS: (
        "SYSTEM_REQUEST_ASKED SYSTEM_REQUEST_ACCEPTED SYSTEM_REQUEST_STARTED SYSTEM_REQUEST_RETURNED "
        "SYSTEM_REQUEST_DONE SYSTEM_REQUEST_REFUSED"
    ),
    SIGNING: "SIGNATURE_REQUESTED DOCUMENT_SIGNED DOCUMENT_RETURNED SIGNATURE_WITHDRAWN",
    POSTS: "POST_HANDED_OVER POST_TAKEN_BACK",
    SERVICE: (
        "REDUCTIONS_AUTHORISED REDUCTION_AUTHORISED REDUCTION_ORDERED REDUCTION_STOPPED REDUCTION_CALLED_BACK "
        "REDUCTION_HAD_BEEN_DONE REDUCTION_DONE_LATE RECALL_UNDONE RECONNECTION_OPENED WATER_VOUCHER_ISSUED "
        "WATER_VOUCHER_DELIVERED INFRACTION_FOUND INFRACTION_NOTIFIED INFRACTION_HEARD INFRACTION_FINED "
        "INFRACTION_DISMISSED"
    ),
    GUIDELINES: (
        "GUIDELINE_WRITTEN GUIDELINE_SUBMITTED GUIDELINE_RETURNED GUIDELINE_AUTHORISED GUIDELINE_WITHDRAWN "
        "GUIDELINE_ACKNOWLEDGED CHECKLIST_CAPTURED CHECKLIST_CLOSED"
    ),
    BOOKS: "ANNEX_PROPOSED ANNEX_SEALED ANNEX_REFUSED NOTE_REGISTER_CLOSED",
}

HEADING_OF: Final[Mapping[str, str]] = {kind: heading for heading, kinds in _KINDS_OF.items() for kind in kinds.split()}
"""Under which heading each kind of event enters, told one by one."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A kind that enters as how many there were: its heading and its noun, in singular and plural."""

    heading: str
    singular: str
    plural: str


COUNTED: Final[Mapping[str, Counted]] = {
    "NOTICE_CAPTURED": Counted(COLLECTION, "aviso de adeudo con su entrega", "avisos de adeudo con su entrega"),
    "PAYMENT_TAKEN": Counted(PAYMENTS, "comprobante de pago", "comprobantes de pago"),
    "SURCHARGES_POSTED": Counted(PAYMENTS, "cuenta con recargos cargados", "cuentas con recargos cargados"),
    "SURCHARGES_TAKEN_BACK": Counted(PAYMENTS, "cuenta con recargos cancelados", "cuentas con recargos cancelados"),
    "ADVANCES_APPLIED": Counted(PAYMENTS, "saldo a favor aplicado", "saldos a favor aplicados"),
    "PAYMENT_ORDER_EXPIRED": Counted(PAYMENT_ORDERS, "orden de pago vencida", "órdenes de pago vencidas"),
}

LEFT_OUT: Final[Mapping[str, str]] = {
    "NOTE_PAID": "los pagos se cuentan, y el auxiliar de pagarés los dice uno por uno",
    "NOTE_PAID_IN_PART": "los pagos se cuentan, y el auxiliar de pagarés los dice uno por uno",
    "NOTE_PAYMENT_UNDONE": "lo dice la corrección del pago",
    "NOTE_INTEREST_FORGIVEN": "lo dice el auxiliar de pagarés",
    "POLICY_LOADED": "preparar el sistema no es atender",
    "LADDER_LOADED": "los catálogos no son de un día",
    "LADDER_STEP_CHANGED": "los catálogos no son de un día",
    "BATCH_ISSUE_STARTED": "lo cuenta la emisión",
    "ARREARS_TAKEN": "calcular la cartera no es atender",
    "SELECTION_SAVED": "guardar filtros no es atender",
    "SELECTION_WITHDRAWN": "guardar filtros no es atender",
    "RECEIPT_PRINTED": "imprimir no es atender",
    "PAYMENT_ORDER_REPRINTED": "imprimir no es atender",
    "CONTINGENCY_PRINTED": "imprimir no es atender",
    "CASH_PAPER_PRINTED": "imprimir no es atender",
    "SESSION_OPENED": "la caja tiene su propio corte",
    "SESSION_CLOSED": "la caja tiene su propio corte",
    "SESSION_BALANCED": "la caja tiene su propio corte",
    "SESSION_REVIEWED": "la caja tiene su propio corte",
    "CASH_WITHDRAWN": "la caja tiene su propio corte",
    "DRAWER_COUNTED": "la caja tiene su propio corte",
    "CLEARING_MATCHED": "la conciliación es de Contabilidad",
    "CLEARING_REVERSED": "la conciliación es de Contabilidad",
    "DAY_CLOSED": "el cierre de cajas tiene su consolidado",
    "SERVICE_TABLE_LOADED": "preparar el sistema no es atender",
    "COLONIES_LOADED": "preparar el sistema no es atender",
    "SECTORS_LOADED": "preparar el sistema no es atender",
    "ORDER_CATALOGUE_LOADED": "preparar el sistema no es atender",
    "ORDER_TYPE_CHANGED": "preparar el sistema no es atender",
    "CASE_CATALOGUE_LOADED": "preparar el sistema no es atender",
    "CASE_TYPE_CHANGED": "preparar el sistema no es atender",
    "ANSWER_TEMPLATE_CHANGED": "preparar el sistema no es atender",
    "INSPECTION_BASIS_LOADED": "preparar el sistema no es atender",
    "WORK_ORDER_MERGED": "lo dice la orden a la que se unió",
    "TECHNICIAN_CHANGED": "preparar el sistema no es atender",
    "CREW_CHANGED": "preparar el sistema no es atender",
    "OFFERING_STOCKED": "las existencias tienen su propia lista",
    "BOOK_CLOSED": "lo dice el libro mismo",
}
"""Kinds that never enter, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event as the book needs it; ``at`` is ISO in the utility's time zone."""

    id: int
    kind: str
    at: str
    what: str
    folio: str
    account: str
    who: str
    is_late: bool


def heading_of(kind: str) -> str:
    """The heading of a kind that enters."""
    return HEADING_OF.get(kind, OTHER)


def entry_of(happened: Happened) -> dict[str, Any]:
    """An event as the book tells it."""
    return {
        "event": happened.id,
        "kind": happened.kind,
        "heading": heading_of(happened.kind),
        "at": happened.at,
        "folio": happened.folio,
        "account": happened.account,
        "what": happened.what,
        "who": happened.who,
        "late": happened.is_late,
    }


def counts_of(found: Mapping[str, int]) -> list[dict[str, Any]]:
    """What enters as a number, in the order of the table; what did not happen is not told."""
    return [
        {
            "kind": kind,
            "heading": counted.heading,
            "count": found[kind],
            "what": counted.singular if found[kind] == 1 else counted.plural,
        }
        for kind, counted in COUNTED.items()
        if found.get(kind)
    ]


# What the auxiliar tells of its day: the first six add up; the rest say what else happened to papers.
MOVEMENTS: Final = ("opening", "issued", "paid", "cancelled", "replaced", "closing")
TOLD_BESIDES: Final = ("signed", "forgiven", "drawn", "kept", "returned", "overdue")


@dataclass(frozen=True, slots=True)
class NoteMovement:
    """A note in the auxiliar of a day: what it promised when the day began, what moved, and what happened to it.

    Counts are of notes: what is paid in part counts nothing. ``kinds`` are those of the acts of the day.
    """

    note: int
    folio: str
    number: int
    of: int
    agreement: str
    account: str
    obligor: str
    due_on: date
    face: Decimal
    opening: Decimal
    opening_count: int
    issued: Decimal
    issued_count: int
    paid: Decimal
    paid_count: int
    forgiven: Decimal
    undone: Decimal
    cancelled_count: int
    replaced: Decimal
    replaced_count: int
    kinds: list[str] | None
    is_kept: bool | None

    @property
    def cancelled(self) -> Decimal:
        """What is no longer asked for without being paid: undone with its agreement, or interest let go."""
        return self.undone + self.forgiven

    @property
    def closing(self) -> Decimal:
        """What it promises when the day ends."""
        return self.opening + self.issued - self.paid - self.cancelled - self.replaced

    @property
    def closing_count(self) -> int:
        """Whether it is still outstanding, as a number."""
        return self.opening_count + self.issued_count - self.paid_count - self.cancelled_count - self.replaced_count

    def happened(self, kind: str) -> bool:
        """Whether there was an act of that kind in the day."""
        return kind in (self.kinds or ())


def figures_of(movements: Iterable[NoteMovement], *, day: date) -> dict[str, dict[str, Any]]:
    """The auxiliar's figures of ``day``: of each, how many notes and how many pesos, as text."""
    rows = list(movements)

    def counted(which: Callable[[NoteMovement], bool], amount: Callable[[NoteMovement], Decimal]) -> dict[str, Any]:
        chosen = [row for row in rows if which(row)]
        return _figure(len(chosen), sum((amount(row) for row in chosen), Decimal(0)))

    moved = {
        name: _figure(
            sum(getattr(row, f"{name}_count") for row in rows), sum((getattr(row, name) for row in rows), Decimal(0))
        )
        for name in MOVEMENTS
    }
    return moved | {
        "signed": moved["issued"],
        "forgiven": counted(lambda row: row.forgiven != 0, lambda row: row.forgiven),
        "drawn": counted(lambda row: row.happened("ISSUED"), lambda row: row.face),
        "kept": counted(lambda row: row.happened("KEPT"), lambda row: row.opening + row.issued),
        "returned": counted(lambda row: row.happened("RETURNED"), lambda row: row.face),
        "overdue": counted(lambda row: row.happened("OVERDUE"), lambda row: row.opening),
    }


def note_line(movement: NoteMovement, *, day: date) -> dict[str, Any]:
    """A note as the auxiliar of ``day`` tells it."""
    amounts = ("opening", "issued", "paid", "cancelled", "replaced", "closing")
    return {
        "note": movement.note,
        "folio": movement.folio,
        "part": f"{movement.number}/{movement.of}",
        "agreement": movement.agreement,
        "account": movement.account,
        "obligor": movement.obligor,
        "due_on": movement.due_on.isoformat(),
        "state": state_on(movement, day=day),
        "moved": movement.kinds is not None,
    } | {name: f"{getattr(movement, name):.2f}" for name in amounts}


def state_on(movement: NoteMovement, *, day: date) -> str:
    """How a note ended a day, in words."""
    if movement.closing_count > 0:
        if movement.due_on < day:
            return "Vencido"
        return "En resguardo" if movement.is_kept else "Firmado"
    ends = {
        "RETURNED": "Pagado y devuelto",
        "PAID": "Pagado",
        "REPLACED": "Sustituido",
        "CANCELLED": "Cancelado",
        "ISSUED": "Sin firmar",
    }
    return next((label for kind, label in ends.items() if movement.happened(kind)), "Pagado")


def _figure(count: int, amount: Decimal) -> dict[str, Any]:
    return {"count": count, "amount": f"{amount:.2f}"}


def canonical(content: Mapping[str, Any]) -> str:
    """The one way to write a book as JSON: keys in order, no idle spaces, letters as they are."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def seal(previous: str, content: str) -> str:
    """The seal of a content: SHA-256 of the seal it continues (nothing for the first book), a new line, and itself.

    >>> seal("", "{}")[:16]
    'a062dd4952b935e4'
    """
    return sha256(f"{previous}\n{content}".encode()).hexdigest()
