-- articles by event, sector and words; what tells retellings; how many publishers tell a story
-- depends: 0002_md 0004_news

-- migrate: apply
ALTER TABLE news.articles
    ADD COLUMN event   text CHECK (event IN
        ('results', 'order_win', 'rating', 'management', 'regulatory', 'deal', 'dividend', 'macro')),
    ADD COLUMN sectors text[] NOT NULL DEFAULT '{}'
        CHECK (array_position(sectors, NULL) IS NULL AND array_position(sectors, '') IS NULL),
    ADD COLUMN gist    bytea NOT NULL DEFAULT '',
    ADD COLUMN lead    boolean GENERATED ALWAYS AS (cluster_id = article_id) STORED;
COMMENT ON COLUMN news.articles.event IS 'What kind of news it is; NULL: none of these, or stored before it was told.';
COMMENT ON COLUMN news.articles.sectors IS 'NSE industries of the companies and sectors it names, as of when it was stored.';
COMMENT ON COLUMN news.articles.gist IS 'Stems, names and figures of the title, packed: what retellings are told by.';
COMMENT ON COLUMN news.articles.lead IS 'Whether it was the first to tell its story.';

UPDATE news.articles AS a SET sectors = told.sectors
FROM (SELECT s.article_id, array_agg(DISTINCT i.industry ORDER BY i.industry) AS sectors
      FROM news.sentiments AS s JOIN md.instruments AS i USING (symbol)
      WHERE i.industry <> '' GROUP BY s.article_id) AS told
WHERE told.article_id = a.article_id;

-- Apart from the articles, which never change
CREATE TABLE news.clusters (
    cluster_id bigint PRIMARY KEY REFERENCES news.articles ON DELETE CASCADE,
    sources    integer NOT NULL CHECK (sources > 1)
);
COMMENT ON TABLE news.clusters IS 'How many publishers tell a story, where it is more than one.';
INSERT INTO news.clusters (cluster_id, sources)
SELECT cluster_id, count(DISTINCT coalesce(nullif(source_host, ''), lower(source))) AS sources
FROM news.articles GROUP BY cluster_id HAVING count(DISTINCT coalesce(nullif(source_host, ''), lower(source))) > 1;

-- One index for words and filters alike, so that any of them together is one look-up. The filters stand in it as
-- marks with a `=`, which no word of a text has; an industry stands as it is: words have no capitals.
ALTER TABLE news.articles ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    to_tsvector('english', title || ' ' || summary)
    || array_to_tsvector(sectors)
    || array_to_tsvector(array_remove(ARRAY[
        'sentiment=' || sentiment,
        'event=' || event,
        'source=' || source_host,
        'source=' || lower(source),
        CASE WHEN cluster_id = article_id THEN 'lead=' END
    ], NULL))
) STORED;
CREATE INDEX articles_by_search ON news.articles USING gin (search) WITH (gin_pending_list_limit = 512);
CREATE INDEX articles_by_time ON news.articles (first_seen_at, article_id);
DROP INDEX news.articles_by_sentiment, news.articles_by_story;

ALTER TABLE news.entities
    DROP CONSTRAINT entities_kind_check,
    DROP CONSTRAINT entities_symbol_check,
    ADD CONSTRAINT known_kind CHECK (kind IN
        ('company', 'index', 'sector', 'person', 'regulator', 'amount', 'percent', 'period')),
    ADD CONSTRAINT short_symbol CHECK (length(symbol) BETWEEN 1 AND 64);

ALTER TABLE news.sentiments ADD COLUMN relevance double precision CHECK (relevance BETWEEN 0 AND 1);
COMMENT ON COLUMN news.sentiments.relevance IS 'Of the article to the symbol; NULL: stored before it was told.';

-- migrate: rollback
ALTER TABLE news.sentiments DROP COLUMN relevance;
DELETE FROM news.entities WHERE kind IN ('sector', 'person') OR length(symbol) > 20;
ALTER TABLE news.entities
    DROP CONSTRAINT known_kind,
    DROP CONSTRAINT short_symbol,
    ADD CONSTRAINT entities_kind_check CHECK (kind IN ('company', 'index', 'regulator', 'amount', 'percent', 'period')),
    ADD CONSTRAINT entities_symbol_check CHECK (length(symbol) BETWEEN 1 AND 20);
DROP TABLE news.clusters;
DROP INDEX news.articles_by_time, news.articles_by_search;
ALTER TABLE news.articles
    DROP COLUMN search,
    DROP COLUMN lead,
    DROP COLUMN gist,
    DROP COLUMN sectors,
    DROP COLUMN event;
CREATE INDEX articles_by_story ON news.articles (story_key, first_seen_at DESC);
CREATE INDEX articles_by_sentiment ON news.articles (sentiment, article_id DESC);
