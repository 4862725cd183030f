-- The lineamientos: sealed texts, two people, acknowledgements and closed months. What every file of this folder is: see
-- ../queries/verification.py.

-- check: guidelines_say_what_was_authorised
-- El texto de cada versión autorizada, palabra por palabra, da la huella con que se selló.
SELECT 'lineamiento ' || version.guideline_id || ', versión ' || version.number
FROM guidelines_guidelineversion version
WHERE version.sha256 <> ''
  AND version.sha256 <> encode(sha256(convert_to(
      version.title || '|' || version.number || '|' || to_char(version.valid_from, 'YYYY-MM-DD') || '|'
      || (SELECT string_agg(role, ',' ORDER BY place)
          FROM jsonb_array_elements_text(version.roles) WITH ORDINALITY AS named (role, place))
      || E'\n' || version.purpose
      || coalesce((SELECT string_agg(E'\n' || clause.number || '|' || clause.text || '|' || clause.legal_basis, ''
                                     ORDER BY clause.number)
                   FROM guidelines_guidelineclause clause WHERE clause.version_id = version.id), '')
      || coalesce((SELECT string_agg(E'\n' || asked.number || '|' || asked.what || '|' || asked.how || '|'
                                     || asked.target || '|' || asked.figure, '' ORDER BY asked.number)
                   FROM guidelines_guidelinecheck asked WHERE asked.version_id = version.id), ''),
      'UTF8')), 'hex');

-- check: guidelines_are_authorised_by_another
-- A cada versión autorizada la autorizó una persona que no la escribió ni la envió, y sólo ella da su paso.
SELECT 'lineamiento ' || version.guideline_id || ', versión ' || version.number
FROM guidelines_guidelineversion version
WHERE version.authorised_by_id IS NOT NULL
  AND (version.authorised_by_id IN (version.written_by_id, version.submitted_by_id)
       OR EXISTS (SELECT FROM guidelines_guidelinestep step
                  WHERE step.version_id = version.id AND step.action IN ('WRITTEN', 'SUBMITTED')
                    AND step.by_id = version.authorised_by_id)
       OR NOT EXISTS (SELECT FROM guidelines_guidelinestep step
                      WHERE step.version_id = version.id AND step.action = 'AUTHORISED'
                        AND step.by_id = version.authorised_by_id));

-- check: guideline_versions_follow_one_another
-- Las versiones de un lineamiento se numeran sin huecos, y la sustituida rige hasta que empieza otra autorizada.
SELECT 'lineamiento ' || version.guideline_id || ', versión ' || version.number
FROM guidelines_guidelineversion version
WHERE version.number > 1
  AND NOT EXISTS (SELECT FROM guidelines_guidelineversion earlier
                  WHERE earlier.guideline_id = version.guideline_id AND earlier.number = version.number - 1)
UNION ALL
SELECT 'lineamiento ' || version.guideline_id || ', versión ' || version.number
FROM guidelines_guidelineversion version
WHERE version.state = 'REPLACED'
  AND NOT EXISTS (SELECT FROM guidelines_guidelineversion later
                  WHERE later.guideline_id = version.guideline_id AND later.number > version.number
                    AND later.authorised_by_id IS NOT NULL AND later.valid_from = version.valid_until)
UNION ALL
SELECT 'lineamiento ' || version.guideline_id || ', versión ' || version.number
FROM guidelines_guidelineversion version
WHERE version.state = 'AUTHORISED' AND version.valid_until IS NOT NULL;

-- check: acknowledgements_are_of_what_was_authorised
-- Cada acuse es de la huella de una versión autorizada, y no de antes de que se autorizara.
SELECT 'acuse ' || acknowledgement.id
FROM guidelines_guidelineacknowledgement acknowledgement
JOIN guidelines_guidelineversion version ON version.id = acknowledgement.version_id
WHERE version.sha256 = '' OR acknowledgement.sha256 <> version.sha256 OR acknowledgement.at < version.authorised_at;

-- check: closed_checklists_are_whole
-- Un mes cerrado tiene un resultado por cada punto de la versión que regía, y ningún resultado es de otra.
SELECT 'mes ' || to_char(month.period, 'YYYY-MM') || ' del lineamiento ' || month.guideline_id
FROM guidelines_checklistmonth month
JOIN guidelines_guidelineversion version ON version.id = month.version_id
WHERE version.guideline_id <> month.guideline_id
   OR (month.state = 'CLOSED'
       AND EXISTS (SELECT FROM guidelines_guidelinecheck asked
                   WHERE asked.version_id = month.version_id
                     AND NOT EXISTS (SELECT FROM guidelines_checkresult result
                                     WHERE result.month_id = month.id AND result.check_point_id = asked.id)))
UNION ALL
SELECT 'resultado ' || result.id
FROM guidelines_checkresult result
JOIN guidelines_checklistmonth month ON month.id = result.month_id
JOIN guidelines_guidelinecheck asked ON asked.id = result.check_point_id
WHERE asked.version_id <> month.version_id
   OR (month.state = 'CLOSED' AND result.captured_at > month.closed_at);
