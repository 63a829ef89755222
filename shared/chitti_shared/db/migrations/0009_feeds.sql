-- feeds: their names and timetables, where they come from, why they are not fetched, what they answered
-- depends: 0008_backtests

-- migrate: apply

ALTER TABLE news.feeds
    ADD COLUMN name        text CHECK (length(name) BETWEEN 1 AND 100),
    ADD COLUMN origin      text NOT NULL DEFAULT 'setting' CHECK (origin IN ('setting', 'user')),
    ADD COLUMN disabled_by text CHECK (disabled_by IN ('user', 'setting', 'gone')),
    ADD COLUMN schedule    text CHECK (length(schedule) BETWEEN 1 AND 100),
    ADD COLUMN interval_s  integer NOT NULL DEFAULT 600 CHECK (interval_s BETWEEN 60 AND 604800),
    ADD COLUMN http_status smallint CHECK (http_status BETWEEN 100 AND 999),
    ADD COLUMN last_new_at timestamptz;
-- until now only a changed setting disabled a feed
UPDATE news.feeds SET disabled_by = 'setting' WHERE NOT enabled;
ALTER TABLE news.feeds
    ALTER COLUMN origin DROP DEFAULT,
    ADD CONSTRAINT disabled_for_a_reason CHECK (enabled = (disabled_by IS NULL));
COMMENT ON COLUMN news.feeds.origin IS 'Of CHITTI_FEEDS, or added by a user: a changed setting disables only its own.';
COMMENT ON COLUMN news.feeds.disabled_by IS 'A user paused it, it left the setting, or its server says that it is gone.';
COMMENT ON COLUMN news.feeds.schedule IS 'Cron expression in Indian time; without one it is fetched every interval_s.';
COMMENT ON COLUMN news.feeds.http_status IS 'Of the last answer; null when the last attempt had none.';
COMMENT ON COLUMN news.feeds.last_new_at IS 'When it last brought an article not known before.';

-- migrate: rollback
ALTER TABLE news.feeds
    DROP CONSTRAINT disabled_for_a_reason,
    DROP COLUMN last_new_at,
    DROP COLUMN http_status,
    DROP COLUMN interval_s,
    DROP COLUMN schedule,
    DROP COLUMN disabled_by,
    DROP COLUMN origin,
    DROP COLUMN name;
