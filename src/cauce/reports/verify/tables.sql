-- Keys that lead somewhere, folios and protections. What every file of this folder is: see ../queries/verification.py.

-- check: references_lead_somewhere
-- Lo que se escribe por millares (movimientos, recibos, pagos, cuentas, lecturas, consumos) apunta a algo que existe.
SELECT 'movimiento ' || transfer.id
FROM ledger_transfer transfer
LEFT JOIN ledger_posting posting ON posting.id = transfer.posting_id
LEFT JOIN registry_customer party ON party.id = transfer.party_id
LEFT JOIN registry_account account ON account.id = transfer.account_id
LEFT JOIN documents_document document ON document.id = transfer.document_id
WHERE posting.id IS NULL
   OR (party.id IS NULL) <> (transfer.party_id IS NULL)
   OR (account.id IS NULL) <> (transfer.account_id IS NULL)
   OR (document.id IS NULL) <> (transfer.document_id IS NULL)
UNION ALL
SELECT 'recibo ' || bill.document_id
FROM billing_bill bill
LEFT JOIN documents_document document ON document.id = bill.document_id
LEFT JOIN billing_billingrun run ON run.id = bill.run_id
LEFT JOIN registry_account account ON account.id = bill.account_id
LEFT JOIN registry_customer party ON party.id = bill.party_id
LEFT JOIN tariffs_schedule schedule ON schedule.id = bill.schedule_id
WHERE document.id IS NULL OR (run.id IS NULL) <> (bill.run_id IS NULL) OR account.id IS NULL OR party.id IS NULL
   OR schedule.id IS NULL
UNION ALL
SELECT 'renglón ' || line.position || ' del recibo ' || line.bill_id
FROM billing_billline line
LEFT JOIN billing_bill bill ON bill.document_id = line.bill_id
WHERE bill.document_id IS NULL
UNION ALL
SELECT 'corrida ' || listed.run_id || ', cuenta ' || listed.account_id
FROM billing_runaccount listed
LEFT JOIN billing_billingrun run ON run.id = listed.run_id
LEFT JOIN registry_account account ON account.id = listed.account_id
WHERE run.id IS NULL OR account.id IS NULL
UNION ALL
SELECT 'cuenta ' || account.number
FROM registry_account account
LEFT JOIN registry_connection connection ON connection.id = account.connection_id
LEFT JOIN registry_premises premises ON premises.id = connection.premises_id
LEFT JOIN registry_customer holder ON holder.id = account.holder_id
LEFT JOIN registry_route route ON route.id = account.route_id
WHERE premises.id IS NULL OR holder.id IS NULL OR route.id IS NULL
UNION ALL
SELECT 'papel ' || role.id
FROM registry_accountrole role
LEFT JOIN registry_account account ON account.id = role.account_id
LEFT JOIN registry_customer customer ON customer.id = role.customer_id
WHERE account.id IS NULL OR customer.id IS NULL
UNION ALL
SELECT 'instalación de medidor ' || installation.id
FROM metering_meterinstallation installation
LEFT JOIN registry_account account ON account.id = installation.account_id
LEFT JOIN metering_meter meter ON meter.id = installation.meter_id
WHERE account.id IS NULL OR meter.id IS NULL
UNION ALL
SELECT 'lectura ' || reading.id
FROM metering_reading reading
LEFT JOIN metering_readinground round ON round.id = reading.round_id
LEFT JOIN registry_account account ON account.id = reading.account_id
WHERE round.id IS NULL OR account.id IS NULL
UNION ALL
SELECT 'lectura de apertura ' || opening.id
FROM metering_openingreading opening
LEFT JOIN registry_account account ON account.id = opening.account_id
WHERE account.id IS NULL
UNION ALL
SELECT 'consumo ' || consumption.id
FROM metering_consumption consumption
LEFT JOIN registry_account account ON account.id = consumption.account_id
LEFT JOIN metering_reading reading ON reading.id = consumption.reading_id
WHERE account.id IS NULL OR (reading.id IS NULL) <> (consumption.reading_id IS NULL)
UNION ALL
SELECT 'renglón importado ' || taken.id
FROM imports_takenrow taken
LEFT JOIN imports_importbatch batch ON batch.id = taken.batch_id
WHERE batch.id IS NULL
UNION ALL
SELECT 'aplicación ' || allocation.id
FROM ledger_allocation allocation
LEFT JOIN ledger_posting posting ON posting.id = allocation.posting_id
LEFT JOIN ledger_transfer credit ON credit.id = allocation.credit_id
LEFT JOIN ledger_transfer charge ON charge.id = allocation.charge_id
WHERE posting.id IS NULL OR credit.id IS NULL OR charge.id IS NULL
UNION ALL
SELECT 'pago ' || payment.id
FROM cashier_payment payment
LEFT JOIN cashier_desk desk ON desk.id = payment.desk_id
LEFT JOIN cashier_cashsession session ON session.id = payment.session_id
WHERE desk.id IS NULL OR (session.id IS NULL) <> (payment.session_id IS NULL)
UNION ALL
SELECT 'forma de pago ' || tender.id
FROM cashier_tender tender
LEFT JOIN cashier_payment payment ON payment.id = tender.payment_id
WHERE payment.id IS NULL
UNION ALL
SELECT 'comprobante ' || receipt.document_id
FROM cashier_receipt receipt
LEFT JOIN documents_document document ON document.id = receipt.document_id
LEFT JOIN cashier_payment payment ON payment.id = receipt.payment_id
LEFT JOIN ledger_posting posting ON posting.id = receipt.posting_id
LEFT JOIN registry_customer party ON party.id = receipt.party_id
LEFT JOIN registry_account account ON account.id = receipt.account_id
WHERE document.id IS NULL OR payment.id IS NULL OR posting.id IS NULL OR party.id IS NULL
   OR (account.id IS NULL) <> (receipt.account_id IS NULL)
