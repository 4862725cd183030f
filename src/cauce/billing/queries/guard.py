"""The completeness guard: where each account that must be billed ended in a month, and who is missing by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection

from cauce.billing.models import BillingRun, GuardSignature
from cauce.billing.rules.guard import missing_sentence

# An account is judged by the run of the cycle it is in today, and by any other that has it. A bill, or a draft of a run
# that is being issued, ends the question; what another cycle drafted and nobody issued does not.
_STANDINGS = """
WITH run AS (
    SELECT id, cycle, state FROM billing_billingrun WHERE period = %(period)s AND state <> 'CANCELLED'
), kept AS MATERIALIZED (
    SELECT row.account_id, row.outcome, row.rule, run.id AS run_id, run.cycle, run.state
    FROM run JOIN billing_runaccount row ON row.run_id = run.id
), elsewhere AS MATERIALIZED (
    SELECT kept.account_id, bool_or(kept.run_id = %(run)s) AS is_of_run,
           bool_or(kept.outcome = 'BILLED') AS is_drafted,
           bool_or(kept.outcome = 'BILLED' AND kept.state IN ('ISSUING', 'ISSUED')) AS is_sure
    FROM kept JOIN registry_account account ON account.id = kept.account_id AND account.cycle <> kept.cycle
    GROUP BY kept.account_id
), standing AS (
    SELECT account.id, account.number, account.holder_id, account.cycle, elsewhere.is_of_run, CASE
        WHEN bill.document_id IS NOT NULL OR elsewhere.is_sure THEN 'BILLED'
        WHEN mine.outcome = 'BILLED' AND elsewhere.is_drafted THEN 'EN_DOS_CICLOS'
        WHEN mine.outcome IN ('BILLED', 'PARKED', 'HELD') THEN mine.outcome
        WHEN mine.rule IN ('SUSPENSION_VOLUNTARIA', 'CUENTA_CANCELADA') THEN 'REACTIVADA'
        WHEN mine.rule = 'YA_FACTURADA' THEN CASE WHEN elsewhere.is_drafted THEN 'BILLED' ELSE 'CAMBIO_DE_CICLO' END
        WHEN mine.outcome = 'EXEMPT' THEN 'EXEMPT'
        WHEN elsewhere.account_id IS NOT NULL THEN 'CAMBIO_DE_CICLO'
        WHEN run.id IS NULL THEN 'CICLO_SIN_CORRIDA'
        WHEN run.state IN ('DRAFT', 'COMPUTING') THEN 'CORRIDA_SIN_CALCULAR'
        ELSE 'ENTRO_DESPUES' END AS ended,
        coalesce(run.state IN ('APPROVED', 'ISSUING', 'ISSUED'), false) AS is_approved
    FROM registry_account account
    LEFT JOIN run ON run.cycle = account.cycle
    LEFT JOIN kept mine ON mine.account_id = account.id AND mine.cycle = account.cycle
    LEFT JOIN elsewhere ON elsewhere.account_id = account.id
    LEFT JOIN billing_bill bill ON bill.account_id = account.id AND bill.period = %(period)s
                                AND bill.replaces_id IS NULL
    WHERE account.state IN ('ACTIVE', 'REDUCED') AND account.merged_into_id IS NULL
)
"""
_COUNTS = "SELECT ended, count(*) FROM standing GROUP BY ended"
_MISSING = """
SELECT standing.id, standing.number, holder.name, standing.cycle, standing.ended, standing.is_approved
FROM standing JOIN registry_customer holder ON holder.id = standing.holder_id
WHERE ended NOT IN ('BILLED', 'PARKED', 'HELD', 'EXEMPT')
  AND (%(cycle)s::int IS NULL OR standing.cycle = %(cycle)s OR standing.is_of_run)
ORDER BY standing.cycle, standing.number
"""


class MissingAccount(NamedTuple):
    """An account that must be billed and is nowhere: who holds it, why, as a code, and if its run is approved."""

    id: int
    number: str
    holder: str
    cycle: int
    why: str
    is_approved: bool = False

    @property
    def sentence(self) -> str:
        """Why, and what to do."""
        return missing_sentence(self.why, is_approved=self.is_approved)


@dataclass(frozen=True, slots=True)
class Completeness:
    """Where the active and reduced accounts of a month ended: ``parked`` counts the ``held`` ones too.

    ``active`` is always the sum of ``billed``, ``parked``, ``exempt`` and the missing ones.
    """

    active: int
    billed: int
    parked: int
    held: int
    exempt: int
    missing: Sequence[MissingAccount]


def completeness(period: date) -> Completeness:
    """Judge a whole month: two queries of the same sets, whatever the number of accounts."""
    asked = {"period": period, "cycle": None, "run": None}
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS + _COUNTS, asked)
        counts: dict[str, int] = dict(cursor.fetchall())
    return Completeness(
        active=sum(counts.values()),
        billed=counts.get("BILLED", 0),
        parked=counts.get("PARKED", 0) + counts.get("HELD", 0),
        held=counts.get("HELD", 0),
        exempt=counts.get("EXEMPT", 0),
        missing=_missing(period, None, None),
    )


def missing_of_run(run: BillingRun) -> list[MissingAccount]:
    """Who is missing of a run: the accounts of its cycle that are nowhere, and those that left it since. One query."""
    return _missing(run.period, run.cycle, run.pk)


def guard_signature(run: BillingRun) -> GuardSignature | None:
    """The last signature of who is left without bill in a run."""
    return GuardSignature.objects.filter(run=run).select_related("signed_by").order_by("-pk").first()


def unsigned(run: BillingRun) -> list[MissingAccount]:
    """Who is missing of a run and is in no signature: the run is issued when there is nobody."""
    missing = missing_of_run(run)
    signature = guard_signature(run) if missing else None
    signed = set() if signature is None else set(signature.accounts)
    return [account for account in missing if account.id not in signed]


def _missing(period: date, cycle: int | None, run_id: int | None) -> list[MissingAccount]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS + _MISSING, {"period": period, "cycle": cycle, "run": run_id})
        return [MissingAccount(*row) for row in cursor.fetchall()]
