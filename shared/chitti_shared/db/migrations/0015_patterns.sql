-- patterns: how far prices are searched for them
-- depends: 0014_webhooks

-- migrate: apply

ALTER TABLE signals.cursors DROP CONSTRAINT cursors_source_check;
ALTER TABLE signals.cursors ADD CONSTRAINT cursors_source_check CHECK (source ~ '^[a-z_]{1,32}$');
INSERT INTO signals.cursors (source) VALUES ('patterns') ON CONFLICT DO NOTHING;

-- migrate: rollback
DELETE FROM signals.cursors WHERE source = 'patterns';
ALTER TABLE signals.cursors DROP CONSTRAINT cursors_source_check;
ALTER TABLE signals.cursors ADD CONSTRAINT cursors_source_check CHECK (source IN ('news', 'prices'));
