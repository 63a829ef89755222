-- Alerts and the states behind them, the event log, patterns, watchlist, backtest jobs
-- depends: 0001_schemas

-- migrate: apply

-- One row per alert ever raised. `number` is drawn while the stream's counter row is locked,
-- so it rises in commit order. The second key makes a repeat on one bar impossible.
CREATE TABLE signals.alerts (
    alert_id         text PRIMARY KEY CHECK (alert_id ~ '^[0-9a-f]{32}$'),
    number           bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    symbol           text NOT NULL CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    kind             text NOT NULL CHECK (kind IN ('technical', 'news', 'fundamental', 'combined')),
    rule             text NOT NULL CHECK (rule ~ '^[a-z][a-z0-9_]{0,63}$'),
    direction        text NOT NULL CHECK (direction IN ('bullish', 'bearish')),
    impact           double precision NOT NULL CHECK (impact BETWEEN 0 AND 100),
    confidence       double precision CHECK (confidence BETWEEN 0 AND 1),
    confidence_basis text NOT NULL CHECK (confidence_basis <> ''),
    price            double precision NOT NULL CHECK (price > 0 AND price < 'Infinity'),
    bar_date         date NOT NULL,
    as_of            timestamptz NOT NULL,
    created_at       timestamptz NOT NULL,
    summary          text NOT NULL CHECK (summary <> ''),
    headline         text CHECK (headline <> ''),
    sentiment        text CHECK (sentiment IN ('bullish', 'bearish', 'neutral')),
    sentiment_score  double precision CHECK (sentiment_score BETWEEN -1 AND 1),
    article_id       bigint,
    url              text,
    evidence         jsonb NOT NULL CHECK (jsonb_typeof(evidence) = 'array' AND evidence <> '[]'),
    acknowledged_at  timestamptz,
    UNIQUE (rule, symbol, direction, bar_date),
    CONSTRAINT news_is_whole CHECK (num_nulls(headline, sentiment, sentiment_score, article_id) IN (0, 4)),
    CONSTRAINT news_alert_names_its_article CHECK (kind <> 'news' OR article_id IS NOT NULL)
);
CREATE INDEX alerts_of_symbol ON signals.alerts (symbol, number DESC);
CREATE INDEX alerts_of_rule ON signals.alerts (rule, number DESC);
CREATE INDEX alerts_unseen ON signals.alerts (number DESC) WHERE acknowledged_at IS NULL;

-- Where each rule stands on each symbol: whether it held at the last look, and when it last
-- raised an alert. No row: it did not hold and never raised one.
CREATE TABLE signals.rule_states (
    rule           text NOT NULL CHECK (rule ~ '^[a-z][a-z0-9_]{0,63}$'),
    symbol         text NOT NULL CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    direction      text NOT NULL CHECK (direction IN ('bullish', 'bearish')),
    active         boolean NOT NULL,
    last_alert_id  text REFERENCES signals.alerts,
    last_alert_bar date,
    PRIMARY KEY (symbol, rule, direction),
    CHECK ((last_alert_id IS NULL) = (last_alert_bar IS NULL))
);
CREATE INDEX rule_states_alert ON signals.rule_states (last_alert_id);

-- The newest bar each symbol was judged on. No row: never looked at, so a rule that holds
-- already is no transition.
CREATE TABLE signals.judged (
    symbol    text PRIMARY KEY CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    bar_date  date NOT NULL,
    judged_at timestamptz NOT NULL
);

