-- The books of each day and their chain. What every file of this folder is: see ../queries/verification.py.

-- check: books_are_numbered_in_the_order_of_their_days
-- Los libros de registros van numerados del 1 en adelante, sin huecos, en el orden de sus días, y cada uno continúa al anterior.
WITH ordered AS (
    SELECT day, number, previous_id, previous_sha256, last_event_id,
           row_number() OVER (ORDER BY day) AS place,
           lag(day) OVER (ORDER BY day) AS day_before,
           lag(sha256) OVER (ORDER BY day) AS seal_before,
           lag(last_event_id) OVER (ORDER BY day) AS event_before
    FROM books_daybook
)
SELECT 'libro ' || number || ' del ' || day
FROM ordered
WHERE number <> place
   OR previous_id IS DISTINCT FROM day_before
   OR previous_sha256 <> coalesce(seal_before, '')
   OR last_event_id < coalesce(event_before, 0);

-- check: books_are_sealed
-- El sello de cada libro es el SHA-256 del sello anterior y de su contenido, y el contenido dice el mismo número, día, sello anterior y asientos.
SELECT 'libro ' || number || ' del ' || day
FROM books_daybook
WHERE sha256 <> encode(sha256(convert_to(previous_sha256 || E'\n' || content, 'UTF8')), 'hex')
   OR (content::jsonb ->> 'book')::int IS DISTINCT FROM number
   OR content::jsonb ->> 'day' IS DISTINCT FROM day::text
   OR content::jsonb ->> 'previous_hash' IS DISTINCT FROM previous_sha256
   OR jsonb_array_length(content::jsonb -> 'entries') IS DISTINCT FROM entries;

-- check: annexes_are_sealed_after_their_book
-- Los anexos de cada libro van numerados sin huecos, cada uno sellado después del libro o del anexo anterior, y los aprobó otra persona.
WITH ordered AS (
    SELECT annex.*, coalesce(book.sha256, register.sha256) AS book_seal,
           coalesce(book.number, register.number) AS book_number,
           row_number() OVER (PARTITION BY annex.book_id, annex.register_id ORDER BY annex.number) AS place,
           lag(annex.sha256) OVER (PARTITION BY annex.book_id, annex.register_id ORDER BY annex.number) AS seal_before
    FROM books_bookannex annex
    LEFT JOIN books_daybook book ON book.day = annex.book_id
    LEFT JOIN books_noteregister register ON register.day = annex.register_id
)
SELECT 'anexo ' || ordered.number || ' del libro ' || ordered.book_number
FROM ordered
LEFT JOIN books_annexproposal proposal ON proposal.id = ordered.proposal_id
WHERE ordered.number <> ordered.place
   OR ordered.previous_sha256 <> coalesce(ordered.seal_before, ordered.book_seal)
   OR ordered.sha256 <> encode(sha256(convert_to(ordered.previous_sha256 || E'\n' || ordered.content, 'UTF8')), 'hex')
   OR proposal.state IS DISTINCT FROM 'APPROVED'
   OR proposal.book_id IS DISTINCT FROM ordered.book_id
   OR proposal.register_id IS DISTINCT FROM ordered.register_id
   OR proposal.decided_by_id IS NOT DISTINCT FROM proposal.proposed_by_id
   OR ordered.content::jsonb ->> 'what' IS DISTINCT FROM proposal.text
   OR ordered.content::jsonb ->> 'why' IS DISTINCT FROM proposal.reason
   OR (ordered.content::jsonb ->> 'at')::timestamptz IS DISTINCT FROM date_trunc('second', proposal.happened_at)
UNION ALL
SELECT 'propuesta de anexo ' || proposal.id
FROM books_annexproposal proposal
LEFT JOIN books_bookannex annex ON annex.proposal_id = proposal.id
WHERE (proposal.state = 'APPROVED') <> (annex.id IS NOT NULL)
   OR (proposal.state = 'PROPOSED') <> (proposal.decided_by_id IS NULL);

