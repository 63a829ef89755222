import type { Client } from '../api/client';
import type { Alert, Candle, ComputeReply, GetPricesReply, Point } from '../api/contracts';

export interface ChartData {
  prices: GetPricesReply;
  candles: Candle[];
  fast: Point[];
  slow: Point[];
  upper: Point[];
  lower: Point[];
  rsi: Point[];
  macd: Point[];
  signal: Point[];
  histogram: Point[];
  /** Who computed the indicators, and in what time; null: all of them were cached. */
  engine: string;
  computationMs: number | null;
}

export const FAST = 20;
export const SLOW = 50;
export const BANDS = { period: 20, std_dev: 2 };
export const RSI = 14;
export const MACD = { fast_period: 12, slow_period: 26, signal_period: 9 };

/** Bars and indicators of a symbol, as the services answer them. */
export async function loadChart(client: Client, symbol: string): Promise<ChartData> {
  const prices = await client.prices(symbol, { format: 'lwc' }); // first: without bars there is nothing to compute
  const [fast, slow, bands, rsi, macd] = await Promise.all([
    client.indicator('sma', symbol, { period: FAST }),
    client.indicator('sma', symbol, { period: SLOW }),
    client.indicator('bollinger', symbol, BANDS),
    client.indicator('rsi', symbol, { period: RSI }),
    client.indicator('macd', symbol, MACD),
  ]);
  const replies = [fast, slow, bands, rsi, macd];
  return {
    prices,
    candles: prices.series ?? [],
    fast: line(fast, 'values'),
    slow: line(slow, 'values'),
    upper: line(bands, 'upper_band'),
    lower: line(bands, 'lower_band'),
    rsi: line(rsi, 'values'),
    macd: line(macd, 'macd_line'),
    signal: line(macd, 'signal_line'),
    histogram: line(macd, 'histogram'),
    engine: [...new Set(replies.map((reply) => reply.engine))].join(', '),
    computationMs: replies.every((reply) => reply.cache_hit)
      ? null
      : replies.reduce((sum, reply) => sum + reply.computation_time_ms, 0),
  };
}

function line(reply: ComputeReply, output: string): Point[] {
  return reply.series?.[output] ?? [];
}

export interface AlertMark {
  /** That of its first alert. */
  id: string;
  time: string;
  direction: Alert['direction'];
  /** Those of the bar and direction, at least one. */
  alerts: Alert[];
}

/** One mark for the alerts of a bar and direction, oldest first; alerts on bars not shown have none. */
export function alertMarks(alerts: readonly Alert[], candles: readonly Candle[]): AlertMark[] {
  const shown = new Set(candles.map((candle) => candle.time));
  const marks = new Map<string, AlertMark>();
  for (const alert of alerts) {
    const { bar_date: time, direction } = alert;
    if (!shown.has(time)) continue;
    const key = `${time} ${direction}`;
    const mark = marks.get(key);
    if (mark) mark.alerts.push(alert);
    else marks.set(key, { id: alert.alert_id, time, direction, alerts: [alert] });
  }
  return [...marks.values()].sort((one, other) => one.time.localeCompare(other.time));
}
