-- schemas of all services, and how a table is split by year
-- depends:

-- migrate: apply

-- Nothing is open to everybody: rights are given role by role in grants.sql.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE SCHEMA md;
CREATE SCHEMA ml;
CREATE SCHEMA news;
CREATE SCHEMA signals;
CREATE SCHEMA auth;

COMMENT ON SCHEMA md IS 'Market data: instruments, daily prices, adjustments. Written by mojo-compute.';
COMMENT ON SCHEMA ml IS 'Models, features, predictions. Written by mojo-compute.';
COMMENT ON SCHEMA news IS 'Articles, entities, sentiments, feeds. Written by news-nlp.';
COMMENT ON SCHEMA signals IS 'Alerts, patterns, event log, watchlist. Written by signal-service; backtests by mojo-compute.';
COMMENT ON SCHEMA auth IS 'Accounts and tickets. Written by core-api.';

-- Makes sure that rows dated first_day..last_day have a partition to go to. Called by an importer before it
-- writes (the partitions of this year and the next always stand); answers how many partitions it added.
-- A hypertable makes its own chunks, so there is nothing to do for one.
-- ATTACH, unlike CREATE ... PARTITION OF, lets others read and write the table meanwhile.
CREATE FUNCTION md.ensure_years(relation regclass, first_day date, last_day date) RETURNS integer
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $ensure_years$
DECLARE
    home_id  oid;
    home     text;
    parent   text;
    child    text;
    from_day date;
    to_day   date;
    added    integer := 0;
BEGIN
    IF first_day > last_day OR first_day < DATE '1900-01-01' OR last_day > DATE '2200-12-31' THEN
        RAISE EXCEPTION 'days must be in order and in 1900..2200, found % to %', first_day, last_day
            USING ERRCODE = 'datetime_field_overflow';
    END IF;
    SELECT n.oid, n.nspname, c.relname INTO home_id, home, parent
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = relation AND c.relkind = 'p';
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    FOR year IN extract(year FROM first_day)::integer .. extract(year FROM last_day)::integer LOOP
        child := parent || '_' || year;
        CONTINUE WHEN EXISTS (SELECT FROM pg_class WHERE relname = child AND relnamespace = home_id);
        -- One importer makes a partition; whoever waited finds it made. (Asked of the table, not of to_regclass,
        -- whose cache may still say what was so before the wait.)
        PERFORM pg_advisory_xact_lock(hashtextextended(home || '.' || child, 0));
        CONTINUE WHEN EXISTS (SELECT FROM pg_class WHERE relname = child AND relnamespace = home_id);
        from_day := make_date(year, 1, 1);
        to_day := make_date(year + 1, 1, 1);
        EXECUTE format('CREATE TABLE %I.%I (LIKE %I.%I INCLUDING ALL)', home, child, home, parent);
        EXECUTE format('ALTER TABLE %I.%I ATTACH PARTITION %I.%I FOR VALUES FROM (%L) TO (%L)',
                       home, parent, home, child, from_day, to_day);
        added := added + 1;
    END LOOP;
    RETURN added;
END
$ensure_years$;

-- Turns a new, empty, plain table into one that is kept by year of `day_column` (a date in its primary key):
-- a TimescaleDB hypertable where that extension is installed in this database, else a natively partitioned table.
-- Columns, defaults, checks, keys, indexes and foreign keys stay as they were declared.
CREATE FUNCTION md.keep_by_year(relation regclass, day_column name, segment_column name) RETURNS text
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $keep_by_year$
DECLARE
    home       text;
    plain      text;
    extension  text;
    foreign_keys text[];
    foreign_key  text;
    index_name   name;
BEGIN
    SELECT n.nspname, c.relname INTO STRICT home, plain
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = relation AND c.relkind = 'r';

    SELECT n.nspname INTO extension
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'timescaledb';
    IF FOUND THEN
        EXECUTE format('SELECT %I.create_hypertable(%L::regclass, %L::name, chunk_time_interval => INTERVAL ''365 days'','
                       ' create_default_indexes => false)', extension, relation, day_column);
        BEGIN
            EXECUTE format('ALTER TABLE %I.%I SET (timescaledb.compress, timescaledb.compress_segmentby = %L,'
                           ' timescaledb.compress_orderby = %L)', home, plain, segment_column, day_column);
            EXECUTE format('SELECT %I.add_compression_policy(%L::regclass, INTERVAL ''730 days'')', extension, relation);
        EXCEPTION WHEN feature_not_supported OR invalid_parameter_value OR undefined_function THEN
            -- The Apache-licensed build has hypertables but no compression.
            RAISE WARNING 'chunks of %.% stay uncompressed: %', home, plain, SQLERRM;
        END;
        RETURN 'hypertable';
    END IF;

    SELECT coalesce(array_agg(format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s',
                                     home, plain, conname, pg_get_constraintdef(oid))), '{}')
    INTO foreign_keys
    FROM pg_constraint WHERE conrelid = relation AND contype = 'f';
    EXECUTE format('ALTER TABLE %I.%I RENAME TO %I', home, plain, plain || '_as_declared');
    -- Their names are wanted for the indexes of the new table.
    FOR index_name IN
        SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = relation
    LOOP
        EXECUTE format('ALTER INDEX %I.%I RENAME TO %I', home, index_name, left(index_name, 51) || '_as_declared');
    END LOOP;
    EXECUTE format('CREATE TABLE %I.%I (LIKE %I.%I INCLUDING ALL) PARTITION BY RANGE (%I)',
                   home, plain, home, plain || '_as_declared', day_column);
    EXECUTE format('DROP TABLE %I.%I', home, plain || '_as_declared');
    FOREACH foreign_key IN ARRAY foreign_keys LOOP
        EXECUTE foreign_key;
    END LOOP;
    PERFORM md.ensure_years(format('%I.%I', home, plain)::regclass, current_date, (current_date + INTERVAL '1 year')::date);
    RETURN 'partitions';
END
$keep_by_year$;

-- migrate: rollback
DROP FUNCTION md.keep_by_year(regclass, name, name);
DROP FUNCTION md.ensure_years(regclass, date, date);
DROP SCHEMA auth;
DROP SCHEMA signals;
DROP SCHEMA news;
DROP SCHEMA ml;
DROP SCHEMA md;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
