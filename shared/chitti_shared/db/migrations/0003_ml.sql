-- Machine learning: models, predictions, features
-- depends: 0002_md

-- migrate: apply
-- A trained model. Its file lies in the data folder; the digest tells whether it is the one
-- that was trained.
CREATE TABLE ml.models (
    model_id text PRIMARY KEY CHECK (model_id ~ '^[A-Za-z0-9_.-]{1,64}$'),
    algorithm text NOT NULL CHECK (algorithm <> ''),
    target text NOT NULL CHECK (target <> ''),
    horizon_bars integer NOT NULL CHECK (horizon_bars > 0),
    features text[] NOT NULL CHECK (cardinality(features) > 0),
    parameters jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(parameters) = 'object'),
    metrics jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metrics) = 'object'),
    artifact text NOT NULL CHECK (artifact <> ''),
    artifact_sha256 bytea NOT NULL CHECK (octet_length(artifact_sha256) = 32),
    trained_from date NOT NULL,
    trained_to date NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    active boolean NOT NULL DEFAULT false,
    CHECK (trained_from <= trained_to),
    CHECK (array_position(features, NULL) IS NULL)
);

-- What a model said about a bar. `as_of` is the newest bar it had seen.
CREATE TABLE ml.predictions (
    prediction_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    model_id text NOT NULL REFERENCES ml.models ON DELETE CASCADE,
    instrument_id integer NOT NULL REFERENCES md.instruments ON DELETE CASCADE,
    as_of date NOT NULL,
    prediction text NOT NULL CHECK (prediction IN ('bullish', 'bearish', 'neutral')),
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    bullish double precision NOT NULL CHECK (bullish BETWEEN 0 AND 1),
    bearish double precision NOT NULL CHECK (bearish BETWEEN 0 AND 1),
    neutral double precision NOT NULL CHECK (neutral BETWEEN 0 AND 1),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (model_id, instrument_id, as_of),
    CONSTRAINT probabilities_sum_to_one CHECK (abs(bullish + bearish + neutral - 1) <= 1e-6)
);
CREATE INDEX predictions_instrument ON ml.predictions (instrument_id, as_of);

-- One feature of one bar. `available_at` is when it could first be known: training and
-- backtests for time t read rows with available_at <= t.
CREATE TABLE ml.features (
    instrument_id integer NOT NULL REFERENCES md.instruments ON DELETE CASCADE,
    trade_date date NOT NULL,
    feature text NOT NULL CHECK (feature ~ '^[a-z0-9_]{1,64}$'),
    value double precision NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),
    available_at timestamptz NOT NULL,
    PRIMARY KEY (instrument_id, feature, trade_date),
    CONSTRAINT not_known_before_its_day CHECK ((available_at AT TIME ZONE 'Asia/Kolkata')::date >= trade_date)
);

-- migrate: rollback
DROP TABLE ml.features, ml.predictions, ml.models;
