import type {
  AcknowledgeAlertReply,
  Article,
  ComputeReply,
  FoundPattern,
  GetAlertsReply,
  GetArticlesReply,
  GetPricesReply,
  GetWatchlistReply,
  ListScreenFieldsReply,
  ScanPatternsReply,
  ScreenReply,
  SearchSymbolsReply,
  SymbolEntry,
} from './contracts';
import { isAbort, Problem, problemOf } from './problem';
import type { Session } from './session';

/** `GET /health`, as far as it is shown. */
export interface HealthReport {
  status: 'healthy' | 'degraded' | 'unhealthy';
  version: string;
  engine: string;
  services: Record<
    string,
    { status: string; latency_ms: number | null; version: string | null; error?: string }
  >;
  checks: Record<string, string>;
}

/** One line of a screen: `field op value`. */
export interface Criterion {
  field: string;
  op: string;
  value: number | string | (number | string)[];
}

/** `POST /api/signals/screen`. */
export interface ScreenQuestion {
  criteria: Criterion[];
  sort: string;
  descending: boolean;
  limit: number;
  cursor?: string;
  fields: string[];
}

const FOUND = 12;

type Query = Record<string, string | number | boolean | undefined>;
export type IndicatorRequest = Record<string, number>;

/** The API, one method per route that the dashboard uses. */
export class Client {
  constructor(readonly session: Session) {}

  alerts(query: { symbol?: string; limit?: number; cursor?: string }): Promise<GetAlertsReply> {
    return this.call('GET', `/api/alerts${search(query)}`);
  }

  acknowledge(alertId: string): Promise<AcknowledgeAlertReply> {
    return this.call('POST', `/api/alerts/${alertId}/ack`);
  }

  /** Instruments that match, those with stored bars before the others. */
  async symbols(q: string, signal: AbortSignal): Promise<SymbolEntry[]> {
    const [stored, all] = await Promise.all(
      [true, false].map((with_prices) =>
        this.call<SearchSymbolsReply>('GET', `/api/symbols${search({ q, limit: FOUND, with_prices })}`, {
          signal,
        }),
      ),
    );
    const byName = new Map(
      [...(stored?.symbols ?? []), ...(all?.symbols ?? [])].map((entry) => [entry.symbol, entry]),
    );
    return [...byName.values()].slice(0, FOUND);
  }

  /** The first symbol that has bars; null: none has. */
  async firstWithPrices(): Promise<string | null> {
    const query = search({ limit: 1, with_prices: true });
    const { symbols } = await this.call<SearchSymbolsReply>('GET', `/api/symbols${query}`);
    return symbols[0]?.symbol ?? null;
  }

  prices(symbol: string, query: { bars?: number; format?: 'lwc' }): Promise<GetPricesReply> {
    return this.call('GET', `/api/prices/${encodeURIComponent(symbol)}${search(query)}`);
  }

  indicator(name: string, symbol: string, parameters: IndicatorRequest): Promise<ComputeReply> {
    return this.call('POST', `/api/compute/${name}`, { body: { symbol, format: 'lwc', ...parameters } });
  }

  /** The newest patterns of these families on a symbol's stored bars. */
  patterns(
    symbol: string,
    families: readonly FoundPattern['family'][],
    limit: number,
  ): Promise<ScanPatternsReply> {
    const query = search({ families: families.join(','), limit });
    return this.call('GET', `/api/signals/patterns/${encodeURIComponent(symbol)}${query}`);
  }

  news(query: {
    symbol?: string;
    sentiment?: Article['sentiment'];
    q?: string;
    limit?: number;
    cursor?: string;
  }): Promise<GetArticlesReply> {
    return this.call('GET', `/api/news${search(query)}`);
  }

  watchlist(): Promise<GetWatchlistReply> {
    return this.call('GET', '/api/watchlist');
  }

  async watch(symbol: string, wanted: boolean): Promise<void> {
    await this.call(wanted ? 'PUT' : 'DELETE', `/api/watchlist/${encodeURIComponent(symbol)}`);
  }

  /** Symbols whose newest values match; `signal` gives up a question that was changed meanwhile. */
  screen(question: ScreenQuestion, signal: AbortSignal): Promise<ScreenReply> {
    return this.call('POST', '/api/signals/screen', { body: question, signal });
  }

  screenFields(): Promise<ListScreenFieldsReply> {
    return this.call('GET', '/api/signals/screen/fields');
  }

  /** Answers with a report even where the gateway says 503. Errors: unreachable. */
  async health(): Promise<HealthReport> {
    const reply = await reach('/health', {});
    const body: unknown = await reply.json().catch(() => null);
    if (!reply.ok && reply.status !== 503) throw problemOf(reply.status, body);
    return body as HealthReport;
  }

  private async call<T>(
    method: string,
    path: string,
    options: { body?: unknown; signal?: AbortSignal } = {},
  ): Promise<T> {
    let reply = await this.send(method, path, options);
    if (reply.status === 401 && (await this.session.refresh()))
      reply = await this.send(method, path, options);
    const body: unknown = await reply.json().catch(() => null);
    if (!reply.ok) throw problemOf(reply.status, body);
    return body as T;
  }

  private send(
    method: string,
    path: string,
    options: { body?: unknown; signal?: AbortSignal },
  ): Promise<Response> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.session.accessToken ?? ''}` };
    const init: RequestInit = { method, headers };
    if (options.signal) init.signal = options.signal;
    if (options.body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(options.body);
    }
    return reach(path, init);
  }
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (reason) {
    if (isAbort(reason)) throw reason;
    throw new Problem('unreachable', 'The server does not answer.');
  }
}

function search(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
