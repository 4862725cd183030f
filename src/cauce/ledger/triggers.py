"""What the database refuses by itself: settling more than there is, half a reversal, an entry in a closed day.

Each looks once at all the rows of a statement, so that a COPY of ten thousand transfers costs one query, not as many.
Two sessions that settle the same charge at once do not see each other's rows: the operations' locks on accounts keep
them apart, and `cauce verify` looks again.
"""

import pgtrigger

_ALLOCATION_LIMITS = """
    IF EXISTS (
        SELECT 1
        FROM (SELECT DISTINCT charge_id AS id FROM fresh) touched
        JOIN ledger_transfer charge ON charge.id = touched.id
        WHERE charge.debit_book NOT IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
           OR (SELECT sum(amount) FROM ledger_allocation WHERE charge_id = touched.id) NOT BETWEEN 0 AND charge.amount
    ) THEN
        RAISE EXCEPTION 'an allocation exceeds its charge' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1
        FROM (SELECT DISTINCT credit_id AS id FROM fresh) touched
        JOIN ledger_transfer credit ON credit.id = touched.id
        WHERE credit.credit_book NOT IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
           OR (SELECT sum(amount) FROM ledger_allocation WHERE credit_id = touched.id) NOT BETWEEN 0 AND credit.amount
    ) THEN
        RAISE EXCEPTION 'an allocation exceeds its credit' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1
        FROM fresh
        JOIN ledger_transfer charge ON charge.id = fresh.charge_id
        JOIN ledger_transfer credit ON credit.id = fresh.credit_id
        WHERE charge.debit_book <> credit.credit_book
           OR charge.party_id IS DISTINCT FROM credit.party_id
           OR charge.account_id IS DISTINCT FROM credit.account_id
    ) THEN
        RAISE EXCEPTION 'a credit settles charges of its own account and book' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT 1
        FROM fresh
        JOIN ledger_allocation original ON original.id = fresh.reverses_id
        WHERE original.credit_id <> fresh.credit_id
           OR original.charge_id <> fresh.charge_id
           OR original.amount <> -fresh.amount
           OR original.effective_on <> fresh.effective_on
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
        FROM fresh
        JOIN ledger_transfer original ON original.id = fresh.reverses_id
        WHERE original.amount <> fresh.amount
           OR original.debit_book <> fresh.credit_book
           OR original.credit_book <> fresh.debit_book
           OR original.party_id IS DISTINCT FROM fresh.party_id
           OR original.account_id IS DISTINCT FROM fresh.account_id
           OR original.concept <> fresh.concept
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


def _after_insert(name: str, body: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="fresh"),  # type: ignore[no-untyped-call]
        func=body,
    )


def allocations_within_limits() -> pgtrigger.Trigger:
    """No charge and no credit is settled beyond its amount, nor by another account; a mirror undoes its original."""
    return _after_insert("ledger_allocation_within_limits", _ALLOCATION_LIMITS)


def reversals_are_whole() -> pgtrigger.Trigger:
    """A transfer that reverses another is its exact opposite, and reversals are not reversed."""
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
