-- record trusts: how far the records of rules are believed, after what they foretold
-- depends: 0018_judged_figures

-- migrate: apply

-- Weights of the strengths of doubt (signal_service.scoring.trusts.STRENGTHS), and last of believing nothing.
CREATE TABLE signals.record_trusts (
    level   text PRIMARY KEY CHECK (level IN ('market', 'everyone', 'industry', 'company')),
    weights double precision[] NOT NULL CHECK (cardinality(weights) = 10)
);

-- Records of an earlier release lack them: of no rules, they are made anew before anything is judged.
UPDATE signals.record_state SET rules = '';

-- migrate: rollback
UPDATE signals.record_state SET rules = '';
DROP TABLE signals.record_trusts;