-- check: books_tell_the_history
-- Cada asiento de un libro es un evento de la historia, una sola vez en todos los libros, y ningún evento de su tiempo se quedó fuera.
WITH book AS (
    SELECT day, number, last_event_id, content::jsonb AS said,
           lag(last_event_id) OVER (ORDER BY number) AS late_after
    FROM books_daybook
), entry AS (
    SELECT book.number, (one ->> 'event')::bigint AS event_id, one ->> 'kind' AS kind, one ->> 'what' AS what,
           (one ->> 'at')::timestamptz AS at, one ->> 'who' AS who
    FROM book, jsonb_array_elements(book.said -> 'entries') AS one
), due AS (
    SELECT book.number, event.id, event.kind
    FROM book
    JOIN events_event event
      ON event.at >= (book.said ->> 'since')::timestamptz AND event.at < (book.said ->> 'until')::timestamptz
    WHERE event.id <= book.last_event_id AND NOT book.said -> 'left_out_kinds' ? event.kind
    UNION ALL
    SELECT book.number, event.id, event.kind
    FROM book
    JOIN events_event event ON event.id > book.late_after AND event.id <= book.last_event_id
    WHERE event.at < (book.said ->> 'since')::timestamptz AND NOT book.said -> 'left_out_kinds' ? event.kind
)
SELECT 'libro ' || entry.number || ', evento ' || entry.event_id
FROM entry
LEFT JOIN events_event event ON event.id = entry.event_id
WHERE event.id IS NULL
   OR event.sentence <> entry.what
   OR event.kind <> entry.kind
   OR date_trunc('second', event.at) <> entry.at
UNION ALL
SELECT 'evento ' || event_id || ' en ' || count(*) || ' asientos'
FROM entry
GROUP BY event_id
HAVING count(*) > 1
UNION ALL
SELECT 'evento ' || due.id || ' fuera del libro ' || due.number
FROM due
JOIN book ON book.number = due.number
LEFT JOIN entry ON entry.number = due.number AND entry.event_id = due.id
WHERE entry.event_id IS NULL AND NOT book.said -> 'counted_kinds' ? due.kind
UNION ALL
SELECT 'cuenta de ' || counted.kind || ' en el libro ' || counted.number
FROM (
    SELECT due.number, due.kind, count(*) AS times
    FROM due
    JOIN book ON book.number = due.number AND book.said -> 'counted_kinds' ? due.kind
    GROUP BY due.number, due.kind
) counted
FULL JOIN (
    SELECT book.number, one ->> 'kind' AS kind, (one ->> 'count')::bigint AS times
    FROM book, jsonb_array_elements(book.said -> 'counts') AS one
) told ON told.number = counted.number AND told.kind = counted.kind
WHERE coalesce(counted.times, 0) <> coalesce(told.times, 0);

-- check: signatures_are_of_two_people
-- Lo firmado o devuelto dice quién y cuándo, y nadie firmó lo que él mismo pidió.
SELECT 'firma pedida ' || id
FROM documents_signaturerequest
WHERE (state = 'WAITING') <> (decided_by_id IS NULL)
   OR (decided_by_id IS NULL) <> (decided_at IS NULL)
   OR (state IN ('SIGNED', 'RETURNED') AND decided_by_id = asked_by_id)
   OR (state = 'RETURNED' AND note = '')
   OR decided_at < asked_at;

-- check: registers_are_chained
-- Los auxiliares de pagarés van numerados del 1 en adelante en el orden de sus días, cada uno sellado después del anterior, y su contenido dice lo mismo.
WITH ordered AS (
    SELECT *, row_number() OVER (ORDER BY day) AS place, lag(day) OVER (ORDER BY day) AS day_before,
           lag(sha256) OVER (ORDER BY day) AS seal_before, content::jsonb AS said
    FROM books_noteregister
)
SELECT 'auxiliar ' || number || ' del ' || day
FROM ordered
WHERE number <> place
   OR previous_id IS DISTINCT FROM day_before
   OR previous_sha256 <> coalesce(seal_before, '')
   OR sha256 <> encode(sha256(convert_to(previous_sha256 || E'\n' || content, 'UTF8')), 'hex')
   OR (said ->> 'book')::int IS DISTINCT FROM number
   OR said ->> 'day' IS DISTINCT FROM day::text
   OR said ->> 'previous_hash' IS DISTINCT FROM previous_sha256
   OR (said -> 'figures' -> 'closing' ->> 'amount')::numeric IS DISTINCT FROM balance
   OR (said -> 'figures' -> 'closing' ->> 'count')::int IS DISTINCT FROM outstanding;

