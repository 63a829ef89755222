-- Who may do what. Runs after every migration and is the whole truth: rights not listed here are taken away.
-- A role that doesn't exist is passed over, so that one login for all works (the migrator then warns).
--
--   write  SELECT, INSERT, UPDATE, DELETE; the schema's sequences and functions
--   read   SELECT
--
-- The object is a schema, or a table; a table's line replaces what its schema's line gave.
DO $grants$
DECLARE
    line        record;
    schema_name text;
    rights      text;
BEGIN
    CREATE TEMPORARY TABLE wanted (role_name text, may text, object text) ON COMMIT DROP;
    INSERT INTO pg_temp.wanted VALUES
        ('chitti_mojo_compute',   'write', 'md'),
        ('chitti_mojo_compute',   'write', 'ml'),
        ('chitti_mojo_compute',   'write', 'signals.backtests'),
        ('chitti_mojo_compute',   'write', 'signals.backtest_tables'),
        ('chitti_mojo_compute',   'read',  'news'),
        ('chitti_signal_service', 'write', 'signals'),
        ('chitti_signal_service', 'read',  'signals.backtests'),
        ('chitti_signal_service', 'read',  'signals.backtest_tables'),
        ('chitti_signal_service', 'read',  'md'),
        ('chitti_signal_service', 'read',  'news'),
        ('chitti_news_nlp',       'write', 'news'),
        ('chitti_news_nlp',       'read',  'md.instruments'),
        ('chitti_core_api',       'write', 'auth');

    FOR line IN
        SELECT DISTINCT r.rolname, s.name FROM pg_roles r
        CROSS JOIN unnest(ARRAY['md', 'ml', 'news', 'signals', 'auth']) AS s (name)
        WHERE r.rolname IN (SELECT role_name FROM pg_temp.wanted)
    LOOP
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', line.name, line.rolname);
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', line.name, line.rolname);
        EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %I', line.name, line.rolname);
        EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA %I FROM %I', line.name, line.rolname);
    END LOOP;

    -- Schemas before their tables.
    FOR line IN
        SELECT w.* FROM pg_temp.wanted w JOIN pg_roles r ON r.rolname = w.role_name ORDER BY strpos(w.object, '.') > 0
    LOOP
        schema_name := split_part(line.object, '.', 1);
        rights := CASE line.may WHEN 'write' THEN 'SELECT, INSERT, UPDATE, DELETE' ELSE 'SELECT' END;
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema_name, line.role_name);
        IF schema_name = line.object THEN
            EXECUTE format('GRANT %s ON ALL TABLES IN SCHEMA %I TO %I', rights, schema_name, line.role_name);
            IF line.may = 'write' THEN
                EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', schema_name, line.role_name);
                EXECUTE format('GRANT EXECUTE ON ALL ROUTINES IN SCHEMA %I TO %I', schema_name, line.role_name);
            END IF;
        ELSIF to_regclass(line.object) IS NOT NULL THEN
            EXECUTE format('REVOKE ALL ON TABLE %s FROM %I', to_regclass(line.object), line.role_name);
            EXECUTE format('GRANT %s ON TABLE %s TO %I', rights, to_regclass(line.object), line.role_name);
        END IF;
    END LOOP;
    DROP TABLE pg_temp.wanted;
END
$grants$;