UNION ALL
SELECT 'movimiento del banco ' || movement.id
FROM cashier_bankmovement movement
LEFT JOIN imports_importbatch batch ON batch.id = movement.batch_id
LEFT JOIN registry_account account ON account.id = movement.account_id
LEFT JOIN cashier_receipt receipt ON receipt.document_id = movement.receipt_id
LEFT JOIN ledger_posting posting ON posting.id = movement.posting_id
WHERE batch.id IS NULL OR (account.id IS NULL) <> (movement.account_id IS NULL)
   OR (receipt.document_id IS NULL) <> (movement.receipt_id IS NULL)
   OR (posting.id IS NULL) <> (movement.posting_id IS NULL);

-- check: folios_have_no_gaps
-- Cada serie va del folio 1 al último sin saltos; los de una corrida por emitir están apartados para ella.
WITH used AS (
    SELECT series, count(*) AS documents, min(number) AS first, max(number) AS last
    FROM documents_document
    GROUP BY series
    UNION ALL
    -- Los turnos de la ventanilla llevan folio cada día y no son documentos.
    SELECT 'TURNO-' || to_char(day, 'YYYYMMDD'), count(*), min(number), max(number)
    FROM cases_windowticket
    GROUP BY day
), waiting AS (
    SELECT run.folio_series AS series, count(*) FILTER (WHERE bill.document_id IS NULL) AS folios
    FROM billing_billingrun run
    JOIN billing_runaccount listed ON listed.run_id = run.id AND listed.outcome = 'BILLED'
    LEFT JOIN billing_bill bill ON bill.run_id = run.id AND bill.account_id = listed.account_id
    WHERE run.state IN ('APPROVED', 'ISSUING')
    GROUP BY run.folio_series
)
SELECT 'serie ' || coalesce(series.code, used.series)
FROM documents_folioseries series
FULL JOIN used ON used.series = series.code
LEFT JOIN waiting ON waiting.series = series.code
WHERE series.code IS NULL
   OR series.next_number - 1 <> coalesce(used.documents, 0) + coalesce(waiting.folios, 0)
   OR coalesce(used.last, 0) >= series.next_number
   OR (waiting.series IS NULL AND coalesce(used.first, 1) <> 1);

-- check: what_is_written_is_protected
-- Los disparadores que impiden cambiar o borrar lo escrito están puestos y encendidos.
SELECT 'tabla ' || guarded.name
FROM (VALUES
    ('ledger_posting'), ('ledger_transfer'), ('ledger_allocation'), ('ledger_closedday'), ('documents_document'),
    ('events_event'), ('billing_bill'), ('billing_billline'), ('cashier_payment'), ('cashier_tender'), ('cashier_receipt'),
    ('cashier_receiptcancellation'), ('cashier_paymentorder'), ('cashier_paymentorderline'), ('cashier_cashmovement'),
    ('cashier_cashcount'), ('cashier_cashwithdrawal'), ('cashier_sessionclose'), ('cashier_bankdeposit'),
    ('cashier_bankmovement'), ('cashier_tendercorrection'), ('cashier_dishonour'), ('cashier_clearingmatch'), ('cashier_clearingmatchitem'),
    ('cashier_clearingmatchreversal'),
    ('cashier_creditvoucher'), ('cashier_voucheruse'), ('cashier_voucherdeposit'), ('cashier_contingencyreceipt'),
    ('cashier_sessionreview'), ('cashier_contingencyblock'), ('books_daybook'), ('books_bookannex'), ('books_noteregister'),
    ('documents_storedfile')) AS guarded (name)
WHERE (
    SELECT count(*)
    FROM pg_trigger
    WHERE tgrelid = to_regclass(guarded.name) AND tgenabled IN ('O', 'A') AND NOT tgisinternal
      AND (tgname LIKE '%' || guarded.name || '\_no\_change%' OR tgname LIKE '%' || guarded.name || '\_no\_truncate%')
) < 2;
