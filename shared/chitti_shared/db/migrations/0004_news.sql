-- articles with their entities and sentiments, feeds, the counter of ingested articles
-- depends: 0001_schemas

-- migrate: apply

CREATE TABLE news.feeds (
    feed_id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    url             text NOT NULL UNIQUE CHECK (url ~ '^https?://' AND length(url) <= 2048),
    enabled         boolean NOT NULL DEFAULT true,
    etag            text CHECK (length(etag) <= 1024),
    last_modified   text CHECK (length(last_modified) <= 128),
    last_attempt_at timestamptz,
    last_success_at timestamptz,
    last_error      text CHECK (length(last_error) <= 500),
    failures        integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    items_seen      bigint NOT NULL DEFAULT 0 CHECK (items_seen >= 0),
    next_due        timestamptz NOT NULL DEFAULT now(),
    added_at        timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN news.feeds.failures IS 'Failed fetches since the last success.';
COMMENT ON COLUMN news.feeds.next_due IS 'When the feed is fetched next: the truth of the schedule.';

-- One row, updated inside the transaction that inserts articles: ids without gaps, in commit order. (A sequence
-- can commit out of order, and a reader that remembers the highest id then skips an article for good.)
CREATE TABLE news.ingest_counter (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    last_id      bigint NOT NULL CHECK (last_id >= 0),
    last_seen_at timestamptz NOT NULL
);
INSERT INTO news.ingest_counter (last_id, last_seen_at) VALUES (0, '-infinity');

CREATE TABLE news.articles (
    article_id    bigint PRIMARY KEY CHECK (article_id > 0),
    ingest_seq    bigint NOT NULL UNIQUE GENERATED ALWAYS AS (article_id) STORED,
    identity      bytea NOT NULL UNIQUE CHECK (octet_length(identity) = 16),
    title         text NOT NULL CHECK (length(title) BETWEEN 1 AND 1000),
    summary       text NOT NULL CHECK (length(summary) <= 5000),
    url           text NOT NULL CHECK (url = '' OR (url ~ '^https?://' AND length(url) <= 2048)),
    source        text NOT NULL CHECK (length(source) <= 200),
    source_host   text NOT NULL CHECK (length(source_host) <= 255),
    published_at  timestamptz,
    first_seen_at timestamptz NOT NULL CHECK (isfinite(first_seen_at)),
    cluster_id    bigint NOT NULL REFERENCES news.articles CHECK (cluster_id <= article_id),
    story_key     bigint NOT NULL,
    price_move    boolean NOT NULL,
    sentiment     text NOT NULL CHECK (sentiment IN ('bullish', 'bearish', 'neutral')),
    score         double precision NOT NULL CHECK (score BETWEEN -1 AND 1),
    confidence    double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    phrases       jsonb NOT NULL CHECK (jsonb_typeof(phrases) = 'array'),
    model         text NOT NULL,
    feed_id       integer REFERENCES news.feeds ON DELETE SET NULL
);
COMMENT ON COLUMN news.articles.ingest_seq IS 'Grows without gaps in commit order: a reader of "> last" misses nothing.';
COMMENT ON COLUMN news.articles.identity IS 'Of normalised title, source host and date: the same article twice has one.';
COMMENT ON COLUMN news.articles.first_seen_at IS 'What is computed for time t uses first_seen_at <= t; never published_at.';
COMMENT ON COLUMN news.articles.cluster_id IS 'The first article that told this news; its own id when it is that one.';
COMMENT ON COLUMN news.articles.story_key IS 'Hash of the names in it: near-duplicates are sought among equal ones.';
COMMENT ON COLUMN news.articles.price_move IS 'Whether it reports that a share price moved.';
CREATE INDEX articles_by_story ON news.articles (story_key, first_seen_at DESC);
CREATE INDEX articles_by_cluster ON news.articles (cluster_id);
CREATE INDEX articles_by_sentiment ON news.articles (sentiment, article_id DESC);
CREATE INDEX articles_by_feed ON news.articles (feed_id);

CREATE TABLE news.entities (
    article_id bigint NOT NULL REFERENCES news.articles ON DELETE CASCADE,
    position   smallint NOT NULL CHECK (position >= 0),
    text       text NOT NULL CHECK (text <> ''),
    start_at   integer NOT NULL CHECK (start_at >= 0),
    end_at     integer NOT NULL CHECK (end_at > start_at),
    kind       text NOT NULL CHECK (kind IN ('company', 'index', 'regulator', 'amount', 'percent', 'period')),
    symbol     text CHECK (length(symbol) BETWEEN 1 AND 20),
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    PRIMARY KEY (article_id, position)
);
CREATE INDEX entities_by_symbol ON news.entities (symbol, article_id DESC) WHERE symbol IS NOT NULL;
COMMENT ON COLUMN news.entities.start_at IS 'Characters into title, or into title, newline, summary when there is one.';

CREATE TABLE news.sentiments (
    article_id bigint NOT NULL REFERENCES news.articles ON DELETE CASCADE,
    symbol     text NOT NULL CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    sentiment  text NOT NULL CHECK (sentiment IN ('bullish', 'bearish', 'neutral')),
    score      double precision NOT NULL CHECK (score BETWEEN -1 AND 1),
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    PRIMARY KEY (article_id, symbol)
);
CREATE INDEX sentiments_by_symbol ON news.sentiments (symbol, article_id DESC);
COMMENT ON TABLE news.sentiments IS 'What an article says about each listed company it names.';

-- migrate: rollback
DROP TABLE news.sentiments;
DROP TABLE news.entities;
DROP TABLE news.articles;
DROP TABLE news.ingest_counter;
DROP TABLE news.feeds;
