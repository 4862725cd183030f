-- The portfolio of arrears. What every file of this folder is: see ../queries/verification.py.

-- check: portfolios_are_the_ledger
-- Lo que cada cuenta debe en las tres últimas carteras es lo que los libros, como se conocían, dan por vencido ese día.
WITH portfolio AS (
    SELECT id, day, up_to_posting FROM collections_arrearssnapshot WHERE has_lines ORDER BY day DESC LIMIT 3
), unseen AS (
    SELECT snapshot.id AS portfolio_id, unnest(snapshot.unseen_postings) AS posting_id
    FROM collections_arrearssnapshot snapshot
    JOIN portfolio ON portfolio.id = snapshot.id
), moved AS (
    SELECT portfolio.id AS portfolio_id, portfolio.day, charge.account_id, charge.id AS charge_id, charge.amount
    FROM portfolio
    JOIN ledger_transfer charge
      ON charge.posting_id <= portfolio.up_to_posting AND charge.effective_on <= portfolio.day
     AND charge.due_on < portfolio.day
    WHERE charge.debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
      AND charge.account_id IS NOT NULL AND charge.reverses_id IS NULL
      AND NOT EXISTS (
          SELECT 1
          FROM ledger_transfer reversal
          WHERE reversal.reverses_id = charge.id AND reversal.posting_id <= portfolio.up_to_posting
            AND NOT EXISTS (
                SELECT 1 FROM unseen
                WHERE unseen.portfolio_id = portfolio.id AND unseen.posting_id = reversal.posting_id))
      AND NOT EXISTS (
          SELECT 1 FROM unseen WHERE unseen.portfolio_id = portfolio.id AND unseen.posting_id = charge.posting_id)
    UNION ALL
    SELECT portfolio.id, portfolio.day, charge.account_id, charge.id, -allocation.amount
    FROM portfolio
    JOIN ledger_allocation allocation
      ON allocation.posting_id <= portfolio.up_to_posting AND allocation.effective_on <= portfolio.day
    JOIN ledger_transfer charge ON charge.id = allocation.charge_id
    WHERE NOT EXISTS (
        SELECT 1 FROM unseen WHERE unseen.portfolio_id = portfolio.id AND unseen.posting_id = allocation.posting_id)
), left_of_charges AS (
    SELECT portfolio_id, day, account_id, charge_id, sum(amount) AS amount
    FROM moved
    GROUP BY portfolio_id, day, account_id, charge_id
    -- Of what was not overdue only its allocations are here, so what is left is not positive.
    HAVING sum(amount) > 0
), owed AS (
    SELECT portfolio_id, account_id, sum(amount) AS debt FROM left_of_charges GROUP BY portfolio_id, account_id
), kept AS (
    SELECT line.snapshot_id AS portfolio_id, line.account_id, line.debt
    FROM collections_arrearsline line
    JOIN portfolio ON portfolio.id = line.snapshot_id
)
SELECT 'cartera ' || coalesce(owed.portfolio_id, kept.portfolio_id) || ', cuenta '
       || coalesce(owed.account_id, kept.account_id)
FROM owed
FULL JOIN kept USING (portfolio_id, account_id)
WHERE coalesce(owed.debt, 0) <> coalesce(kept.debt, 0);

-- check: portfolio_figures_are_its_accounts
-- Cada cartera suma lo mismo por cuenta, por sus edades, por sus cifras, por ruta y por medidor.
WITH told AS (
    SELECT snapshot_id, 'cuentas' AS how, count(*) AS accounts, sum(debt) AS debt
    FROM collections_arrearsline GROUP BY snapshot_id
    UNION ALL
    SELECT snapshot_id, 'edades', count(*), sum(late_30 + late_60 + late_90 + late_180 + late_365 + late_more)
    FROM collections_arrearsline GROUP BY snapshot_id
    UNION ALL
    SELECT snapshot_id, 'cifras', sum(accounts), sum(debt) FROM collections_arrearsfigure GROUP BY snapshot_id
    UNION ALL
    SELECT snapshot_id, 'rutas', sum(accounts), sum(debt) FROM collections_arrearsroute GROUP BY snapshot_id
    UNION ALL
    SELECT snapshot_id, 'medidores', sum(accounts), sum(debt) FROM collections_arrearsmeter GROUP BY snapshot_id
), wanted AS (
    SELECT snapshot.id, way.how, snapshot.accounts, snapshot.debt
    FROM collections_arrearssnapshot snapshot
    CROSS JOIN (VALUES ('cuentas'), ('edades'), ('cifras'), ('rutas'), ('medidores')) AS way (how)
    WHERE snapshot.has_lines OR way.how NOT IN ('cuentas', 'edades')
)
SELECT 'cartera ' || wanted.id || ', por ' || wanted.how
FROM wanted
LEFT JOIN told ON told.snapshot_id = wanted.id AND told.how = wanted.how
WHERE wanted.accounts <> coalesce(told.accounts, 0) OR wanted.debt <> coalesce(told.debt, 0);

-- check: promises_ended_say_what_was_paid
-- Una promesa de pago cumplida dice que se pagó todo; la cumplida en parte, algo; la incumplida, nada.
SELECT 'gestión ' || id
FROM collections_collectioncontact
WHERE (promise_state = 'KEPT' AND coalesce(paid, 0) < promise_amount)
   OR (promise_state = 'PARTLY' AND (coalesce(paid, 0) <= 0 OR paid >= promise_amount))
   OR (promise_state = 'BROKEN' AND (paid IS NULL OR paid <> 0));
