-- check: estimates_are_settled_along_each_account
-- Lo que cada cuenta lleva estimado por liquidar es lo que llevaba, más lo que se estima, menos lo que liquida la lectura.
-- Una estimación definitiva (primera lectura, medidor perdido) deja la cuenta en cero: ninguna lectura la cubrirá.
WITH chain AS (
    SELECT account_id, period, source, volume_m3, measured_m3, settled_m3, ahead_m3,
           coalesce(lag(ahead_m3) OVER (PARTITION BY account_id ORDER BY period), 0) AS before
    FROM metering_consumption
    WHERE superseded_at IS NULL AND source <> 'HISTORY'
), due AS (
    SELECT account_id, period, settled_m3, ahead_m3, before,
           CASE WHEN source <> 'ESTIMATED' THEN before - settled_m3
                WHEN measured_m3 IS NULL THEN before + volume_m3 - settled_m3
                ELSE 0 END AS ahead_due
    FROM chain
)
SELECT 'cuenta ' || account_id || ', ' || to_char(period, 'YYYY-MM') || ': quedan ' || ahead_m3 || ' m³ y deben ser '
       || ahead_due
FROM due
WHERE ahead_m3 <> ahead_due OR settled_m3 > before;

-- check: decided_consumption_belongs_to_the_decision_that_rules
-- El consumo vigente de una lectura decidida es el de la decisión que vale: su cuenta, su mes y sus m³.
-- Sus m³ son otros cuando un ajuste los corrigió.
SELECT 'consumo ' || consumption.id || ' de la cuenta ' || consumption.account_id
FROM metering_consumption consumption
JOIN metering_readingdecision decision ON decision.id = consumption.decision_id
JOIN metering_readinground round ON round.id = decision.round_id
WHERE consumption.superseded_at IS NULL
  AND (decision.account_id <> consumption.account_id OR round.period <> consumption.period
       OR (decision.volume_m3 IS DISTINCT FROM consumption.volume_m3 AND consumption.corrects_id IS NULL)
       OR EXISTS (SELECT FROM metering_readingdecision next WHERE next.replaces_id = decision.id));

-- check: decisions_leave_what_they_bill
-- Una decisión vigente que factura tiene su consumo, y una lectura decidida tiene su decisión.
SELECT 'decisión ' || decision.id || ' de la cuenta ' || decision.account_id
FROM metering_readingdecision decision
WHERE decision.kind IN ('ACCEPTED', 'CORRECTED', 'ESTIMATED')
  AND NOT EXISTS (SELECT FROM metering_readingdecision next WHERE next.replaces_id = decision.id)
  AND NOT EXISTS (SELECT FROM metering_consumption live
                  WHERE live.decision_id = decision.id AND live.superseded_at IS NULL)
UNION ALL
SELECT 'lectura ' || reading.id || ' de la cuenta ' || reading.account_id
FROM metering_reading reading
WHERE reading.status = 'DECIDED'
  AND NOT EXISTS (SELECT FROM metering_readingdecision decision
                  WHERE decision.round_id = reading.round_id AND decision.account_id = reading.account_id);

-- check: decisions_follow_one_another
-- Cada decisión sustituye a la anterior de su misma cuenta y ronda, y ninguna la toma quien leyó o capturó.
SELECT 'decisión ' || decision.id
FROM metering_readingdecision decision
LEFT JOIN metering_readingdecision first ON first.id = decision.replaces_id
LEFT JOIN metering_reading reading ON reading.id = decision.reading_id
LEFT JOIN metering_reader reader ON reader.code = reading.reader_code
WHERE first.account_id <> decision.account_id OR first.round_id <> decision.round_id
   OR decision.decided_by_id IN (reading.captured_by_id, reader.user_id);
