import { useEffect, useRef } from 'react';
import { AlertDetails } from '../alerts/AlertRow';
import type { Alert, FoundPattern } from '../api/contracts';
import { Arrow } from '../app/icons';
import { confidence, day, price, words } from '../format';
import type { Outline } from './outlines';
import type { Cut } from './usePatterns';

interface Props {
  outlines: readonly Outline[];
  /** The groups of which not all patterns are shown. */
  cut: readonly Cut[];
  /** The symbol's alerts, newest bar first. */
  alerts: readonly Alert[];
  open: boolean;
  onToggle: (open: boolean) => void;
  /** The alert whose evidence is shown. */
  alertId: string | null;
  onAlert: (alertId: string | null) => void;
  /** The pattern that stands out in the chart. */
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

/** What the chart shows, in words: for the keyboard, for screen readers, and for who wants the numbers. */
export function Findings({
  outlines,
  cut,
  alerts,
  open,
  onToggle,
  alertId,
  onAlert,
  chosen,
  onChoose,
}: Props) {
  return (
    <details
      className="findings"
      open={open}
      onToggle={(event) => {
        onToggle(event.currentTarget.open);
      }}
    >
      <summary>
        In the chart: {counted(outlines.length, 'pattern')}, {counted(alerts.length, 'alert')}
        {cut.length > 0 && ` (${cut.map(cutFacts).join('; ')})`}
      </summary>
      {open && (
        <div className="findings-lists">
          <section aria-label="Alerts in the chart">
            <h3>Alerts</h3>
            <ol>
              {alerts.map((alert) => (
                <AlertItem
                  key={alert.alert_id}
                  alert={alert}
                  open={alert.alert_id === alertId}
                  onAlert={onAlert}
                />
              ))}
            </ol>
            {alerts.length === 0 && <p className="muted">None on these bars.</p>}
          </section>
          <section aria-label="Patterns in the chart">
            <h3>Patterns</h3>
            <ol>
              {outlines.map((outline) => (
                <PatternItem
                  key={outline.id}
                  outline={outline}
                  chosen={outline.id === chosen}
                  onChoose={onChoose}
                />
              ))}
            </ol>
            {outlines.length === 0 && <p className="muted">None of the chosen kinds.</p>}
          </section>
        </div>
      )}
    </details>
  );
}

function AlertItem({
  alert,
  open,
  onAlert,
}: {
  alert: Alert;
  open: boolean;
  onAlert: (alertId: string | null) => void;
}) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (open) button.current?.focus(); // it may have been opened by its mark in the chart
  }, [open]);
  return (
    <li className="finding" data-alert={alert.alert_id}>
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        onClick={() => {
          onAlert(open ? null : alert.alert_id);
        }}
      >
        <Arrow direction={alert.direction} />
        <span>
          <b>{words(alert.rule)}</b> · {day(alert.bar_date)} · impact {Math.round(alert.impact)}, confidence{' '}
          {confidence(alert.confidence)}
        </span>
      </button>
      {open && (
        <div className="details">
          <p>{alert.headline ?? alert.summary}</p>
          <AlertDetails alert={alert} />
        </div>
      )}
    </li>
  );
}

function PatternItem({
  outline,
  chosen,
  onChoose,
}: {
  outline: Outline;
  chosen: boolean;
  onChoose: (id: string | null) => void;
}) {
  const { pattern } = outline;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) item.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <li className="finding" ref={item}>
      <button
        type="button"
        aria-pressed={chosen}
        onClick={() => {
          onChoose(chosen ? null : outline.id);
        }}
      >
        <Arrow direction={pattern.direction} />
        <span>
          <b>{pattern.title}</b> · {day(pattern.first_date)} to {day(pattern.last_date)} ·{' '}
          {patternFacts(pattern)}
        </span>
      </button>
      {chosen && (
        <ul className="corners">
          {pattern.points.map((point) => (
            <li key={`${point.date} ${point.role}`}>
              {words(point.role)}: {day(point.date)}, ₹{price(point.price)}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** Quality, levels and what became of them. */
export function patternFacts({ quality, target, invalidation, status, settled_date }: FoundPattern): string {
  return [
    `quality ${quality.toFixed(2)}`,
    target !== null && `target ₹${price(target)}`,
    invalidation !== null && `fails beyond ₹${price(invalidation)}`,
    status !== null && (settled_date === null ? status : `${status} ${day(settled_date)}`),
  ]
    .filter(Boolean)
    .join(', ');
}

/** What is left out of a group. */
export const cutFacts = ({ group, shown, found }: Cut): string =>
  `${group.toLowerCase()}: the newest ${shown} of ${found.toLocaleString('en-IN')} are shown`;

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
