-- rules as data, mutes, how long an alert stands, when the timetable was last kept
-- depends: 0011_feed_states

-- migrate: apply

-- A user's rule, or what a user changed of one that comes with the service: then there is no document.
CREATE TABLE signals.rules (
    name       text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
    document   jsonb CHECK (jsonb_typeof(document) = 'object'),
    enabled    boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

-- One row: every change of the rules takes a new version of the book.
CREATE TABLE signals.rule_book (
    one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
    version bigint NOT NULL DEFAULT 0 CHECK (version >= 0)
);
INSERT INTO signals.rule_book DEFAULT VALUES;

-- Which conditions are judged, and since which version: a symbol that was last judged with an earlier one has
-- never seen them, so what holds already is no transition. Null: judged before it was noted what.
CREATE TABLE signals.rule_sides (
    rule        text NOT NULL CHECK (rule ~ '^[a-z][a-z0-9_]{0,63}$'),
    direction   text NOT NULL CHECK (direction IN ('bullish', 'bearish')),
    fingerprint text CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    since       bigint NOT NULL CHECK (since >= 0),
    PRIMARY KEY (rule, direction)
);
INSERT INTO signals.rule_sides (rule, direction, since) VALUES
    ('news_with_trend', 'bullish', 0), ('news_with_trend', 'bearish', 0),
    ('news_with_day_move', 'bullish', 0), ('news_with_day_move', 'bearish', 0),
    ('sma_crossover', 'bullish', 0), ('sma_crossover', 'bearish', 0),
    ('new_52_week_high', 'bullish', 0), ('new_52_week_low', 'bearish', 0),
    ('volume_surge', 'bullish', 0), ('volume_surge', 'bearish', 0),
    ('rsi_reversal', 'bullish', 0), ('rsi_reversal', 'bearish', 0);
ALTER TABLE signals.judged ADD COLUMN book_version bigint NOT NULL DEFAULT 0 CHECK (book_version >= 0);

-- No alert of the symbol, of the rule, or (both given) of the rule on the symbol.
CREATE TABLE signals.mutes (
    mute_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    symbol     text CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    rule       text CHECK (rule ~ '^[a-z][a-z0-9_]{0,63}$'),
    until      timestamptz,
    reason     text CHECK (reason <> '' AND length(reason) <= 200),
    created_at timestamptz NOT NULL,
    CHECK (num_nonnulls(symbol, rule) > 0),
    CHECK (until > created_at)
);
CREATE UNIQUE INDEX mutes_once ON signals.mutes (coalesce(symbol, ''), coalesce(rule, ''));

-- When an alert is over; null for those raised before it was noted. A rule may read news and speak of their
-- absence: then there is no article to name.
ALTER TABLE signals.alerts
    ADD COLUMN expires_at timestamptz CHECK (expires_at > '2000-01-01'),
    DROP CONSTRAINT news_alert_names_its_article;

-- The newest appointment of each sort that was kept.
CREATE TABLE signals.appointments (
    name    text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]{0,63}$'),
    kept_at timestamptz NOT NULL
);

-- migrate: rollback
DROP TABLE signals.appointments;
ALTER TABLE signals.alerts
    ADD CONSTRAINT news_alert_names_its_article CHECK (kind <> 'news' OR article_id IS NOT NULL) NOT VALID,
    DROP COLUMN expires_at;
DROP TABLE signals.mutes;
ALTER TABLE signals.judged DROP COLUMN book_version;
DROP TABLE signals.rule_sides;
DROP TABLE signals.rule_book;
DROP TABLE signals.rules;