-- check: registers_follow_one_another
-- Cada auxiliar empieza con lo que cerró el anterior, y sus cifras suman: saldo final = inicial + emitidos − pagados − cancelados − sustituidos.
WITH told AS (
    SELECT register.number, register.outstanding, register.balance, figure.key AS name,
           (figure.value ->> 'count')::int AS notes, (figure.value ->> 'amount')::numeric AS amount
    FROM books_noteregister register, jsonb_each(register.content::jsonb -> 'figures') AS figure
), summed AS (
    SELECT number, outstanding, balance,
           sum(notes) FILTER (WHERE name = 'opening') AS first_notes,
           sum(amount) FILTER (WHERE name = 'opening') AS first_amount,
           sum(CASE WHEN name IN ('opening', 'issued') THEN notes
                    WHEN name IN ('paid', 'cancelled', 'replaced') THEN -notes ELSE 0 END) AS notes,
           sum(CASE WHEN name IN ('opening', 'issued') THEN amount
                    WHEN name IN ('paid', 'cancelled', 'replaced') THEN -amount ELSE 0 END) AS amount
    FROM told
    GROUP BY number, outstanding, balance
), followed AS (
    SELECT *, lag(outstanding) OVER (ORDER BY number) AS notes_before, lag(balance) OVER (ORDER BY number) AS before
    FROM summed
)
SELECT 'auxiliar ' || number
FROM followed
WHERE notes <> outstanding OR amount <> balance
   OR first_notes <> coalesce(notes_before, first_notes) OR first_amount <> coalesce(before, first_amount);

-- check: registers_tell_the_acts
-- Cada acto de pagaré de un día con auxiliar cerrado está en él, con su importe, y ninguno quedó en un día sin auxiliar entre dos cerrados.
WITH told AS (
    SELECT register.day, (one ->> 'act')::bigint AS act_id, one ->> 'kind' AS kind, (one ->> 'amount')::numeric AS amount
    FROM books_noteregister register, jsonb_array_elements(register.content::jsonb -> 'acts') AS one
)
SELECT 'acto de pagaré ' || coalesce(act.id, told.act_id)
FROM (
    SELECT * FROM agreements_noteact
    WHERE booked_on BETWEEN (SELECT min(day) FROM books_noteregister) AND (SELECT max(day) FROM books_noteregister)
) act
FULL JOIN told ON told.act_id = act.id
WHERE act.id IS NULL OR told.act_id IS NULL OR told.day <> act.booked_on OR told.kind <> act.kind
   OR told.amount <> act.amount;

-- check: registers_close_with_the_ledger
-- El saldo final de cada auxiliar es, al centavo, lo que el libro de convenios tenía ese día, y lo que sus actos suman.
WITH moved AS (
    SELECT booked_on AS day,
           sum(CASE WHEN debit_book = 'AGREEMENT' THEN amount ELSE 0 END
             - CASE WHEN credit_book = 'AGREEMENT' THEN amount ELSE 0 END) AS amount
    FROM ledger_transfer
    WHERE debit_book = 'AGREEMENT' OR credit_book = 'AGREEMENT'
    GROUP BY booked_on
), acted AS (
    SELECT booked_on AS day, sum(CASE kind WHEN 'SIGNED' THEN amount ELSE -amount END) AS amount
    FROM agreements_noteact
    WHERE kind IN ('SIGNED', 'PAID', 'UNPAID', 'FORGIVEN', 'CANCELLED', 'REPLACED')
    GROUP BY booked_on
), held AS (
    SELECT register.number, register.balance, (register.content::jsonb ->> 'ledger')::numeric AS said,
           coalesce((SELECT sum(amount) FROM moved WHERE moved.day <= register.day), 0) AS ledger,
           coalesce((SELECT sum(amount) FROM acted WHERE acted.day <= register.day), 0) AS acts
    FROM books_noteregister register
)
SELECT 'auxiliar ' || number || ': cierra con ' || balance || ', el libro tiene ' || ledger || ' y los actos ' || acts
FROM held
WHERE balance <> ledger OR balance <> acts OR balance <> said;
