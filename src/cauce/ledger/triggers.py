"""What the database refuses by itself: settling more than there is, half a reversal, an entry in a closed day.

Each looks once at all the rows of a statement, so that a COPY of ten thousand transfers costs one query, not as many.
Two sessions that settle the same charge at once do not see each other's rows: the operations' locks on accounts keep
them apart, and `cauce verify` looks again.
"""

from collections.abc import Sequence

import pgtrigger

# One pass by the rows and one by their credits. OFFSET 0 has each one looked up by its key: a session keeps the plan of
# its first statement, and one that reads the whole table costs a bank's file the more the more the table has grown.
_ALLOCATION_FAULTS = ("has_no_charge", "has_no_credit", "exceeds_charge", "exceeds_credit", "is_of_another")
_ALLOCATION_LIMITS = """
    SELECT bool_or(charge.id IS NULL),
           bool_or(credit.id IS NULL),
           bool_or(
               charge.debit_book NOT IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
               OR NOT (SELECT sum(amount) BETWEEN 0 AND charge.amount
                       FROM ledger_allocation WHERE charge_id = charge.id)
           ),
           bool_or(
               charge.debit_book <> credit.credit_book
               OR charge.party_id IS DISTINCT FROM credit.party_id
               OR charge.account_id IS DISTINCT FROM credit.account_id
           )
    INTO has_no_charge, has_no_credit, exceeds_charge, is_of_another
    FROM fresh
    LEFT JOIN LATERAL (SELECT * FROM ledger_transfer WHERE id = fresh.charge_id OFFSET 0) charge ON true
    LEFT JOIN LATERAL (SELECT * FROM ledger_transfer WHERE id = fresh.credit_id OFFSET 0) credit ON true;
    IF has_no_charge THEN
        RAISE EXCEPTION 'ledger_allocation.charge_id points to nothing' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF has_no_credit THEN
        RAISE EXCEPTION 'ledger_allocation.credit_id points to nothing' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF exceeds_charge THEN
        RAISE EXCEPTION 'an allocation exceeds its charge' USING ERRCODE = 'check_violation';
    END IF;
    SELECT bool_or(
        credit.credit_book NOT IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
        OR NOT (SELECT sum(amount) BETWEEN 0 AND credit.amount
                FROM ledger_allocation WHERE credit_id = credit.id)
    )
    INTO exceeds_credit
    FROM (SELECT DISTINCT credit_id AS id FROM fresh) touched
    CROSS JOIN LATERAL (SELECT * FROM ledger_transfer WHERE id = touched.id OFFSET 0) credit;
    IF exceeds_credit THEN
        RAISE EXCEPTION 'an allocation exceeds its credit' USING ERRCODE = 'check_violation';
    END IF;
    IF is_of_another THEN
        RAISE EXCEPTION 'a credit settles charges of its own account and book' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1
        FROM (SELECT * FROM fresh WHERE reverses_id IS NOT NULL) mirror
        LEFT JOIN ledger_allocation original ON original.id = mirror.reverses_id
        WHERE original.id IS NULL
           OR original.credit_id <> mirror.credit_id
           OR original.charge_id <> mirror.charge_id
           OR original.amount <> -mirror.amount
           OR original.effective_on <> mirror.effective_on
    ) THEN
        RAISE EXCEPTION 'a mirrored allocation undoes the whole of its original' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""

_WHOLE_REVERSALS = """
    IF NOT EXISTS (SELECT 1 FROM fresh WHERE reverses_id IS NOT NULL) THEN
        RETURN NULL;
    END IF;
    IF EXISTS (
        SELECT 1
        FROM (SELECT * FROM fresh WHERE reverses_id IS NOT NULL) mirror
        LEFT JOIN ledger_transfer original ON original.id = mirror.reverses_id
        WHERE original.id IS NULL
           OR original.amount <> mirror.amount
           OR original.debit_book <> mirror.credit_book
           OR original.credit_book <> mirror.debit_book
           OR original.party_id IS DISTINCT FROM mirror.party_id
           OR original.account_id IS DISTINCT FROM mirror.account_id
           OR original.concept <> mirror.concept
           OR original.reverses_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a reversal undoes the whole of its original' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""

# The lock is shared among who books into a day and exclusive for who closes it: without it, an act that began before
# the close and ends after it would change the figures of a closed day.
_OPEN_DAYS_ONLY = """
    PERFORM pg_advisory_xact_lock_shared(hashtext('cauce.day'), days.booked_on - DATE '2000-01-01')
    FROM (SELECT DISTINCT booked_on FROM fresh ORDER BY booked_on) days;
    IF EXISTS (SELECT 1 FROM ledger_closedday closed WHERE closed.day IN (SELECT DISTINCT booked_on FROM fresh)) THEN
        RAISE EXCEPTION 'nothing is booked into a closed day' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""
_NOBODY_BOOKING = """
    PERFORM pg_advisory_xact_lock(hashtext('cauce.day'), NEW.day - DATE '2000-01-01');
    RETURN NEW;
"""


def _after_insert(name: str, body: str, faults: Sequence[str] = ()) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
        declare=[(fault, "boolean") for fault in faults],
        func=body,
    )


def allocations_within_limits() -> pgtrigger.Trigger:
    """An allocation has its charge and its credit, both of one account and book, and exceeds neither of them.

    A mirrored one undoes the whole of an allocation that exists.
    """
    return _after_insert("ledger_allocation_within_limits", _ALLOCATION_LIMITS, _ALLOCATION_FAULTS)


def reversals_are_whole() -> pgtrigger.Trigger:
    """A transfer that reverses another, which exists, is its exact opposite; reversals are not reversed."""
    return _after_insert("ledger_transfer_reversals_whole", _WHOLE_REVERSALS)


def open_days_only(table_name: str) -> pgtrigger.Trigger:
    """Nothing is booked (``booked_on``) into a day whose books are closed, nor while they are being closed."""
    return _after_insert(f"{table_name}_open_days_only", _OPEN_DAYS_ONLY)


def nobody_is_booking() -> pgtrigger.Trigger:
    """A day closes once every act that was booking into it has ended."""
    return pgtrigger.Trigger(
        name="ledger_closedday_nobody_booking",
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=_NOBODY_BOOKING,
    )
