import { useEffect, useMemo, useState } from 'react';
import type { Client } from '../api/client';
import type { ScreenField, ScreenReply } from '../api/contracts';
import { asProblem, type Problem } from '../api/problem';
import { ProblemNote } from '../app/ProblemNote';
import { day, fact } from '../format';
import { CriteriaForm } from './CriteriaForm';
import { questionOf, type Screen } from './criteria';
import { useScreen } from './useScreen';

interface Props {
  client: Client;
  screen: Screen;
  onChange: (screen: Screen) => void;
  onSelect: (symbol: string) => void;
}

type Fields = ReadonlyMap<string, ScreenField>;

/** Criteria over the newest values of every symbol, and the symbols that match. */
export function Screener({ client, screen, onChange, onSelect }: Props) {
  const [fields, fieldProblem] = useFields(client);
  const question = useMemo(() => (fields ? questionOf(screen, fields) : null), [screen, fields]);
  const { found, problem, more, retry } = useScreen(client, question);
  const wrong = problem ?? fieldProblem;

  return (
    <main className="screener">
      <section className="panel" aria-label="Criteria">
        <header className="panel-head">
          <h2>Screener</h2>
          <p className="muted" aria-live="polite">
            {found ? told(found) : 'Reading the market…'}
          </p>
        </header>
        {fields && (
          <CriteriaForm
            drafts={screen.drafts}
            fields={fields}
            onChange={(drafts) => {
              onChange({ ...screen, drafts });
            }}
          />
        )}
      </section>
      {wrong && <ProblemNote problem={wrong} onRetry={retry} />}
      <section className="panel" aria-label="Symbols found">
        {found && (
          <Rows
            found={found}
            fields={fields ?? new Map<string, ScreenField>()}
            screen={screen}
            onChange={onChange}
            onSelect={onSelect}
            onMore={() => void more()}
          />
        )}
      </section>
    </main>
  );
}

function told({ matched, symbols, as_of, time_ms }: ScreenReply): string {
  const bars = as_of === null ? 'no bars' : `bars up to ${day(as_of)}`;
  return `${matched} of ${symbols} symbols match, ${bars}, ${time_ms.toFixed(2)} ms`;
}

function useFields(client: Client): [Fields | null, Problem | null] {
  const [fields, setFields] = useState<Fields | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    client.screenFields().then(
      (reply) => {
        setFields(new Map(reply.fields.map((field) => [field.name, field])));
      },
      (reason: unknown) => {
        setProblem(asProblem(reason));
      },
    );
  }, [client]);
  return [fields, problem];
}

interface RowsProps {
  found: ScreenReply;
  fields: Fields;
  screen: Screen;
  onChange: (screen: Screen) => void;
  onSelect: (symbol: string) => void;
  onMore: () => void;
}

function Rows({ found, fields, screen, onChange, onSelect, onMore }: RowsProps) {
  const sortBy = (name: string): void => {
    onChange({
      ...screen,
      sort: name,
      descending: screen.sort === name ? !screen.descending : name !== 'symbol',
    });
  };
  const head = (name: string, title: string) => (
    <th key={name} aria-sort={screen.sort !== name ? 'none' : screen.descending ? 'descending' : 'ascending'}>
      <button
        type="button"
        title={title}
        onClick={() => {
          sortBy(name);
        }}
      >
        {name}
        {screen.sort === name && (screen.descending ? ' ▼' : ' ▲')}
      </button>
    </th>
  );
  return (
    <div className="scroll">
      <table className="screened">
        <thead>
          <tr>
            {head('symbol', 'Symbol')}
            {found.fields.map((name) => head(name, fields.get(name)?.title ?? name))}
            {head('industry', 'Industry')}
          </tr>
        </thead>
        <tbody>
          {found.rows.map((row) => (
            <tr key={row.symbol}>
              <td>
                <button
                  type="button"
                  className="link"
                  title={row.name ?? row.symbol}
                  onClick={() => {
                    onSelect(row.symbol);
                  }}
                >
                  {row.symbol}
                </button>
              </td>
              {found.fields.map((name) => (
                <td key={name} className="figure">
                  {row.values[name] == null ? <span className="muted">–</span> : fact(row.values[name])}
                </td>
              ))}
              <td className="muted">{row.industry}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.rows.length === 0 && <p className="empty">No symbol matches these criteria.</p>}
      {found.next_cursor !== null && (
        <p className="more">
          <button type="button" onClick={onMore}>
            More symbols
          </button>
        </p>
      )}
    </div>
  );
}
