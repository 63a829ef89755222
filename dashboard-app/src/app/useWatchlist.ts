import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Client } from '../api/client';

const NONE: readonly string[] = [];

export interface WatchedSymbols {
  symbols: readonly string[];
  set: ReadonlySet<string>;
  watch: (symbol: string, wanted: boolean) => void;
}

/** The watchlist as the server has it. */
export function useWatchlist(client: Client, onFailure: (reason: unknown) => void): WatchedSymbols {
  const [symbols, setSymbols] = useState(NONE);

  useEffect(() => {
    symbolsOf(client).then(setSymbols, onFailure);
  }, [client, onFailure]);

  const watch = useCallback(
    (symbol: string, wanted: boolean) => {
      client
        .watch(symbol, wanted)
        .then(() => symbolsOf(client))
        .then(setSymbols, onFailure);
    },
    [client, onFailure],
  );

  return { symbols, set: useMemo(() => new Set(symbols), [symbols]), watch };
}

async function symbolsOf(client: Client): Promise<string[]> {
  const reply = await client.watchlist();
  return reply.symbols.map((entry) => entry.symbol);
}
