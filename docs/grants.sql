-- What the site's own role may do in production. Run it as the owner of the tables after each `cauce migrate`:
--   psql -v ON_ERROR_STOP=1 "$OWNER_URL" -f docs/grants.sql
-- The role `cauce_app` neither owns nor empties anything; of what is only ever added to (movements, bills, receipts,
-- documents, events: the tables whose triggers refuse TRUNCATE) it may neither change nor delete a row.
GRANT USAGE ON SCHEMA public TO cauce_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO cauce_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO cauce_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM cauce_app;

DO $$
DECLARE
  only_added_to regclass;
BEGIN
  FOR only_added_to IN SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE tgname LIKE '%\_no\_truncate%'
  LOOP
    EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM cauce_app', only_added_to);
  END LOOP;
END
$$;
