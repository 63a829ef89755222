import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Client } from '../api/client';
import type { Alert } from '../api/contracts';
import { asProblem, type Problem } from '../api/problem';
import { ProblemNote } from '../app/ProblemNote';
import { Star } from '../app/icons';
import { change, day, price } from '../format';
import { Chart } from './Chart';
import { Findings } from './Findings';
import { alertMarks, loadChart, type ChartData } from './data';
import type { Overlays } from './draw';
import { outlinesOf, PATTERN } from './outlines';
import { GROUPS, usePatterns, type Group } from './usePatterns';

interface Props {
  client: Client;
  symbol: string;
  /** The page's alerts, newest first. */
  alerts: readonly Alert[];
  watched: boolean;
  onWatch: (symbol: string, wanted: boolean) => void;
}

const GROUP_NAMES = Object.keys(GROUPS) as Group[];
const NO_CANDLES: ChartData['candles'] = [];
const SHOWN: [keyof Overlays, string][] = [
  ['averages', 'SMA 20 · 50'],
  ['bands', 'Bollinger'],
  ['rsi', 'RSI'],
  ['macd', 'MACD'],
];
const SPANS: [string, number][] = [
  ['3M', 63],
  ['6M', 126],
  ['1Y', 250],
  ['All', Infinity],
];

/** A symbol's chart; mount it anew (`key`) for another symbol. */
export function SymbolView({ client, symbol, alerts, watched, onWatch }: Props) {
  const [data, setData] = useState<ChartData | null>(null);
  const [stored, setStored] = useState<readonly Alert[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [overlays, setOverlays] = useState<Overlays>({ averages: true, bands: true, rsi: true, macd: true });
  const [bars, setBars] = useState(126);

  useEffect(() => {
    let gone = false;
    Promise.all([loadChart(client, symbol), client.alerts({ symbol, limit: 500 })]).then(
      ([loaded, history]) => {
        if (gone) return;
        setData(loaded);
        setStored(history.alerts);
        setProblem(null);
      },
      (reason: unknown) => {
        if (!gone) setProblem(asProblem(reason));
      },
    );
    return () => {
      gone = true;
    };
  }, [client, symbol, attempt]);

  const [groups, setGroups] = useState<readonly Group[]>(['Shapes']);
  const found = usePatterns(client, symbol, groups);
  const candles = data?.candles ?? NO_CANDLES;
  const outlines = useMemo(() => outlinesOf(found.patterns, candles), [found.patterns, candles]);
  const [listed, setListed] = useState(false);
  const [chosen, choose] = useState<string | null>(null);
  const [alertId, openAlert] = useState<string | null>(null);

  const marks = useMemo(() => {
    const known = new Set(stored.map((alert) => alert.alert_id));
    const arrived = alerts.filter((alert) => alert.symbol === symbol && !known.has(alert.alert_id));
    return alertMarks([...arrived, ...stored], candles);
  }, [stored, alerts, symbol, candles]);
  const marked = useMemo(() => marks.toReversed().flatMap((mark) => mark.alerts), [marks]);

  const openTouched = useCallback((id: string) => {
    if (id.startsWith(PATTERN)) choose(id);
    else openAlert(id);
    setListed(true);
  }, []);

  return (
    <section className="panel symbol-view" aria-label={`Chart of ${symbol}`}>
      <header className="symbol-head">
        <h2>{symbol}</h2>
        <button
          type="button"
          className="icon-button"
          aria-pressed={watched}
          aria-label={watched ? `Take ${symbol} off the watchlist` : `Put ${symbol} on the watchlist`}
          onClick={() => {
            onWatch(symbol, !watched);
          }}
        >
          <Star filled={watched} />
        </button>
        {data && <Quote data={data} />}
        <div className="toolbar">
          <Choices
            label="Time span"
            names={SPANS.map(([name]) => name)}
            pressed={(name) => SPANS.some(([one, span]) => one === name && span === bars)}
            onPress={(name) => {
              setBars(SPANS.find(([one]) => one === name)?.[1] ?? bars);
            }}
          />
          <Choices
            label="Indicators"
            names={SHOWN.map(([, name]) => name)}
            pressed={(name) => SHOWN.some(([key, one]) => one === name && overlays[key])}
            onPress={(name) => {
              const key = SHOWN.find(([, one]) => one === name)?.[0];
              if (key) setOverlays({ ...overlays, [key]: !overlays[key] });
            }}
          />
          <Choices
            label="Patterns"
            names={GROUP_NAMES}
            pressed={(group) => groups.includes(group)}
            onPress={(group) => {
              setGroups(groups.includes(group) ? groups.filter((one) => one !== group) : [...groups, group]);
            }}
          />
        </div>
      </header>
      {problem && (
        <ProblemNote
          problem={problem}
          advice={
            problem.code === 'not_found'
              ? 'Import daily bars with “chitti import-prices FILE”, or choose another.'
              : ''
          }
          onRetry={() => {
            setAttempt(attempt + 1);
          }}
        />
      )}
      {found.problem && !problem && <ProblemNote problem={found.problem} onRetry={found.retry} />}
      {data ? (
        <>
          <Chart
            data={data}
            marks={marks}
            outlines={outlines}
            chosen={chosen}
            onClick={openTouched}
            overlays={overlays}
            bars={bars}
          />
          <Findings
            outlines={outlines}
            cut={found.cut}
            alerts={marked}
            open={listed}
            onToggle={(open) => {
              setListed(open);
              if (!open) openAlert(null);
            }}
            alertId={alertId}
            onAlert={openAlert}
            chosen={chosen}
            onChoose={choose}
          />
        </>
      ) : (
        <div className="chart-wait" aria-busy={!problem} />
      )}
      {data && <Provenance data={data} />}
    </section>
  );
}

/** Buttons in a row that are pressed or not. */
function Choices<Name extends string>({
  label,
  names,
  pressed,
  onPress,
}: {
  label: string;
  names: readonly Name[];
  pressed: (name: Name) => boolean;
  onPress: (name: Name) => void;
}) {
  return (
    <div className="segmented" role="group" aria-label={label}>
      {names.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={pressed(name)}
          onClick={() => {
            onPress(name);
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function Quote({ data }: { data: ChartData }) {
  const [previous, last] = data.candles.slice(-2);
  if (!previous || !last) return null;
  const move = last.close / previous.close - 1;
  return (
    <p className="quote">
      <span className="name">{data.prices.name}</span>
      <strong>₹{price(last.close)}</strong>
      <span className={move >= 0 ? 'up' : 'down'}>{change(move)}</span>
      <span className="muted">close of {day(last.time)}</span>
    </p>
  );
}

function Provenance({ data }: { data: ChartData }) {
  const sources = Object.entries(data.prices.sources).map(([name, bars]) => `${name} (${bars})`);
  return (
    <footer className="provenance">
      <span>
        {data.prices.count} daily bars, {data.prices.adjusted ? 'adjusted' : 'not adjusted'}, from{' '}
        {sources.join(', ')} · indicators by {data.engine},{' '}
        {data.computationMs === null ? 'cached' : `in ${data.computationMs.toFixed(2)} ms`}
      </span>
      <a href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">
        TradingView Lightweight Charts™ Copyright © 2025 TradingView, Inc.
      </a>
    </footer>
  );
}
