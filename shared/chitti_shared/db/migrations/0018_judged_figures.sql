-- judged figures: how far imports of fundamentals were judged, and which one track records were made with
-- depends: 0017_story_keys

-- migrate: apply
INSERT INTO signals.cursors (source) VALUES ('fundamentals') ON CONFLICT DO NOTHING;
ALTER TABLE signals.record_state ADD COLUMN figures_seq bigint NOT NULL DEFAULT 0 CHECK (figures_seq >= 0);
COMMENT ON COLUMN signals.record_state.figures_seq IS '0: no rule reads figures, or there are none.';

-- migrate: rollback
ALTER TABLE signals.record_state DROP COLUMN figures_seq;
DELETE FROM signals.cursors WHERE source = 'fundamentals';
