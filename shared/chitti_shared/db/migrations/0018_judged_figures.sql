-- judged figures: how far imports of fundamentals were judged
-- depends: 0017_story_keys

-- migrate: apply
INSERT INTO signals.cursors (source) VALUES ('fundamentals') ON CONFLICT DO NOTHING;

-- migrate: rollback
DELETE FROM signals.cursors WHERE source = 'fundamentals';
