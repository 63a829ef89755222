-- feeds: since when they fail, where their servers say they moved to
-- depends: 0009_feeds

-- migrate: apply

ALTER TABLE news.feeds
    ADD COLUMN failing_since timestamptz,
    ADD COLUMN moved_to      text CHECK (moved_to ~ '^https?://' AND length(moved_to) <= 2048),
    ADD COLUMN address_error text CHECK (length(address_error) <= 500);
UPDATE news.feeds SET failing_since = coalesce(last_success_at, added_at) WHERE failures > 0;
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
