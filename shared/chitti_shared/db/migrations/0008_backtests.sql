-- Runs of backtests, sweeps and walk-forwards: what each is of, its request while it is wanted, its long results
-- depends: 0005_signals

-- migrate: apply

-- No release wrote rows here. A live run is cancelled by ending it: whoever computes it then holds no lease.
ALTER TABLE signals.backtests
    DROP COLUMN request,
    DROP COLUMN cancel_requested,
    DROP COLUMN result,
    ADD COLUMN result       json CHECK (json_typeof(result) = 'object'),
    ADD CONSTRAINT result_when_completed CHECK ((state = 'completed') = (result IS NOT NULL)),
    ADD COLUMN number       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    ADD COLUMN kind         text NOT NULL CHECK (kind IN ('backtest', 'sweep', 'walk_forward')),
    ADD COLUMN strategy_id  text CHECK (strategy_id <> '' AND length(strategy_id) <= 64),
    ADD COLUMN symbols      text[] NOT NULL CHECK (array_position(symbols, NULL) IS NULL),
    ADD COLUMN body         bytea,
    ADD COLUMN digest       bytea NOT NULL CHECK (octet_length(digest) = 16),
    ADD COLUMN sharpe       double precision CHECK (abs(sharpe) < 'Infinity'),
    ADD COLUMN total_return double precision CHECK (abs(total_return) < 'Infinity'),
    ADD CONSTRAINT request_while_live CHECK ((state IN ('pending', 'running')) = (body IS NOT NULL)),
    ALTER COLUMN body SET STORAGE EXTERNAL;
COMMENT ON COLUMN signals.backtests.number IS 'The order of the list; a page goes on from it.';
COMMENT ON COLUMN signals.backtests.result IS 'What fits into JSON, its members in the order in which they are told.';
COMMENT ON COLUMN signals.backtests.body IS 'The request as JSON, its prices with it, as long as it may have to be run.';
COMMENT ON COLUMN signals.backtests.digest IS 'Of the request: a repeated idempotency key must come with the same one.';

DROP INDEX signals.backtests_waiting, signals.backtests_newest;
CREATE INDEX backtests_waiting ON signals.backtests (number) WHERE state IN ('pending', 'running');
CREATE INDEX backtests_of_symbol ON signals.backtests USING gin (symbols);
CREATE INDEX backtests_of_strategy ON signals.backtests (strategy_id, number DESC);

-- Long results as packed rows of one width, uncompressed, so that a page is cut out without reading the rest.
-- `part` is the number of the symbol where each was run for itself.
CREATE TABLE signals.backtest_tables (
    run_id uuid NOT NULL REFERENCES signals.backtests ON DELETE CASCADE,
    part   integer NOT NULL CHECK (part >= 0),
    name   text NOT NULL CHECK (name ~ '^[a-z][a-z_]{0,31}$'),
    width  integer NOT NULL CHECK (width > 0),
    rows   integer NOT NULL CHECK (rows >= 0),
    data   bytea NOT NULL,
    PRIMARY KEY (run_id, part, name),
    CONSTRAINT rows_are_whole CHECK (octet_length(data) = width::bigint * rows)
);
ALTER TABLE signals.backtest_tables ALTER COLUMN data SET STORAGE EXTERNAL;

-- migrate: rollback
DROP TABLE signals.backtest_tables;
DROP INDEX signals.backtests_of_strategy, signals.backtests_of_symbol, signals.backtests_waiting;
DELETE FROM signals.backtests;
ALTER TABLE signals.backtests
    DROP CONSTRAINT request_while_live,
    DROP COLUMN total_return,
    DROP COLUMN sharpe,
    DROP COLUMN digest,
    DROP COLUMN body,
    DROP COLUMN symbols,
    DROP COLUMN strategy_id,
    DROP COLUMN kind,
    DROP COLUMN number,
    DROP COLUMN result,
    ADD COLUMN result jsonb CHECK (jsonb_typeof(result) = 'object'),
    ADD CONSTRAINT result_when_completed CHECK ((state = 'completed') = (result IS NOT NULL)),
    ADD COLUMN request jsonb NOT NULL CHECK (jsonb_typeof(request) = 'object'),
    ADD COLUMN cancel_requested boolean NOT NULL DEFAULT false;
CREATE INDEX backtests_waiting ON signals.backtests (created_at) WHERE state IN ('pending', 'running');
CREATE INDEX backtests_newest ON signals.backtests (created_at DESC);
