-- Market data: instruments, daily bars, adjustments, indicators, fundamentals
-- depends: 0001_schemas

-- migrate: apply
-- A company. The ISIN is its key where one is known; a plain file may name a symbol before
-- any file has told its ISIN.
CREATE TABLE md.instruments (
    instrument_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    isin text UNIQUE CHECK (isin ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'),
    symbol text NOT NULL UNIQUE CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    name text CHECK (name <> ''),
    industry text CHECK (industry <> ''),
    series text NOT NULL DEFAULT 'EQ' CHECK (series ~ '^[A-Z0-9]{1,3}$'),
    first_bar date,
    last_bar date,
    changed_seq bigint NOT NULL DEFAULT 0,
    CHECK ((first_bar IS NULL) = (last_bar IS NULL)),
    CHECK (first_bar <= last_bar)
);

-- Symbols a company traded under before a given day (the first day of its newer symbol).
CREATE TABLE md.symbol_aliases (
    symbol text NOT NULL CHECK (symbol ~ '^[A-Z0-9&.-]{1,20}$'),
    until date NOT NULL,
    instrument_id integer NOT NULL REFERENCES md.instruments ON DELETE CASCADE,
    PRIMARY KEY (symbol, until)
);
CREATE INDEX symbol_aliases_instrument ON md.symbol_aliases (instrument_id);

-- ISINs a company had before (a split of the face value gives it a new one).
CREATE TABLE md.former_isins (
    isin text PRIMARY KEY CHECK (isin ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'),
    instrument_id integer NOT NULL REFERENCES md.instruments ON DELETE CASCADE
);
CREATE INDEX former_isins_instrument ON md.former_isins (instrument_id);

-- One row: the number of the last import that changed prices. It is updated inside the
-- import's transaction, so numbers become visible in commit order.
CREATE TABLE md.price_counter (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seq bigint NOT NULL DEFAULT 0 CHECK (seq >= 0)
);
INSERT INTO md.price_counter DEFAULT VALUES;

-- In PostgreSQL, NaN is greater than Infinity: `< 'Infinity'` keeps both out.
CREATE TABLE md.eod_prices (
    instrument_id integer NOT NULL REFERENCES md.instruments,
    trade_date date NOT NULL CHECK (trade_date BETWEEN '1990-01-01' AND '2199-12-31'),
    open double precision NOT NULL CHECK (open > 0 AND open < 'Infinity'),
    high double precision NOT NULL CHECK (high > 0 AND high < 'Infinity'),
    low double precision NOT NULL CHECK (low > 0 AND low < 'Infinity'),
    close double precision NOT NULL CHECK (close > 0 AND close < 'Infinity'),
    volume double precision NOT NULL CHECK (volume >= 0 AND volume < 'Infinity'),
    adjusted boolean NOT NULL,
    source text NOT NULL CHECK (source ~ '^[A-Za-z0-9_.:-]{1,64}$'),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (instrument_id, trade_date),
    CONSTRAINT high_is_highest CHECK (high >= open AND high >= close AND high >= low),
    CONSTRAINT low_is_lowest CHECK (low <= open AND low <= close),
    CONSTRAINT not_of_the_future CHECK (trade_date <= (recorded_at AT TIME ZONE 'Asia/Kolkata')::date)
);
SELECT md.keep_by_year('md.eod_prices', 'trade_date', 'instrument_id');

-- Splits, bonuses, consolidations: prices before `ex_date` are multiplied by `price_factor`
-- and volumes by `volume_factor`, on raw rows only.
CREATE TABLE md.adjustments (
    instrument_id integer NOT NULL REFERENCES md.instruments ON DELETE CASCADE,
    ex_date date NOT NULL,
    kind text NOT NULL CHECK (kind IN ('split', 'bonus', 'consolidation', 'rights', 'demerger')),
    price_factor double precision NOT NULL CHECK (price_factor > 0 AND price_factor < 'Infinity'),
    volume_factor double precision NOT NULL CHECK (volume_factor > 0 AND volume_factor < 'Infinity'),
    note text,
    PRIMARY KEY (instrument_id, ex_date, kind)
);

-- A new adjustment changes what earlier bars read as: whoever keeps them must hear of it.
CREATE FUNCTION md.tell_adjustment() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $tell$
DECLARE
    next bigint;
BEGIN
    UPDATE md.price_counter SET seq = seq + 1 RETURNING seq INTO next;
    UPDATE md.instruments SET changed_seq = next
    WHERE instrument_id IN (coalesce(NEW.instrument_id, OLD.instrument_id), coalesce(OLD.instrument_id, NEW.instrument_id));
    PERFORM pg_notify('prices_imported', next::text);
    RETURN NULL;
END
$tell$;
CREATE TRIGGER tell_adjustment AFTER INSERT OR UPDATE OR DELETE ON md.adjustments
    FOR EACH ROW EXECUTE FUNCTION md.tell_adjustment();

CREATE AGGREGATE md.product(double precision) (SFUNC = float8mul, STYPE = double precision, INITCOND = '1');
GRANT EXECUTE ON FUNCTION md.product(double precision) TO PUBLIC; -- readers of the view below call it

-- Bars as they should be read: adjustments applied to raw rows, company's current symbol.
CREATE VIEW md.bars AS
SELECT
    p.instrument_id,
    i.symbol,
    p.trade_date,
    p.open * f.price AS open,
    p.high * f.price AS high,
    p.low * f.price AS low,
    p.close * f.price AS close,
    p.volume * f.volume AS volume,
    p.source
FROM md.eod_prices AS p
JOIN md.instruments AS i USING (instrument_id)
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN p.adjusted THEN 1 ELSE (
            SELECT md.product(a.price_factor) FROM md.adjustments AS a
            WHERE a.instrument_id = p.instrument_id AND a.ex_date > p.trade_date
        ) END AS price,
        CASE WHEN p.adjusted THEN 1 ELSE (
            SELECT md.product(a.volume_factor) FROM md.adjustments AS a
            WHERE a.instrument_id = p.instrument_id AND a.ex_date > p.trade_date
        ) END AS volume
) AS f;

-- Indicator values kept for reuse; `parameters` is the canonical text (`period=20`).
CREATE TABLE md.indicators (
    instrument_id integer NOT NULL REFERENCES md.instruments ON DELETE CASCADE,
    indicator text NOT NULL CHECK (indicator ~ '^[a-z0-9_]{1,64}$'),
    parameters text NOT NULL,
    output text NOT NULL CHECK (output ~ '^[a-z0-9_]{1,64}$'),
    trade_date date NOT NULL,
    value double precision NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),
    price_seq bigint NOT NULL CHECK (price_seq >= 0),
    PRIMARY KEY (instrument_id, indicator, parameters, output, trade_date)
);

-- One figure of a company, as known on a day; screeners differ in columns, so rows.
CREATE TABLE md.fundamentals (
    instrument_id integer NOT NULL REFERENCES md.instruments ON DELETE CASCADE,
    metric text NOT NULL CHECK (metric ~ '^[a-z0-9_]{1,64}$'),
    as_of date NOT NULL,
    value double precision NOT NULL CHECK (value > '-Infinity' AND value < 'Infinity'),
    unit text NOT NULL DEFAULT 'number' CHECK (unit IN ('number', 'percent', 'rupees', 'crore')),
    source text NOT NULL CHECK (source ~ '^[A-Za-z0-9_.:-]{1,64}$'),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (instrument_id, metric, as_of)
);

-- migrate: rollback
DROP TABLE md.fundamentals, md.indicators;
DROP VIEW md.bars;
DROP AGGREGATE md.product(double precision);
DROP TABLE md.adjustments;
DROP FUNCTION md.tell_adjustment();
DROP TABLE md.eod_prices, md.price_counter, md.former_isins, md.symbol_aliases, md.instruments;
