"""``cauce bench payments``: windows that collect at once, at the operation and by HTTP, against the bare statements.

Nothing of Django is imported at the top: a fresh process imports this module before it sets Django up.
"""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cauce.registry.models import Account

PROCESSES: Final = 2
_PERIOD: Final = date(2026, 9, 1)
# One account in five of the town has debts: these many have them.
_DEBTORS: Final = 20_000
_ACCOUNTS: Final = _DEBTORS * 5
_PAID: Final = Decimal("300.00")
# Each account is paid once: its debtors are shared among the three measurements, by how fast each one takes them.
_OF_THE_OPERATION: Final = range(_DEBTORS * 5 // 16)
_BY_HAND: Final = range(_DEBTORS * 5 // 16, _DEBTORS * 15 // 16)
_BY_HTTP: Final = range(_DEBTORS * 15 // 16, _DEBTORS)
_SECONDS: Final = 20
_WARM_UP: Final = 20
_PASSWORD: Final = "cauce-bench-payments"  # noqa: S105

# What one payment writes and reads, by hand: what no code can be faster than.
_RAW: Final = """
SELECT id FROM registry_account WHERE id = %(account)s FOR NO KEY UPDATE;
SELECT day FROM ledger_closedday WHERE day >= current_date;
SELECT closed_at FROM cashier_cashsession WHERE id = %(session)s FOR SHARE;
SELECT charge.id, charge.amount - coalesce(settled.amount, 0)
FROM ledger_transfer charge
LEFT JOIN LATERAL (SELECT sum(amount) AS amount FROM ledger_allocation WHERE charge_id = charge.id) settled ON true
WHERE charge.account_id = %(account)s AND charge.debit_book = 'RECEIVABLE' AND charge.reverses_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = charge.id);
WITH act AS (
    INSERT INTO ledger_posting (key, body_sha256, operation, by_id, posted_at, result)
    VALUES (%(key)s || '/r', repeat('0', 64), 'raw', %(by)s, now(), '{}') RETURNING id
)
INSERT INTO ledger_transfer (posting_id, party_id, account_id, debit_book, credit_book, concept, period, due_on, amount,
                             effective_on, booked_on, reason)
SELECT act.id, %(account)s, %(account)s, 'RECEIVABLE', 'SURCHARGES', 'RECARGO', month, month + 20, 30, current_date,
       current_date, 'SURCHARGE'
FROM act, (VALUES (date '2026-07-01'), (date '2026-08-01')) AS months (month);
WITH folio AS (
    INSERT INTO documents_folioseries AS series (code, name, next_number) VALUES (%(series)s, %(series)s, 2)
    ON CONFLICT (code) DO UPDATE SET next_number = series.next_number + 1 RETURNING next_number - 1 AS number
), document AS (
    INSERT INTO documents_document (kind, series, number, issued_on, created_at, by_id)
    SELECT 'PAYMENT', %(series)s, number, current_date, now(), %(by)s FROM folio RETURNING id
), act AS (
    INSERT INTO ledger_posting (key, body_sha256, operation, by_id, posted_at, result)
    VALUES (%(key)s, repeat('0', 64), 'raw', %(by)s, now(), '{}') RETURNING id
), payment AS (
    INSERT INTO cashier_payment (key, desk_id, session_id, amount, rounding, booked_on, received_at, by_id)
    VALUES (%(key)s, %(desk)s, %(session)s, 300, 0, current_date, now(), %(by)s) RETURNING id
), tender AS (
    INSERT INTO cashier_tender (payment_id, method, amount, reference, institution)
    SELECT id, 'CASH', 300, '', '' FROM payment
), receipt AS (
    INSERT INTO cashier_receipt (document_id, payment_id, posting_id, party_id, account_id, amount, applied, advance,
                                 effective_on)
    SELECT document.id, payment.id, act.id, %(account)s, %(account)s, 300, 300, 0, current_date
    FROM document, payment, act
), movement AS (
    INSERT INTO cashier_cashmovement (desk_id, session_id, booked_on, method, amount, kind, posting_id, payment_id, at)
    SELECT %(desk)s, %(session)s, current_date, 'CASH', 300, 'COLLECTED', act.id, payment.id, now() FROM act, payment
), event AS (
    INSERT INTO events_event (kind, sentence, at, by_id, subject_kind, subject_id, account_id, facts)
    SELECT 'PAYMENT_TAKEN', 'Se cobró', now(), %(by)s, 'Receipt', id, %(account)s, '{}' FROM document
)
INSERT INTO ledger_transfer (posting_id, party_id, account_id, debit_book, credit_book, concept, amount, effective_on,
                             booked_on, reason, document_id)
SELECT act.id, %(account)s, %(account)s, 'CASH', 'RECEIVABLE', 'PAGO', 300, current_date, current_date, 'PAYMENT',
       document.id
FROM act, document;
INSERT INTO ledger_allocation (posting_id, credit_id, charge_id, amount, effective_on)
SELECT credit.posting_id, credit.id, charge.id, 60, current_date
FROM ledger_transfer credit,
     (SELECT id FROM ledger_transfer WHERE account_id = %(account)s AND debit_book = 'RECEIVABLE' AND amount >= 60
      ORDER BY id LIMIT 4) charge
WHERE credit.account_id = %(account)s AND credit.credit_book = 'RECEIVABLE' AND credit.debit_book = 'CASH'
"""


def run(
    windows: int,
    progress: Callable[[str], None] = lambda _: None,
    *,
    by_http: Callable[[Sequence[str], range], dict[str, object]] | None = None,
) -> dict[str, object]:
    """Collect at ``windows`` desks at once in a town of its own; tell the payments a second and how long each takes.

    At the operation each window takes the next payment as soon as one ends; ``by_http`` measures the same town through
    the site, with the cashiers' user names and the accounts that are left for it. The limit is the same reads and
    writes by hand.
    """
    from django.conf import settings

    from cauce.cli.access import approval_user, capture_user
    from cauce.cli.bench.figures import percentile
    from cauce.cli.bench.town import fill_town
    from cauce.cli.scratch import scratch_database
    from cauce.core.clock import now
    from cauce.tariffs.operations import load_law

    with scratch_database():
        load_law(
            directory=settings.LAW_DIR / "cortazar" / "2026", at=now(), by=capture_user(), approved_by=approval_user()
        )
        progress(f"Poblando una ciudad con {_DEBTORS:,} cuentas que deben…")
        fill_town(_ACCOUNTS, period=_PERIOD)
        cashiers = _open_windows(windows)
        progress(f"Cobrando en {windows} ventanillas durante {_SECONDS} segundos…")
        load = os.getloadavg()[0]
        times, seconds = _at_once(windows, "operation", _OF_THE_OPERATION)
        progress("Lo mismo con las sentencias a mano…")
        bare, bare_seconds = _at_once(windows, "raw", _BY_HAND)
        measured: dict[str, object] = {
            "windows": windows,
            "processes": PROCESSES,
            "accounts_with_debts": _DEBTORS,
            "payments": len(times),
            "per_second": round(Decimal(len(times)) / seconds, 1),
            "p50_ms": percentile(times, 50),
            "p95_ms": percentile(times, 95),
            "limit_per_second": round(Decimal(len(bare)) / bare_seconds, 1),
            "ratio": round(Decimal(len(times)) / seconds / (Decimal(len(bare)) / bare_seconds), 2),
            "load_before": load,
        }
        if by_http is not None:
            progress("Cobrando por el sitio, al paso de una ventanilla…")
            measured |= by_http(cashiers, _BY_HTTP)
        return measured


def _open_windows(windows: int) -> list[str]:
    """A desk, its cashier and its session for each window; the cashiers' user names."""
    from cauce.cashier.operations import open_desk, open_session
    from cauce.core.clock import now
    from cauce.users.operations import open_staff_account

    names = []
    for number in range(windows):
        name = f"ventanilla-{number:02d}"
        cashier = open_staff_account(username=name, full_name=f"Ventanilla {number}", role="cajero", password=_PASSWORD)
        desk = open_desk(code=f"B{number}", name=f"Ventanilla {number}", series=f"B{number}")
        open_session(desk=desk, cashier=cashier, at=now())
        names.append(name)
    return names


def _at_once(windows: int, what: str, places: range) -> tuple[list[Decimal], Decimal]:
    """Each window collects in a closed loop, the windows shared among the processes; the times of all of them.

    It ends when the time is over or a window has no account left to collect.
    """
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    ready = context.Barrier(PROCESSES)
    shares = [list(range(windows))[part::PROCESSES] for part in range(PROCESSES)]
    workers = [
        context.Process(target=_work, args=(what, share, windows, places, ready, results)) for share in shares if share
    ]
    for worker in workers:
        worker.start()
    gathered = [results.get(timeout=_SECONDS * 10) for _ in workers]
    for worker in workers:
        worker.join()
    milliseconds = sorted(one for times, _ in gathered for one in times)
    return milliseconds, max(seconds for _, seconds in gathered)


def _work(what: str, windows: Sequence[int], step: int, places: range, ready: Any, results: Any) -> None:
    import django

    django.setup()
    collect = _collector if what == "operation" else _raw_collector
    times: list[Decimal] = []
    spent: list[float] = []
    together = threading.Barrier(len(windows) + 1)

    def one(window: int) -> None:
        from django.db import connection

        payments = collect(window, places[window::step])
        for _ in range(_WARM_UP):
            next(payments)
        together.wait()
        begun = time.perf_counter()
        started = begun
        for _ in payments:
            ended = time.perf_counter()
            times.append(round(Decimal(ended - started) * 1000, 1))
            if ended - begun >= _SECONDS:
                break
            started = ended
        spent.append(time.perf_counter() - begun)
        connection.close()

    threads = [threading.Thread(target=one, args=(window,)) for window in windows]
    for thread in threads:
        thread.start()
    ready.wait()
    together.wait()
    for thread in threads:
        thread.join()
    results.put((times, Decimal(max(spent))))


def _collector(window: int, places: range) -> Iterator[None]:
    """Take one payment each time it is asked."""
    from cauce.cashier.models import CashSession
    from cauce.cashier.operations import PaymentShare, take_payment
    from cauce.cashier.rules import Tendered
    from cauce.core.clock import now

    session = CashSession.objects.select_related("desk", "cashier").get(desk__code=f"B{window}")
    for account in debtors(places):
        take_payment(
            shares=[PaymentShare(account=account, amount=_PAID)],
            tenders=[Tendered("CASH", _PAID)],
            session=session,
            at=now(),
            by=session.cashier,
            key=f"bench/{account.pk}",
        )
        yield


def _raw_collector(window: int, places: range) -> Iterator[None]:
    """Write by hand what a payment writes, each time it is asked."""
    from django.db import connection, transaction

    from cauce.cashier.models import CashSession

    session = CashSession.objects.select_related("desk").get(desk__code=f"B{window}")
    facts: dict[str, Any] = {
        "session": session.pk,
        "desk": session.desk_id,
        "series": session.desk.series,
        "by": session.cashier_id,
    }
    for account in debtors(places):
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _RAW.split(";\n"):
                cursor.execute(statement, {**facts, "account": account.pk, "key": f"raw/{account.pk}"})
        yield


def debtors(places: range) -> Iterator["Account"]:
    """The accounts that owe at these places of the town, a hundred at a time."""
    from cauce.registry.models import Account

    for start in range(0, len(places), 100):
        ids = [5 * (1 + place) for place in places[start : start + 100]]
        found = Account.objects.in_bulk(ids)
        yield from (found[id_] for id_ in ids)
