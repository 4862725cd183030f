"""Three years of a synthetic service desk for benchmarks: cases, orders, calls, radio and the books of each day."""

from datetime import datetime
from typing import Final

from django.db import connection, transaction

from cauce.users.operations import open_staff_account

YEARS_OF_DAYS: Final = 1095
CREWS_IN_AN_AREA: Final = 4
SECTORS: Final = 8
_ROLES: Final = ("coordinador", "jefe", "facturacion", "operacion", "contabilidad", "comunicacion", "director")
_PASSWORD: Final = "cauce-bench-desk"  # noqa: S105
# Of what is older than a month nearly everything ended; one in a hundred is late. What is newer is at every step.
_DESK: Final = """
SELECT setseed(0.42);

INSERT INTO registry_sector (name) SELECT 'Sector ' || g FROM generate_series(1, %(sectors)s) g;

INSERT INTO workorders_crew (name, area_id, radio, orders_a_day, is_active)
SELECT area.name || ' ' || g, area.id, upper(left(area.name, 2)) || g, 8, true
FROM users_area area CROSS JOIN generate_series(1, %(crews)s) g
WHERE area.id IN (SELECT area_id FROM workorders_workordertype);

CREATE TEMP TABLE desk_word ON COMMIT DROP AS SELECT * FROM (VALUES
    (1, 'Le llegó muy alto el recibo de este bimestre'), (2, 'Fuga de agua frente a la casa, sale mucha'),
    (3, 'No cae agua desde ayer en la mañana'), (4, 'El drenaje está tapado y se regresa'),
    (5, 'Pide que revisen la lectura del medidor'), (6, 'Pagó y no aparece su pago'),
    (7, 'Quiere cambiar el nombre de la toma'), (8, 'El medidor no se ve, está enterrado'),
    (9, 'Le cobran recargos que no reconoce'), (10, 'Agua turbia con mal olor')) AS word (id, text);

CREATE TEMP TABLE desk_case ON COMMIT DROP AS
WITH drawn AS MATERIALIZED (
    SELECT g AS id, random() AS r, random() AS s, random() AS t, random() AS a,
           date_trunc('day', %(at)s::timestamptz - (1 - g::numeric / %(cases)s) * %(days)s * interval '1 day')
           - interval '1 day' + interval '14 hours' + random() * interval '7 hours' AS received_at
    FROM generate_series(1, %(cases)s) g
), kinds AS (SELECT array_agg(code ORDER BY code) AS codes FROM cases_casetype)
SELECT drawn.*, type.code AS type_code, type.kind, type.name AS type_name, type.area_id, type.term_days, type.priority,
       word.text AS told,
       CASE WHEN type.needs_account <> 'NO' AND drawn.a < 0.85
            THEN 1 + floor(drawn.a / 0.85 * %(accounts)s)::int END AS account_id,
       CASE WHEN received_at < %(at)s::timestamptz - interval '30 days' THEN
                CASE WHEN r < 0.930 THEN 'CLOSED' WHEN r < 0.950 THEN 'WITHDRAWN' WHEN r < 0.975 THEN 'DUPLICATE'
                     WHEN r < 0.990 THEN 'RESOLVED' WHEN r < 0.993 THEN 'RECEIVED' WHEN r < 0.996 THEN 'IN_PROGRESS'
                     WHEN r < 0.998 THEN 'ROUTED' ELSE 'WAITING' END
            ELSE CASE WHEN r < 0.40 THEN 'CLOSED' WHEN r < 0.50 THEN 'RESOLVED' WHEN r < 0.65 THEN 'RECEIVED'
                      WHEN r < 0.85 THEN 'IN_PROGRESS' WHEN r < 0.95 THEN 'ROUTED' ELSE 'WAITING' END
       END AS state
FROM drawn CROSS JOIN kinds
JOIN cases_casetype type ON type.code = kinds.codes[1 + floor(power(s, 1.7) * cardinality(kinds.codes))::int]
JOIN desk_word word ON word.id = 1 + floor(t * 10)::int;

INSERT INTO documents_document (id, kind, series, number, issued_on, created_at, by_id)
SELECT id, 'CASE', CASE kind WHEN 'REQUEST' THEN 'SOL' WHEN 'COMPLAINT' THEN 'INC' WHEN 'REPORT' THEN 'REP'
       ELSE 'ACL' END,
       row_number() OVER (PARTITION BY kind ORDER BY id), received_at::date, received_at, %(by)s
FROM desk_case;

INSERT INTO cases_case
    (document_id, key, type_id, channel, priority, account_id, reporter_name, reporter_phone, reporter_email, place,
     sector_id, matter, told, state, area_id, holder_id, received_at, received_by_id, due_on, waiting_since, outcome,
     resolution, resolved_at, resolved_by_id, closed_at, duplicate_of_id, times_reopened, times_repeated, search_text)
SELECT drawn.id, 'bench/' || drawn.id, type_code,
       (ARRAY['WINDOW','PHONE','PHONE','PHONE','WEB','LETTER'])[1 + floor(random() * 6)::int], drawn.priority,
       drawn.account_id, coalesce(holder.name, 'Vecino'), '', '', place.text, NULL, type_name, told, drawn.state,
       drawn.area_id, CASE WHEN drawn.state IN ('RECEIVED', 'ROUTED') THEN NULL ELSE staff.id END, received_at, %(by)s,
       received_at::date + (term_days * 1.4)::int,
       CASE WHEN drawn.state = 'WAITING' THEN received_at::date END,
       CASE WHEN drawn.state IN ('RESOLVED', 'CLOSED') THEN 'INFORMED' ELSE '' END,
       CASE WHEN drawn.state IN ('RESOLVED', 'CLOSED') THEN 'Se revisó y se informó al usuario.' ELSE '' END,
       CASE WHEN drawn.state IN ('RESOLVED', 'CLOSED') THEN received_at + r * interval '12 days' END,
       CASE WHEN drawn.state IN ('RESOLVED', 'CLOSED') THEN coalesce(staff.id, %(by)s) END,
       CASE WHEN drawn.state = 'CLOSED' THEN received_at + r * interval '14 days' END,
       CASE WHEN drawn.state = 'DUPLICATE' THEN greatest(1, drawn.id - 1) END, 0, (r * 1000)::int %% 3 / 2,
       translate(upper(concat_ws(' ', document.series, document.number, type_name, told, holder.name, place.text,
                                 account.number)), 'ÁÉÍÓÚÑ', 'AEIOUN')
FROM desk_case drawn
JOIN documents_document document ON document.id = drawn.id
LEFT JOIN registry_account account ON account.id = drawn.account_id
LEFT JOIN registry_customer holder ON holder.id = account.holder_id
LEFT JOIN registry_premises premises ON premises.id = drawn.account_id
CROSS JOIN LATERAL (SELECT coalesce(premises.address_key, 'CALLE S/N, CORTAZAR CENTRO') AS text) place
LEFT JOIN LATERAL (SELECT min(id) AS id FROM users_user WHERE area_id = drawn.area_id AND NOT is_system) staff ON true
ORDER BY drawn.id;

CREATE TEMP TABLE desk_order ON COMMIT DROP AS
WITH drawn AS MATERIALIZED (
    SELECT %(cases)s + g AS id, g, random() AS r, random() AS s, random() AS t, random() AS a, random() AS c,
           date_trunc('day', %(at)s::timestamptz - (1 - g::numeric / %(orders)s) * %(days)s * interval '1 day')
           - interval '1 day' + interval '14 hours' + random() * interval '7 hours' AS issued_at
    FROM generate_series(1, %(orders)s) g
), kinds AS (SELECT array_agg(code ORDER BY code) AS codes FROM workorders_workordertype)
SELECT drawn.*, type.code AS type_code, type.area_id, type.priority, type.term_hours, word.text AS detail,
       type.name AS matter,
       CASE WHEN a < 0.9 THEN 1 + floor(a / 0.9 * %(accounts)s)::int END AS account_id,
       crew.ids[1 + floor(c * cardinality(crew.ids))::int] AS crew_id,
       CASE WHEN issued_at < %(at)s::timestamptz - interval '10 days' THEN
                CASE WHEN r < 0.930 THEN 'CLOSED' WHEN r < 0.960 THEN 'CANCELLED' WHEN r < 0.970 THEN 'RECALLED'
                     WHEN r < 0.975 THEN 'MERGED' WHEN r < 0.980 THEN 'REVIEWED' WHEN r < 0.990 THEN 'NOT_DONE'
                     WHEN r < 0.994 THEN 'DELIVERED' WHEN r < 0.998 THEN 'PROGRAMMED' ELSE 'REOPENED' END
            ELSE CASE WHEN r < 0.30 THEN 'CLOSED' WHEN r < 0.40 THEN 'DONE' WHEN r < 0.55 THEN 'ISSUED'
                      WHEN r < 0.75 THEN 'DELIVERED' WHEN r < 0.92 THEN 'PROGRAMMED' ELSE 'IN_FIELD' END
       END AS state
FROM drawn CROSS JOIN kinds
JOIN workorders_workordertype type
  ON type.code = kinds.codes[1 + floor(power(s, 1.7) * cardinality(kinds.codes))::int]
JOIN (SELECT area_id, array_agg(id ORDER BY id) AS ids FROM workorders_crew GROUP BY area_id) crew
  ON crew.area_id = type.area_id
JOIN desk_word word ON word.id = 1 + floor(t * 10)::int;

INSERT INTO documents_document (id, kind, series, number, issued_on, created_at, by_id)
SELECT id, 'WORK_ORDER', 'OT', g, issued_at::date, issued_at, %(by)s FROM desk_order;

INSERT INTO workorders_workorder
    (document_id, key, type_id, area_id, account_id, contact_name, contact_phone, place, sector_id, route, route_order,
     matter, detail, priority, origin_kind, origin_id, state, issued_at, issued_by_id, due_at, programmed_on, crew_id,
     finished_at, reviewed_at, reviewed_by_id, times_reopened, merged_into_id,
     lacks_photo)
SELECT drawn.id, 'bench/' || drawn.id, type_code, drawn.area_id, account_id, '', '',
       coalesce(premises.address_key, 'CALLE S/N, CORTAZAR CENTRO'),
           sector.ids[1 + floor(c * cardinality(sector.ids))::int],
       '', 0, left(matter, 160), detail, priority, CASE WHEN g %% 3 = 0 THEN 'CASE' ELSE 'DESK' END,
       CASE WHEN g %% 3 = 0 THEN 1 + g %% %(cases)s END, state, issued_at, %(by)s,
       issued_at + term_hours * interval '3 hours',
       CASE WHEN state NOT IN ('ISSUED', 'DELIVERED') THEN issued_at::date + 1 + (c * 3)::int END,
       CASE WHEN state NOT IN ('ISSUED', 'DELIVERED') THEN crew_id END,
       CASE WHEN state IN ('CLOSED', 'DONE', 'REVIEWED', 'NOT_DONE')
            THEN issued_at + a * term_hours * interval '4 hours' END,
       CASE WHEN state IN ('CLOSED', 'REVIEWED') THEN issued_at + interval '20 days' END,
       CASE WHEN state IN ('CLOSED', 'REVIEWED') THEN %(by)s END, CASE WHEN g %% 60 = 0 THEN 1 ELSE 0 END,
       CASE WHEN state = 'MERGED' THEN drawn.id - 1 END, false
FROM desk_order drawn
LEFT JOIN registry_premises premises ON premises.id = drawn.account_id
CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM registry_sector) sector
ORDER BY drawn.id;

INSERT INTO workorders_workorderresult
    (order_id, key, is_done, reason, seal, meter_serial, meter_brand, diameter, notes, means, finished_at, reported_at,
     reported_by_id)
SELECT document_id, key, state <> 'NOT_DONE',
    CASE WHEN state = 'NOT_DONE' THEN 'No hubo quien abriera' ELSE '' END, '', '',
       '', '', 'Se atendió', 'SHEET', finished_at, finished_at, %(by)s
FROM workorders_workorder WHERE finished_at IS NOT NULL;

INSERT INTO cases_call
    (key, direction, phone, phone_key, caller_name, account_id, matter, notes, outcome, extension, started_at, ended_at,
     attended_by_id, case_id, call_back_at, called_back_at)
SELECT 'bench/' || id, 'IN', '411555' || to_char(id %% 10000, 'FM0000'), '411555' || to_char(id %% 10000, 'FM0000'),
       'Vecino',
       account_id, told, '', CASE WHEN r < 0.5 THEN 'CASE' WHEN r > 0.98 THEN 'CALL_BACK' ELSE 'INFORMED' END, '',
       received_at - interval '4 minutes', received_at, %(by)s, CASE WHEN r < 0.5 THEN id END,
       CASE WHEN r > 0.98 THEN received_at + interval '1 day' END,
       CASE WHEN r > 0.98 AND received_at < %(at)s::timestamptz - interval '3 days'
            THEN received_at + interval '5 hours' END
FROM desk_case ORDER BY id;

INSERT INTO cases_radiomessage
    (key, direction, unit, crew_id, matter, message, place, account_id, heard_at, attended_by_id, order_id,
     acknowledged_at, acknowledged_by_id)
SELECT 'bench/' || drawn.id, 'IN', crew.radio, crew.id,
    (ARRAY['LEAK','NO_WATER','DRAIN','ORDER','SUPPORT','OTHER'])[1 + g %% 6],
       detail, '', NULL, issued_at, %(by)s, drawn.id,
       CASE WHEN issued_at < %(at)s::timestamptz - interval '1 day' AND r < 0.999
            THEN issued_at + interval '1 hour' END,
       CASE WHEN issued_at < %(at)s::timestamptz - interval '1 day' AND r < 0.999 THEN %(by)s END
FROM desk_order drawn JOIN workorders_crew crew ON crew.id = drawn.crew_id
WHERE g %% 3 = 1 ORDER BY drawn.id;

INSERT INTO books_daybook
    (day, number, content, entries, last_event_id, previous_id, previous_sha256, sha256, closed_at, closed_by_id)
SELECT day, row_number() OVER days, content::text, jsonb_array_length(content -> 'entries'), 0, lag(day) OVER days,
       coalesce(encode(sha256(convert_to(lag(day) OVER days::text, 'UTF8')), 'hex'), ''),
       encode(sha256(convert_to(day::text, 'UTF8')), 'hex'), day + interval '1 day', %(by)s
FROM (
    SELECT (at AT TIME ZONE 'America/Mexico_City')::date AS day,
           jsonb_build_object('entries', jsonb_agg(jsonb_build_object(
               'at', at, 'kind', kind, 'heading', 'Órdenes de trabajo', 'by', 'Coordinador Comercial',
               'folio', folio, 'sentence', sentence) ORDER BY at)) AS content
    FROM (SELECT issued_at AS at, 'WORK_ORDER_ISSUED' AS kind, 'OT-' || document_id AS folio,
        place || ': ' || detail AS sentence
          FROM workorders_workorder
          UNION ALL
          SELECT finished_at, 'WORK_ORDER_DONE', 'OT-' || document_id, place || ': se hizo' FROM workorders_workorder
          WHERE finished_at < %(at)s
          UNION ALL
          SELECT received_at, 'CASE_OPENED', 'C-' || document_id, matter || ': ' || told FROM cases_case) told
    WHERE at < date_trunc('day', %(at)s::timestamptz)
    GROUP BY 1
) book WINDOW days AS (ORDER BY day)
"""


def fill_desk(*, cases: int, orders: int, accounts: int, at: datetime) -> None:
    """Fill the desk of a town of so many accounts, whose types are loaded, with what three years bring."""
    for role in _ROLES:
        open_staff_account(username=f"banco-{role}", full_name=f"Personal de {role}", role=role, password=_PASSWORD)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM users_user")
        facts = {
            "cases": cases,
            "orders": orders,
            "accounts": accounts,
            "at": at,
            "by": cursor.fetchone()[0],
            "days": YEARS_OF_DAYS,
            "crews": CREWS_IN_AN_AREA,
            "sectors": SECTORS,
        }
        for statement in _DESK.split(";\n"):
            cursor.execute(statement, facts)
        cursor.execute("SELECT setval(pg_get_serial_sequence('documents_document', 'id'), %s)", [cases + orders])


def user_name_of(role: str) -> str:
    """The user name of who holds a post at the desk."""
    return f"banco-{role}"
