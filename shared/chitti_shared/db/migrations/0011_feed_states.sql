-- feeds: since when they fail, where their servers say they moved to
-- depends: 0009_feeds 0010_articles

-- migrate: apply

ALTER TABLE news.feeds
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN moved_to      text CHECK (moved_to ~ '^https?://' AND length(moved_to) <= 2048),
    ADD COLUMN address_error text CHECK (length(address_error) <= 500);
UPDATE news.feeds SET failing_since = coalesce(last_success_at, added_at) WHERE failures > 0;
-- of feeds from before it was noted, else they would seem to have fallen silent
UPDATE news.feeds AS f SET last_new_at = brought.last_at
FROM (SELECT feed_id, max(first_seen_at) AS last_at FROM news.articles GROUP BY feed_id) AS brought
WHERE brought.feed_id = f.feed_id AND f.last_new_at IS NULL;
ALTER TABLE news.feeds
    ADD CONSTRAINT failing_since_a_time CHECK ((failures = 0) = (failing_since IS NULL)),
    ADD CONSTRAINT found_elsewhere CHECK (address_error IS NULL OR moved_to IS NOT NULL);
COMMENT ON COLUMN news.feeds.failing_since IS 'The first failed fetch since the last success.';
COMMENT ON COLUMN news.feeds.moved_to IS 'Where its address permanently redirected at its last good answer.';
COMMENT ON COLUMN news.feeds.address_error IS 'What is wrong with its own address while it is fetched at moved_to.';

-- migrate: rollback
ALTER TABLE news.feeds
    DROP CONSTRAINT found_elsewhere,
    DROP CONSTRAINT failing_since_a_time,
    DROP COLUMN address_error,
    DROP COLUMN moved_to,
    DROP COLUMN failing_since;
