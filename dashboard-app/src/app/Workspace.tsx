import { useCallback, useEffect, useState } from 'react';
import { AlertList } from '../alerts/AlertList';
import type { Client } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { SymbolView } from '../chart/SymbolView';
import { clock } from '../format';
import { NewsList } from '../news/NewsList';
import { Screener } from '../screener/Screener';
import { FIRST_SCREEN } from '../screener/criteria';
import { useAlertLog } from '../stream/useAlertLog';
import { Watchlist } from '../watchlist/Watchlist';
import { HealthStrip } from './HealthStrip';
import { ProblemNote } from './ProblemNote';
import { SymbolSearch } from './SymbolSearch';
import { useNow } from './useNow';
import { useScreener, useSelection } from './useSelection';
import { useWatchlist } from './useWatchlist';

const MINUTE_MS = 60_000;

/** Everything behind the login. */
export function Workspace({ client, onLogOut }: { client: Client; onLogOut: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const fail = useCallback((reason: unknown) => {
    setProblem(asProblem(reason));
  }, []);
  const feed = useAlertLog(client);
  const watchlist = useWatchlist(client, fail);
  const [chosen, select] = useSelection();
  const [screening, openScreener] = useScreener();
  const [screen, setScreen] = useState(FIRST_SCREEN);
  const first = useFirstSymbol(client, chosen === null, fail);
  const symbol = chosen ?? feed.log.alerts[0]?.symbol ?? (feed.log.joining ? null : first);
  const minute = useNow(MINUTE_MS / 4).getTime();

  useEffect(() => {
    const open = feed.log.alerts.filter((alert) => alert.acknowledged_at === null).length;
    document.title = `${open > 0 ? `(${open}) ` : ''}${symbol ?? 'Trading-Chitti'} · Trading-Chitti`;
  }, [symbol, feed.log.alerts]);

  return (
    <div className="workspace">
      <header className="top">
        <h1>
          <img src="/favicon.svg" alt="" width="24" height="24" /> Trading-Chitti
        </h1>
        <nav aria-label="Pages">
          <button
            type="button"
            className="toggle"
            aria-pressed={!screening}
            disabled={symbol === null}
            onClick={() => {
              if (symbol !== null) select(symbol);
            }}
          >
            Alerts
          </button>
          <button type="button" className="toggle" aria-pressed={screening} onClick={openScreener}>
            Screener
          </button>
        </nav>
        <SymbolSearch client={client} onSelect={select} onFailure={fail} />
        <HealthStrip client={client} stream={feed.state} />
        <Clock />
        <button type="button" className="quiet" onClick={onLogOut}>
          Log out
        </button>
      </header>
      {problem && (
        <ProblemNote
          problem={problem}
          onDismiss={() => {
            setProblem(null);
          }}
        />
      )}
      {screening ? (
        <Screener client={client} screen={screen} onChange={setScreen} onSelect={select} />
      ) : (
        <main className="columns">
          <AlertList
            feed={feed}
            watched={watchlist.set}
            selected={symbol}
            now={minute}
            onSelect={select}
            onFailure={fail}
          />
          {symbol === null ? (
            <section className="panel symbol-view" aria-label="Chart">
              <p className="empty">Search a symbol to see its chart.</p>
            </section>
          ) : (
            <SymbolView
              key={symbol}
              client={client}
              symbol={symbol}
              alerts={feed.log.alerts}
              watched={watchlist.set.has(symbol)}
              onWatch={watchlist.watch}
            />
          )}
          <div className="side">
            <Watchlist client={client} symbols={watchlist.symbols} selected={symbol} onSelect={select} />
            <NewsList
              client={client}
              symbol={symbol}
              version={feed.log.live.size}
              now={minute}
              onSelect={select}
            />
          </div>
        </main>
      )}
    </div>
  );
}

function Clock() {
  const now = useNow();
  return <time className="clock">{clock(now)}</time>;
}

/** A symbol with bars to begin with, where neither the address nor an alert names one. */
function useFirstSymbol(
  client: Client,
  wanted: boolean,
  onFailure: (reason: unknown) => void,
): string | null {
  const [symbol, setSymbol] = useState<string | null>(null);
  useEffect(() => {
    if (!wanted) return;
    client.firstWithPrices().then(setSymbol, onFailure);
  }, [client, wanted, onFailure]);
  return symbol;
}
