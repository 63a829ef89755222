import { useEffect, useState } from 'react';
import type { Client } from '../api/client';
import { asProblem } from '../api/problem';
import { change, price } from '../format';
import { Sparkline } from './Sparkline';

interface Props {
  client: Client;
  symbols: readonly string[];
  selected: string | null;
  onSelect: (symbol: string) => void;
}

const BARS = 30;
/** Recent closes of a symbol; empty when none are stored, null when they could not be asked for. */
type Closes = readonly number[] | null;

export function Watchlist({ client, symbols, selected, onSelect }: Props) {
  const [closes, setCloses] = useState<ReadonlyMap<string, Closes>>(new Map());

  useEffect(() => {
    let gone = false;
    for (const symbol of symbols) {
      void closesOf(client, symbol).then((found) => {
        if (!gone) setCloses((known) => new Map(known).set(symbol, found));
      });
    }
    return () => {
      gone = true;
    };
  }, [client, symbols]);

  return (
    <section className="panel watchlist" aria-label="Watchlist">
      <header className="panel-head">
        <h2>
          Watchlist <span className="count">{symbols.length}</span>
        </h2>
      </header>
      {symbols.length === 0 && <p className="empty">Press the star beside a symbol to keep it here.</p>}
      <ul className="scroll">
        {symbols.map((symbol) => (
          <li key={symbol}>
            <button
              type="button"
              className="watched"
              aria-current={symbol === selected}
              onClick={() => {
                onSelect(symbol);
              }}
            >
              <b>{symbol}</b>
              <Recent closes={closes.get(symbol)} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Recent({ closes }: { closes: Closes | undefined }) {
  if (closes === undefined) return null;
  const [previous, last] = (closes ?? []).slice(-2);
  if (closes === null) return <span className="muted">not available now</span>;
  if (previous === undefined || last === undefined) return <span className="muted">no bars</span>;
  const move = last / previous - 1;
  return (
    <>
      <Sparkline values={closes} rising={last >= (closes[0] ?? last)} />
      <span className="figure">{price(last)}</span>
      <span className={`figure ${move >= 0 ? 'up' : 'down'}`}>{change(move)}</span>
    </>
  );
}

async function closesOf(client: Client, symbol: string): Promise<Closes> {
  try {
    const reply = await client.prices(symbol, { bars: BARS });
    return (reply.close ?? []).filter((value) => value !== null);
  } catch (reason) {
    return asProblem(reason).code === 'not_found' ? [] : null;
  }
}
