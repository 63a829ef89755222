-- Dividends beside the splits: rupees per share, which change no earlier price
-- depends: 0002_md

-- migrate: apply
ALTER TABLE md.adjustments DROP CONSTRAINT adjustments_kind_check;
ALTER TABLE md.adjustments ADD COLUMN amount double precision;
ALTER TABLE md.adjustments
    ADD CONSTRAINT known_kind CHECK (kind IN ('split', 'bonus', 'consolidation', 'rights', 'demerger', 'dividend')),
    ADD CONSTRAINT dividends_have_an_amount CHECK ((kind = 'dividend') = (amount IS NOT NULL)),
    ADD CONSTRAINT amount_is_paid CHECK (amount > 0 AND amount < 'Infinity'),
    ADD CONSTRAINT dividends_adjust_nothing CHECK (kind <> 'dividend' OR (price_factor = 1 AND volume_factor = 1));
COMMENT ON COLUMN md.adjustments.amount IS 'Dividend, rupees for each share held at the close before ex_date.';

-- migrate: rollback
DELETE FROM md.adjustments WHERE kind = 'dividend';
ALTER TABLE md.adjustments
    DROP CONSTRAINT known_kind,
    DROP CONSTRAINT dividends_have_an_amount,
    DROP CONSTRAINT amount_is_paid,
    DROP CONSTRAINT dividends_adjust_nothing,
    DROP COLUMN amount;
ALTER TABLE md.adjustments ADD CONSTRAINT adjustments_kind_check
    CHECK (kind IN ('split', 'bonus', 'consolidation', 'rights', 'demerger'));
