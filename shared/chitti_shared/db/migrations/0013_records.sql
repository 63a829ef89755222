-- What followed the rules' earlier cases, and what followed the alerts
-- depends: 0012_rules

-- migrate: apply

-- One company's part in a rule's track record: sums over the bars on which the rule began to hold.
-- `mark` names the condition, the horizon and the cool-down that they were taken with. No row: no case.
CREATE TABLE signals.records (
    symbol    text NOT NULL CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    rule      text NOT NULL CHECK (rule ~ '^[a-z][a-z0-9_]{0,63}$'),
    direction text NOT NULL CHECK (direction IN ('bullish', 'bearish')),
    mark      text NOT NULL CHECK (mark <> '' AND length(mark) <= 128),
    sums      double precision[] NOT NULL CHECK (cardinality(sums) = 12),
    PRIMARY KEY (symbol, rule, direction)
);
COMMENT ON COLUMN signals.records.sums IS 'cases, hits, hits expected of the days, cases on days without a market,'
    ' returns, sizes, sizes over usual sizes, cases by fifth of volume (5)';

-- The same of all bars, by fifth of the year's volumes: 5 numbers of bars, 5 sums of size over usual size.
CREATE TABLE signals.record_volumes (
    symbol  text NOT NULL CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    horizon smallint NOT NULL CHECK (horizon BETWEEN 1 AND 60),
    sums    double precision[] NOT NULL CHECK (cardinality(sums) = 10),
    PRIMARY KEY (symbol, horizon)
);

-- Shares of companies that fell and rose over a horizon from each of the market's days on; NaN: not known.
CREATE TABLE signals.market_shares (
    horizon smallint PRIMARY KEY CHECK (horizon BETWEEN 1 AND 60),
    days    date[] NOT NULL,
    fell    double precision[] NOT NULL,
    rose    double precision[] NOT NULL,
    CHECK (cardinality(fell) = cardinality(days) AND cardinality(rose) = cardinality(days))
);

-- One row: the import of prices and the rules that all of the above was computed with.
CREATE TABLE signals.record_state (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    price_seq  bigint NOT NULL DEFAULT 0 CHECK (price_seq >= 0),
    rules      text NOT NULL DEFAULT '',
    updated_at timestamptz
);
INSERT INTO signals.record_state DEFAULT VALUES;

-- What became of an alert: found once, `horizon` sessions after its bar.
ALTER TABLE signals.alerts
    ADD COLUMN horizon        smallint NOT NULL DEFAULT 5 CHECK (horizon BETWEEN 1 AND 60),
    ADD COLUMN outcome        text CHECK (outcome IN ('hit', 'miss')),
    ADD COLUMN outcome_bar    date CHECK (outcome_bar > bar_date),
    ADD COLUMN outcome_return double precision CHECK (outcome_return > -1 AND outcome_return < 'Infinity'),
    ADD CONSTRAINT outcome_is_whole CHECK (num_nulls(outcome, outcome_bar, outcome_return) IN (0, 3));
CREATE INDEX alerts_open ON signals.alerts (symbol, bar_date) WHERE outcome IS NULL;

-- migrate: rollback
ALTER TABLE signals.alerts
    DROP CONSTRAINT outcome_is_whole,
    DROP COLUMN outcome_return,
    DROP COLUMN outcome_bar,
    DROP COLUMN outcome,
    DROP COLUMN horizon;
DROP TABLE signals.record_state, signals.market_shares, signals.record_volumes, signals.records;
