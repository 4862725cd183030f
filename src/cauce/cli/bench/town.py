"""A synthetic town for benchmarks, filled by set-based SQL: realistic shares, nothing of anybody's."""

from datetime import date

from django.db import connection, transaction

# Shares, in percent: accounts with a meter, readings held in review, debtors with two overdue periods, money in favour.
_TOWN = """
INSERT INTO registry_route (number, cycle) SELECT to_char(g, 'FM0000'), 1 FROM generate_series(1, %(routes)s) g;

INSERT INTO registry_customer (id, name, name_key, kind, rfc, curp, phone, phone_digits, email)
SELECT g, n.name, n.name, 'PERSON', '', '', p.phone, p.phone, ''
FROM generate_series(1, %(accounts)s) g
CROSS JOIN LATERAL (SELECT
    (ARRAY['MARIA','JOSE','JUAN','GUADALUPE','ANA','LUIS','ROSA','PEDRO','LUCIA','MIGUEL'])[1 + g %% 10] || ' ' ||
    (ARRAY['HERNANDEZ','GARCIA','LOPEZ','RAMIREZ','FLORES','GOMEZ','DIAZ','CRUZ','NUNEZ','ARROYO'])[1 + g / 7 %% 10]
    || ' ' || (ARRAY['PEREZ','SANCHEZ','TORRES','RIVERA','REYES','MORALES','ORTIZ'])[1 + g / 3 %% 7] AS name) n
CROSS JOIN LATERAL (SELECT '411555' || to_char(g %% 10000, 'FM0000') AS phone) p;

INSERT INTO registry_premises
    (id, street, exterior_number, interior_number, colony, postal_code, latitude, longitude, address_key)
SELECT g, s.street, (g %% 900)::text, '', 'CORTAZAR CENTRO', '38300',
       20.46 + (g * 7 %% 401) * 0.0001, -100.98 + (g / 401 %% 401) * 0.0001,
       s.street || ' ' || (g %% 900)::text || ' CORTAZAR CENTRO 38300'
FROM generate_series(1, %(accounts)s) g
CROSS JOIN LATERAL (SELECT 'CALLE ' || (ARRAY['HIDALGO','MORELOS','JUAREZ','ALLENDE','OBREGON'])[1 + g %% 5] || ' ' ||
    (g / 900)::text AS street) s;

INSERT INTO registry_connection (id, premises_id, dwellings, diameter)
SELECT g, g, CASE WHEN g %% 50 = 0 THEN 3 ELSE 1 END, '1/2' FROM generate_series(1, %(accounts)s) g;

INSERT INTO registry_account
    (id, number, old_number, delivery_code, connection_id, holder_id, tariff_code_id, category, activity, has_water,
     has_sewerage, has_treatment, exemption, route_id, route_order, cycle, state, opened_on, notes, search_text)
SELECT g, to_char(g, 'FM0000000'), '', to_char(g, 'FM0000000000'), g, g,
       CASE WHEN g %% 20 < 17 THEN '001' WHEN g %% 20 = 17 THEN '002' WHEN g %% 20 = 18 THEN '013' ELSE '003' END,
       '', 'CASA HABITACION', true, g %% 10 < 9, g %% 10 < 5, '', r.id, g, 1,
       CASE WHEN g %% 33 = 0 THEN 'VOLUNTARY_SUSPENSION' WHEN g %% 25 = 0 THEN 'REDUCED' ELSE 'ACTIVE' END,
       date '2015-01-01', '', c.name_key || ' ' || p.address_key
FROM generate_series(1, %(accounts)s) g
JOIN registry_customer c ON c.id = g JOIN registry_premises p ON p.id = g
JOIN registry_route r ON r.number = to_char(1 + g %% %(routes)s, 'FM0000');

INSERT INTO registry_accountrole (account_id, customer_id, role, valid_from)
SELECT g, g, 'HOLDER', date '2015-01-01' FROM generate_series(1, %(accounts)s) g;

INSERT INTO metering_meter (id, serial, brand, diameter, register_digits)
SELECT g, 'C' || to_char(g, 'FM00000000'), 'ITRON', '1/2', 5 FROM generate_series(1, %(accounts)s) g WHERE g %% 8 <> 0;

INSERT INTO metering_meterinstallation (meter_id, account_id, installed_on, initial_value)
SELECT id, id, date '2020-01-01', 0 FROM metering_meter;

INSERT INTO metering_readinground (id, period, cycle, file_name, last_day)
VALUES (1, %(period)s, 1, 'bench', %(period)s::date + 4);

INSERT INTO metering_roundline (round_id, account_id) SELECT 1, id FROM metering_meter;

INSERT INTO metering_reading
    (id, round_id, account_id, line, meter_serial, value, taken_on, taken_time, incident, reader_code, status, reason,
     previous_value, previous_on, proposed_m3)
SELECT id, 1, id, id, serial, 1000 + id %% 40, %(period)s::date + 2, '0900', '00', '001',
       CASE WHEN id %% 20 = 0 THEN 'REVIEW' ELSE 'OK' END, CASE WHEN id %% 20 = 0 THEN 'CONSUMO_ALTO' ELSE '' END,
       1000, %(period)s::date - 28, id %% 40
FROM metering_meter;

INSERT INTO metering_consumption
    (account_id, period, volume_m3, source, reading_id, meter_serial, previous_value, current_value, previous_on,
     current_on)
SELECT account_id, %(period)s, proposed_m3, 'MEASURED', id, meter_serial, previous_value, value, previous_on, taken_on
FROM metering_reading WHERE status = 'OK';

INSERT INTO ledger_posting (id, key, body_sha256, operation, by_id, posted_at, result)
SELECT 1, 'bench', repeat('0', 64), 'import_balances', min(id), now(), '{}' FROM users_user;

INSERT INTO ledger_transfer
    (posting_id, party_id, account_id, debit_book, credit_book, concept, period, due_on, amount, effective_on,
     booked_on, reason)
SELECT 1, g, g, 'RECEIVABLE', b.book, b.concept, m.period, m.period + 20, b.amount, %(period)s::date - 1,
       %(period)s::date - 1, 'OPENING'
FROM generate_series(1, %(accounts)s) g
CROSS JOIN (VALUES (%(period)s::date - interval '2 months'), (%(period)s::date - interval '1 month')) AS raw (day)
CROSS JOIN LATERAL (SELECT raw.day::date AS period) m
CROSS JOIN (VALUES ('AGUA', 'OPENING', 210.00), ('ALCANTARILLADO', 'OPENING', 42.00), ('IVA', 'VAT_PENDING', 6.72))
    AS b (concept, book, amount)
WHERE g %% 5 = 0;

INSERT INTO ledger_transfer
    (posting_id, party_id, account_id, debit_book, credit_book, concept, amount, effective_on, booked_on, reason)
SELECT 1, g, g, 'OPENING', 'ADVANCES', 'SALDO_A_FAVOR', 50.00, %(period)s::date - 1, %(period)s::date - 1, 'OPENING'
FROM generate_series(1, %(accounts)s) g WHERE g %% 50 = 1;
"""
_SEQUENCES = (
    "registry_customer",
    "registry_premises",
    "registry_connection",
    "registry_account",
    "metering_meter",
    "metering_readinground",
    "metering_reading",
    "ledger_posting",
)
_ACCOUNTS_IN_A_ROUTE = 250


def fill_town(accounts: int, *, period: date) -> None:
    """Fill an empty migrated database with so many accounts of cycle 1, read in ``period`` and ready to be billed."""
    values: dict[str, int | date] = {
        "accounts": accounts,
        "routes": max(1, accounts // _ACCOUNTS_IN_A_ROUTE),
        "period": period,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _TOWN.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        for table in _SEQUENCES:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        # What filling the town wrote is not part of what is measured.
        cursor.execute("CHECKPOINT")
