-- Fundamentals: the number of the last import, by which readers see that figures changed
-- depends: 0015_patterns

-- migrate: apply
-- One row, updated inside an import's transaction: numbers become visible in commit order.
CREATE TABLE md.fundamentals_counter (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seq bigint NOT NULL DEFAULT 0 CHECK (seq >= 0)
);
INSERT INTO md.fundamentals_counter DEFAULT VALUES;
-- A metric is a word of the rule language too, and words begin with a letter
ALTER TABLE md.fundamentals DROP CONSTRAINT fundamentals_metric_check;
ALTER TABLE md.fundamentals ADD CONSTRAINT fundamentals_metric_check CHECK (metric ~ '^[a-z][a-z0-9_]{0,63}$');
COMMENT ON COLUMN md.fundamentals.as_of IS 'The day from which on the figure was known.';

-- migrate: rollback
ALTER TABLE md.fundamentals DROP CONSTRAINT fundamentals_metric_check;
ALTER TABLE md.fundamentals ADD CONSTRAINT fundamentals_metric_check CHECK (metric ~ '^[a-z0-9_]{1,64}$');
DROP TABLE md.fundamentals_counter;
