-- check: park_figures_are_their_meters
-- Las cifras del último parque de medidores son las de sus medidores, contados aparte.
SELECT 'parque al ' || to_char(snapshot.day, 'YYYY-MM-DD') || ': dice ' || snapshot.meters || ' medidores, '
       || snapshot.stopped || ' parados y ' || snapshot.suspects || ' sospechosos'
FROM metering_parksnapshot snapshot
CROSS JOIN (
    SELECT count(*) AS meters, count(*) FILTER (WHERE state = 'INSTALLED') AS installed,
           count(*) FILTER (WHERE is_stopped) AS stopped, count(*) FILTER (WHERE is_suspect) AS suspects,
           coalesce(sum(expected_m3), 0) AS expected_m3, coalesce(sum(pesos_a_year), 0) AS pesos_a_year
    FROM metering_parkmeter
) counted
WHERE snapshot.day = (SELECT max(day) FROM metering_parksnapshot WHERE table_id IS NOT NULL)
  AND (snapshot.meters, snapshot.installed, snapshot.stopped, snapshot.suspects, snapshot.expected_m3,
       snapshot.pesos_a_year)
      IS DISTINCT FROM (counted.meters, counted.installed, counted.stopped, counted.suspects, counted.expected_m3,
                        counted.pesos_a_year);

-- check: bench_tests_are_decided_by_their_flows
-- El error de cada flujo es el de sus litros, y el resultado de la prueba el de todos sus flujos.
SELECT 'prueba ' || test.document_id || ' del medidor ' || test.meter_id
FROM metering_benchtest test
LEFT JOIN metering_benchflow flow ON flow.test_id = test.document_id
GROUP BY test.document_id, test.meter_id, test.verdict
HAVING count(flow.id) = 0
    OR (test.verdict = 'PASSED') <> bool_and(flow.passes)
    OR bool_or(flow.error_percent
               <> round((flow.registered_litres - flow.passed_litres) * 100 / flow.passed_litres, 2))
    OR bool_or(flow.passes <> (abs(flow.error_percent) <= flow.limit_percent));

-- check: replacements_are_their_lines
-- Lo que dice una propuesta de reemplazo es la suma de sus medidores, y ninguno queda apartado si se negó o retiró.
SELECT 'propuesta ' || proposal.document_id
FROM metering_replacementproposal proposal
LEFT JOIN metering_replacementline line ON line.proposal_id = proposal.document_id
GROUP BY proposal.document_id
HAVING count(line.id) <> proposal.meters
    OR coalesce(sum(line.cost), 0) <> proposal.cost
    OR coalesce(sum(line.expected_m3), 0) <> proposal.expected_m3
    OR coalesce(sum(line.pesos_a_year), 0) <> proposal.pesos_a_year
    OR (proposal.state IN ('REFUSED', 'WITHDRAWN') AND bool_or(line.is_open));