-- How far each source of work is done: news by ingest_seq, prices by the import's number.
CREATE TABLE signals.cursors (
    source   text PRIMARY KEY CHECK (source IN ('news', 'prices')),
    position bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
    moved_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO signals.cursors (source) VALUES ('news'), ('prices');

-- One log per topic. Every writer updates this row in its transaction: that is what makes
-- `seq` gapless and in commit order. `lineage` lists the epochs, the current one last;
-- `state_version` counts changes that make no event (acknowledgements, watchlist).
CREATE TABLE signals.streams (
    topic             text PRIMARY KEY CHECK (topic ~ '^[a-z][a-z0-9_]{0,31}$'),
    lineage           text[] NOT NULL CHECK (cardinality(lineage) > 0 AND array_position(lineage, NULL) IS NULL),
    seq               bigint NOT NULL DEFAULT 0 CHECK (seq >= 0),
    state_version     bigint NOT NULL DEFAULT 0 CHECK (state_version >= 0),
    system_identifier bigint NOT NULL,
    timeline          integer NOT NULL CHECK (timeline > 0)
);

-- `data` is the alert as it was told, byte for byte. Kept for a time; the alerts stay.
CREATE TABLE signals.events (
    topic      text NOT NULL REFERENCES signals.streams,
    seq        bigint NOT NULL CHECK (seq > 0),
    alert_id   text NOT NULL REFERENCES signals.alerts,
    data       text NOT NULL CHECK (data::json ->> 'alert_id' IS NOT DISTINCT FROM alert_id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (topic, seq),
    UNIQUE (topic, alert_id)
);
CREATE INDEX events_alert ON signals.events (alert_id);

-- Chart and candlestick patterns, with the points that make them.
CREATE TABLE signals.patterns (
    pattern_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    symbol       text NOT NULL CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    pattern      text NOT NULL CHECK (pattern ~ '^[a-z][a-z0-9_]{0,63}$'),
    direction    text NOT NULL CHECK (direction IN ('bullish', 'bearish', 'neutral')),
    first_bar    date NOT NULL,
    last_bar     date NOT NULL CHECK (last_bar >= first_bar),
    quality      double precision NOT NULL CHECK (quality BETWEEN 0 AND 1),
    target       double precision CHECK (target > 0 AND target < 'Infinity'),
    invalidation double precision CHECK (invalidation > 0 AND invalidation < 'Infinity'),
    points       jsonb NOT NULL CHECK (jsonb_typeof(points) = 'array' AND points <> '[]'),
    found_at     timestamptz NOT NULL DEFAULT now(),
    UNIQUE (symbol, pattern, direction, first_bar, last_bar)
);
CREATE INDEX patterns_newest ON signals.patterns (symbol, last_bar DESC);

CREATE TABLE signals.watchlist (
    symbol   text PRIMARY KEY CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    added_at timestamptz NOT NULL DEFAULT now()
);

-- Backtest jobs of mojo-compute. A running job is leased: whoever finds the lease over may
-- run it again, and only the holder of the lease may write its one result.
CREATE TABLE signals.backtests (
    run_id           uuid PRIMARY KEY,
    state            text NOT NULL DEFAULT 'pending'
                     CHECK (state IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    request          jsonb NOT NULL CHECK (jsonb_typeof(request) = 'object'),
    idempotency_key  text UNIQUE CHECK (idempotency_key <> '' AND length(idempotency_key) <= 128),
    progress         double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    attempts         integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    lease_owner      text CHECK (lease_owner <> ''),
    lease_until      timestamptz,
    cancel_requested boolean NOT NULL DEFAULT false,
    result           jsonb CHECK (jsonb_typeof(result) = 'object'),
    error            jsonb CHECK (jsonb_typeof(error) = 'object'),
    created_at       timestamptz NOT NULL DEFAULT now(),
    started_at       timestamptz,
    finished_at      timestamptz CHECK (finished_at >= created_at),
    CONSTRAINT lease_while_running CHECK (num_nonnulls(lease_owner, lease_until) = CASE state WHEN 'running' THEN 2 ELSE 0 END),
    CONSTRAINT result_when_completed CHECK ((state = 'completed') = (result IS NOT NULL)),
    CONSTRAINT error_when_failed CHECK ((state = 'failed') = (error IS NOT NULL)),
    CONSTRAINT end_when_over CHECK ((state IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
    CONSTRAINT start_when_tried CHECK ((attempts > 0) = (started_at IS NOT NULL)),
    CONSTRAINT tried_when_running CHECK (state NOT IN ('running', 'completed') OR attempts > 0),
    CONSTRAINT whole_when_completed CHECK (state <> 'completed' OR progress = 1)
);
CREATE INDEX backtests_waiting ON signals.backtests (created_at) WHERE state IN ('pending', 'running');
CREATE INDEX backtests_newest ON signals.backtests (created_at DESC);

-- migrate: rollback
DROP TABLE signals.backtests;
DROP TABLE signals.watchlist;
DROP TABLE signals.patterns;
DROP TABLE signals.events;
DROP TABLE signals.streams;
DROP TABLE signals.cursors;
DROP TABLE signals.judged;
DROP TABLE signals.rule_states;
DROP TABLE signals.alerts;
