-- Webhooks: who is told of alerts by HTTP, and how far; which alerts changed since they were raised
-- depends: 0013_records

-- migrate: apply

-- Each is a reader of the alert log with a place of its own: (epoch, seq) is the last event that
-- needs no telling any more. `revision` changes with everything a user changes, never with a
-- delivery: who delivers by an old revision notices.
CREATE TABLE signals.webhooks (
    name            text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_-]{0,63}$'),
    url             text NOT NULL CHECK (url ~ '^https?://' AND length(url) <= 2048),
    secret          text NOT NULL CHECK (length(secret) BETWEEN 32 AND 128),
    filter          jsonb NOT NULL CHECK (jsonb_typeof(filter) = 'object'),
    enabled         boolean NOT NULL DEFAULT true,
    disabled_by     text CHECK (disabled_by IN ('user', 'failures', 'gone')),
    revision        bigint NOT NULL DEFAULT 1 CHECK (revision > 0),
    epoch           text NOT NULL CHECK (epoch ~ '^[0-9a-f]{16}$'),
    seq             bigint NOT NULL CHECK (seq >= 0),
    delivered       bigint NOT NULL DEFAULT 0 CHECK (delivered >= 0),
    failures        integer NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failing_since   timestamptz,
    next_try_at     timestamptz,
    last_status     smallint CHECK (last_status BETWEEN 100 AND 999),
    last_error      text CHECK (length(last_error) BETWEEN 1 AND 500),
    last_success_at timestamptz,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT disabled_for_a_reason CHECK (enabled = (disabled_by IS NULL)),
    CONSTRAINT failing_is_whole CHECK ((failures > 0) = (failing_since IS NOT NULL)),
    CONSTRAINT tried_again_when_failing CHECK (next_try_at IS NULL OR (enabled AND failures > 0))
);
COMMENT ON COLUMN signals.webhooks.secret IS 'Signs the deliveries, so it is kept readable; only signal-service may read this table.';
COMMENT ON COLUMN signals.webhooks.disabled_by IS 'A user paused it, it failed for a day, or its server said that it is gone.';
COMMENT ON COLUMN signals.webhooks.failures IS 'In a row, since the last success.';

-- Every instance keeps the columns by which alerts are listed in memory. An alert that changes takes the log's next
-- state_version, in the transaction that changes it: who has read up to a version asks for what came after.
ALTER TABLE signals.alerts ADD COLUMN changed_version bigint NOT NULL DEFAULT 0 CHECK (changed_version >= 0);
CREATE INDEX alerts_changed ON signals.alerts (changed_version, number) WHERE changed_version > 0;

CREATE FUNCTION signals.note_changed_alert() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken text := current_setting('signals.alert_version', true);  -- by this transaction, once for all its changes
BEGIN
    IF taken IS NULL OR taken = '' THEN
        UPDATE signals.streams SET state_version = state_version + 1 WHERE topic = 'alerts'
        RETURNING state_version::text INTO taken;
        PERFORM set_config('signals.alert_version', taken, true);
    END IF;
    NEW.changed_version := coalesce(taken::bigint, 0);
    RETURN NEW;
END
$$;
CREATE TRIGGER alert_changes BEFORE UPDATE ON signals.alerts
    FOR EACH ROW EXECUTE FUNCTION signals.note_changed_alert();

-- migrate: rollback
DROP TRIGGER alert_changes ON signals.alerts;
DROP FUNCTION signals.note_changed_alert();
DROP INDEX signals.alerts_changed;
ALTER TABLE signals.alerts DROP COLUMN changed_version;
DROP TABLE signals.webhooks;
