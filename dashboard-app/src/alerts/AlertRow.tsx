import { memo, useId, useState } from 'react';
import type { Alert } from '../api/contracts';
import { Arrow } from '../app/icons';
import { confidence, day, price, score, since, stamp, webAddress, words } from '../format';
import { EvidenceTable } from './EvidenceTable';

interface Props {
  alert: Alert;
  live: boolean;
  selected: boolean;
  now: number;
  onSelect: (symbol: string) => void;
  onAcknowledge: (alertId: string) => void;
}

export const AlertRow = memo(function AlertRow({
  alert,
  live,
  selected,
  now,
  onSelect,
  onAcknowledge,
}: Props) {
  const [open, setOpen] = useState(false);
  const details = useId();
  const seen = alert.acknowledged_at !== null;
  const classes = ['alert', alert.direction, live && 'live', selected && 'selected', seen && 'seen'];
  return (
    <li className={classes.filter(Boolean).join(' ')} data-alert={alert.alert_id}>
      <div className="alert-head">
        <Arrow direction={alert.direction} />
        <button
          type="button"
          className="symbol"
          title={`Chart of ${alert.symbol}`}
          onClick={() => {
            onSelect(alert.symbol);
          }}
        >
          {alert.symbol}
        </button>
        <span className="rule">{words(alert.rule)}</span>
        <time dateTime={alert.created_at} title={stamp(alert.created_at)}>
          {since(alert.created_at, now)}
        </time>
      </div>
      <p className="headline">{alert.headline ?? alert.summary}</p>
      <dl className="numbers">
        <Impact value={alert.impact} />
        <Number name="confidence" title={alert.confidence_basis}>
          {confidence(alert.confidence)}
        </Number>
        {alert.sentiment !== null && (
          <Number name="sentiment">
            <span className={alert.sentiment}>
              {alert.sentiment}
              {alert.sentiment_score !== null && ` ${score(alert.sentiment_score)}`}
            </span>
          </Number>
        )}
        <Number name="price" title={`close of ${day(alert.bar_date)}`}>
          ₹{price(alert.price)}
        </Number>
      </dl>
      {alert.confidence === null && <p className="basis">Confidence unknown: {alert.confidence_basis}.</p>}
      <div className="actions">
        <button
          type="button"
          aria-expanded={open}
          aria-controls={details}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {open ? 'Hide evidence' : `Evidence · ${alert.evidence.length}`}
        </button>
        {alert.acknowledged_at === null ? (
          <button
            type="button"
            aria-label={`Acknowledge the alert on ${alert.symbol}`}
            onClick={() => {
              onAcknowledge(alert.alert_id);
            }}
          >
            Acknowledge
          </button>
        ) : (
          <span className="muted" title={stamp(alert.acknowledged_at)}>
            ✓ acknowledged
          </span>
        )}
      </div>
      <div id={details} hidden={!open} className="details">
        {open && <AlertDetails alert={alert} />}
      </div>
    </li>
  );
});

/** What led to an alert, and where its article is. */
export function AlertDetails({ alert }: { alert: Alert }) {
  const address = webAddress(alert.url);
  return (
    <>
      {alert.headline !== null && <p>{alert.summary}</p>}
      {alert.confidence !== null && (
        <p className="muted">
          Confidence {confidence(alert.confidence)}: {alert.confidence_basis}.
        </p>
      )}
      <EvidenceTable evidence={alert.evidence} />
      {address !== null && (
        <p>
          <a href={address} target="_blank" rel="noopener noreferrer">
            The article ↗
          </a>
        </p>
      )}
    </>
  );
}

function Number({ name, title, children }: { name: string; title?: string; children: React.ReactNode }) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Impact({ value }: { value: number }) {
  return (
    <div title={`impact ${value} of 100`}>
      <dt>impact</dt>
      <dd>
        {Math.round(value)}
        <meter min={0} max={100} value={value} aria-hidden="true" />
      </dd>
    </div>
  );
}
