-- record trusts: how far the records of rules are believed, what moves after news, the scale of impacts
-- depends: 0018_judged_figures

-- migrate: apply

-- Weights of the strengths of doubt (signal_service.scoring.trusts.STRENGTHS), and last of believing nothing.
CREATE TABLE signals.record_trusts (
    level   text PRIMARY KEY CHECK (level IN ('market', 'everyone', 'industry', 'company')),
    weights double precision[] NOT NULL CHECK (cardinality(weights) = 10)
);

-- Sizes of all companies' moves in a year that 0, 1, ... 100 percent of them do not exceed.
CREATE TABLE signals.market_sizes (
    horizon   smallint PRIMARY KEY CHECK (horizon BETWEEN 1 AND 60),
    quantiles double precision[] NOT NULL CHECK (cardinality(quantiles) = 101)
);

-- Bars are told apart by news as well as by volume: 20 classes. What is there has 5 and is made anew, with the
-- trusts, before anything is judged: the state is that of no rules.
DELETE FROM signals.records;
ALTER TABLE signals.records DROP CONSTRAINT records_sums_check, ADD CHECK (cardinality(sums) = 27);
COMMENT ON COLUMN signals.records.sums IS 'cases, hits, hits expected of the days, cases on days without a market,'
    ' returns, sizes, sizes over usual sizes, cases by news (4: none, thirds of strength) and fifth of volume (5)';
DROP TABLE signals.record_volumes;
CREATE TABLE signals.record_moves (
    symbol  text NOT NULL CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    horizon smallint NOT NULL CHECK (horizon BETWEEN 1 AND 60),
    sums    double precision[] NOT NULL CHECK (cardinality(sums) = 40),
    PRIMARY KEY (symbol, horizon)
);
COMMENT ON COLUMN signals.record_moves.sums IS 'Of all bars by news (4) and fifth of volume (5): how many, then'
    ' sums of size over usual size.';
UPDATE signals.record_state SET rules = '';

-- migrate: rollback
UPDATE signals.record_state SET rules = '';
DROP TABLE signals.record_moves, signals.market_sizes, signals.record_trusts;
CREATE TABLE signals.record_volumes (
    symbol  text NOT NULL CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    horizon smallint NOT NULL CHECK (horizon BETWEEN 1 AND 60),
    sums    double precision[] NOT NULL CHECK (cardinality(sums) = 10),
    PRIMARY KEY (symbol, horizon)
);
DELETE FROM signals.records;
ALTER TABLE signals.records DROP CONSTRAINT records_sums_check, ADD CHECK (cardinality(sums) = 12);
