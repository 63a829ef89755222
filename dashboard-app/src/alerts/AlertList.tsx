import { useMemo, useState } from 'react';
import type { Alert } from '../api/contracts';
import { ProblemNote } from '../app/ProblemNote';
import type { AlertFeed } from '../stream/useAlertLog';
import { AlertRow } from './AlertRow';

interface Props {
  feed: AlertFeed;
  watched: ReadonlySet<string>;
  selected: string | null;
  now: number;
  onSelect: (symbol: string) => void;
  onFailure: (reason: unknown) => void;
}

type Direction = 'all' | Alert['direction'];
const DIRECTIONS: [Direction, string][] = [
  ['all', 'All'],
  ['bullish', '▲ Bullish'],
  ['bearish', '▼ Bearish'],
];

export function AlertList({ feed, watched, selected, now, onSelect, onFailure }: Props) {
  const [direction, setDirection] = useState<Direction>('all');
  const [onlyWatched, setOnlyWatched] = useState(false);
  const [onlyOpen, setOnlyOpen] = useState(false);
  const { alerts, live, nextCursor, joining } = feed.log;
  const shown = useMemo(
    () =>
      alerts.filter(
        (alert) =>
          (direction === 'all' || alert.direction === direction) &&
          (!onlyWatched || watched.has(alert.symbol)) &&
          (!onlyOpen || alert.acknowledged_at === null),
      ),
    [alerts, direction, onlyWatched, onlyOpen, watched],
  );
  const newest = alerts.find((alert) => live.has(alert.alert_id));

  return (
    <section className="panel alerts" aria-label="Alerts">
      <header className="panel-head">
        <h2>
          Alerts <span className="count">{shown.length}</span>
        </h2>
        <div className="filters">
          <div className="segmented" role="group" aria-label="Direction">
            {DIRECTIONS.map(([value, label]) => (
              <button
                key={value}
                type="button"
                aria-pressed={direction === value}
                onClick={() => {
                  setDirection(value);
                }}
              >
                {label}
              </button>
            ))}
          </div>
          <Toggle label="Watchlist" on={onlyWatched} onChange={setOnlyWatched} />
          <Toggle label="Open" on={onlyOpen} onChange={setOnlyOpen} />
        </div>
      </header>
      <p className="sr-only" aria-live="polite">
        {newest ? `New alert: ${newest.summary}` : ''}
      </p>
      {feed.problem && (
        <ProblemNote problem={feed.problem} advice={`${feed.problem.advice} Trying again by itself.`} />
      )}
      {shown.length === 0 && !joining && <Nothing any={alerts.length > 0} />}
      <ol className="scroll alert-list">
        {shown.map((alert) => (
          <AlertRow
            key={alert.alert_id}
            alert={alert}
            live={live.has(alert.alert_id)}
            selected={alert.symbol === selected}
            now={now}
            onSelect={onSelect}
            onAcknowledge={(alertId) => {
              feed.acknowledge(alertId).catch(onFailure);
            }}
          />
        ))}
        {nextCursor !== null && (
          <li className="more">
            <button
              type="button"
              onClick={() => {
                feed.loadOlder().catch(onFailure);
              }}
            >
              Older alerts
            </button>
          </li>
        )}
      </ol>
    </section>
  );
}

function Toggle({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <button
      type="button"
      className="toggle"
      aria-pressed={on}
      onClick={() => {
        onChange(!on);
      }}
    >
      {label}
    </button>
  );
}

function Nothing({ any }: { any: boolean }) {
  return (
    <p className="empty">
      {any ? (
        'No alert passes these filters.'
      ) : (
        <>
          No alerts yet. They come when news and prices agree: <code>make demo</code> plays a sample feed,{' '}
          <code>chitti ingest</code> takes your own.
        </>
      )}
    </p>
  );
}
