-- check: notes_promise_their_charges
-- El importe de cada pagaré firmado es la suma de sus cargos en el libro de convenios.
SELECT 'pagaré ' || note.document_id || ': dice ' || note.face || ' y sus cargos suman ' || coalesce(sum(charge.amount), 0)
FROM agreements_promissorynote note
LEFT JOIN agreements_notecharge link ON link.note_id = note.document_id
LEFT JOIN ledger_transfer charge ON charge.id = link.charge_id
WHERE note.signed_on IS NOT NULL
GROUP BY note.document_id, note.face
HAVING coalesce(sum(charge.amount), 0) <> note.face
    OR bool_or(charge.debit_book <> 'AGREEMENT');

-- check: notes_are_what_was_agreed
-- Lo que prometen los pagarés de un convenio es lo convenido más su interés, y sus parcialidades suman lo convenido.
SELECT 'convenio ' || agreement.document_id
FROM agreements_paymentagreement agreement
JOIN agreements_promissorynote note ON note.agreement_id = agreement.document_id
JOIN agreements_instalment instalment ON instalment.id = note.instalment_id
GROUP BY agreement.document_id, agreement.financed, agreement.interest, agreement.instalment_count
HAVING sum(note.face) <> agreement.financed + agreement.interest
    OR sum(instalment.principal) <> agreement.financed
    OR count(*) <> agreement.instalment_count;

-- check: agreed_debts_add_up
-- Lo que se convino de cada adeudo, lo que cubre el enganche y lo condonado suman lo que dice el convenio.
SELECT 'convenio ' || agreement.document_id
FROM agreements_paymentagreement agreement
JOIN agreements_agreeddebt debt ON debt.agreement_id = agreement.document_id
GROUP BY agreement.document_id, agreement.debt, agreement.down_payment, agreement.financed, agreement.waived
HAVING sum(debt.pending) <> agreement.debt OR sum(debt.down) <> agreement.down_payment
    OR sum(debt.financed) <> agreement.financed OR sum(debt.waived) <> agreement.waived;

-- check: auxiliary_of_notes_is_the_ledger
-- Lo que los actos de cada pagaré dicen que falta es lo que sus cargos deben en el libro de convenios.
WITH told AS (
    SELECT note_id, sum(CASE kind WHEN 'SIGNED' THEN amount ELSE -amount END) AS amount
    FROM agreements_noteact
    WHERE kind IN ('SIGNED', 'PAID', 'UNPAID', 'FORGIVEN', 'CANCELLED', 'REPLACED')
    GROUP BY note_id
), owed AS (
    SELECT link.note_id, sum(
        CASE WHEN EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = charge.id) THEN 0
             ELSE charge.amount - coalesce((SELECT sum(amount) FROM ledger_allocation WHERE charge_id = charge.id), 0)
        END) AS amount
    FROM agreements_notecharge link
    JOIN ledger_transfer charge ON charge.id = link.charge_id
    GROUP BY link.note_id
)
SELECT 'pagaré ' || coalesce(told.note_id, owed.note_id) || ': el auxiliar dice ' || coalesce(told.amount, 0)
       || ' y el libro ' || coalesce(owed.amount, 0)
FROM told FULL JOIN owed ON owed.note_id = told.note_id
WHERE coalesce(told.amount, 0) <> coalesce(owed.amount, 0);

-- check: agreements_book_is_the_notes
-- El libro de convenios de cada cuenta es lo que deben sus pagarés, y nada más.
WITH book AS (
    SELECT account_id,
           sum(CASE WHEN debit_book = 'AGREEMENT' THEN amount ELSE 0 END
             - CASE WHEN credit_book = 'AGREEMENT' THEN amount ELSE 0 END) AS amount
    FROM ledger_transfer
    WHERE debit_book = 'AGREEMENT' OR credit_book = 'AGREEMENT'
    GROUP BY account_id
), told AS (
    SELECT agreement.account_id, sum(CASE act.kind WHEN 'SIGNED' THEN act.amount ELSE -act.amount END) AS amount
    FROM agreements_noteact act
    JOIN agreements_promissorynote note ON note.document_id = act.note_id
    JOIN agreements_paymentagreement agreement ON agreement.document_id = note.agreement_id
    WHERE act.kind IN ('SIGNED', 'PAID', 'UNPAID', 'FORGIVEN', 'CANCELLED', 'REPLACED')
    GROUP BY agreement.account_id
)
SELECT 'cuenta ' || coalesce(book.account_id, told.account_id) || ': el libro dice ' || coalesce(book.amount, 0)
       || ' y los pagarés ' || coalesce(told.amount, 0)
FROM book FULL JOIN told ON told.account_id = book.account_id
WHERE coalesce(book.amount, 0) <> coalesce(told.amount, 0);

-- check: paid_notes_owe_nothing
-- Un pagaré pagado no debe nada, y uno por pagar debe algo.
SELECT 'pagaré ' || note.document_id || ' (' || note.state || ')'
FROM agreements_promissorynote note
JOIN LATERAL (
    SELECT sum(charge.amount - coalesce(
        (SELECT sum(amount) FROM ledger_allocation WHERE charge_id = charge.id), 0)) AS pending
    FROM agreements_notecharge link
    JOIN ledger_transfer charge ON charge.id = link.charge_id
    WHERE link.note_id = note.document_id
) owed ON true
WHERE (note.state IN ('SIGNED', 'IN_SAFE', 'OVERDUE') AND owed.pending <= 0)
   OR (note.state IN ('PAID', 'RETURNED') AND owed.pending <> 0
       AND EXISTS (SELECT 1 FROM agreements_paymentagreement agreement
                   WHERE agreement.document_id = note.agreement_id AND agreement.state IN ('IN_FORCE', 'KEPT')));

-- check: waivers_are_their_acts
-- Cada condonación aplicada es, peso por peso, lo que su asiento dejó de cobrar.
SELECT 'condonación ' || waiver.document_id
FROM agreements_surchargewaiver waiver
LEFT JOIN ledger_transfer transfer ON transfer.posting_id = waiver.posting_id AND transfer.reason = 'WAIVER'
WHERE waiver.state = 'APPLIED'
GROUP BY waiver.document_id, waiver.amount
HAVING coalesce(sum(transfer.amount), 0) <> waiver.amount;
