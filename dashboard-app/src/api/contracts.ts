// Written by generate_types.py from the service contracts. Times are ISO 8601 in UTC.

/** `<epoch>-<seq>`, a place in the alert log. */
export const POSITION_FORM = /^([0-9a-f]{16})-(0|[1-9][0-9]{0,18})$/;
export const LARGEST_SEQ = 9223372036854775807n;

export interface AcknowledgeAlertReply {
  alert_id: string;
  acknowledged_at: string;
}

export interface AddToWatchlistReply {
  symbol: string;
  added: boolean;
}

export interface Alert {
  alert_id: string;
  symbol: string;
  kind: 'combined' | 'fundamental' | 'news' | 'technical';
  rule: string;
  direction: 'bearish' | 'bullish';
  impact: number;
  confidence: number | null;
  confidence_basis: string;
  price: number;
  bar_date: string;
  created_at: string;
  as_of: string;
  summary: string;
  headline: string | null;
  sentiment: 'bearish' | 'bullish' | 'neutral' | null;
  sentiment_score: number | null;
  article_id: number | null;
  url: string | null;
  evidence: Evidence[];
  acknowledged_at: string | null;
  expires_at: string | null;
  horizon: number;
  outcome: 'hit' | 'miss' | null;
  outcome_bar: string | null;
  outcome_return: number | null;
}

export interface Article {
  article_id: number;
  title: string;
  summary: string;
  url: string;
  source: string;
  source_host: string;
  published_at: string | null;
  first_seen_at: string;
  cluster_id: number;
  lead: boolean;
  sources: number;
  sentiment: 'bearish' | 'bullish' | 'neutral';
  score: number;
  confidence: number;
  event: 'deal' | 'dividend' | 'macro' | 'management' | 'order_win' | 'rating' | 'regulatory' | 'results' | null;
  model: string;
  phrases: Phrase[];
  symbols: SymbolSentiment[];
  entities: Entity[];
}

export interface Candle {
  time: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

export interface ComputeReply {
  symbol: string | null;
  indicator: string;
  computation_time_ms: number;
  time_ms: number;
  engine: string;
  mojo_used: boolean;
  cache_hit: boolean;
  lookback: number;
  stable_from: number | null;
  dates?: string[];
  series?: Record<string, Point[]>;
}

export interface Entity {
  text: string;
  start: number;
  end: number;
  kind: 'amount' | 'company' | 'index' | 'percent' | 'period' | 'person' | 'regulator' | 'sector';
  symbol: string | null;
  confidence: number;
}

export interface Evidence {
  name: string;
  value: number | string;
  unit: string | null;
  source: string;
}

export interface FoundPattern {
  name: string;
  title: string;
  family: 'candlestick' | 'crossing' | 'divergence' | 'extreme' | 'gap' | 'level' | 'shape' | 'squeeze';
  direction: 'bearish' | 'bullish' | 'neutral';
  first_date: string;
  last_date: string;
  points: PatternPoint[];
  quality: number;
  target: number | null;
  invalidation: number | null;
  status: 'active' | 'failed' | 'reached' | null;
  settled_date: string | null;
  found_at: string | null;
}

export interface GetAlertsReply {
  alerts: Alert[];
  count: number;
  next_cursor: string | null;
  as_of: string;
}

export interface GetArticlesReply {
  articles: Article[];
  count: number;
  next_cursor: string | null;
}

export interface GetPricesReply {
  symbol: string;
  isin: string | null;
  name: string | null;
  count: number;
  adjusted: boolean;
  sources: Record<string, number>;
  dates?: string[];
  open?: (number | null)[];
  high?: (number | null)[];
  low?: (number | null)[];
  close?: (number | null)[];
  volume?: (number | null)[];
  series?: Candle[];
}

export interface GetWatchlistReply {
  symbols: WatchlistEntry[];
  count: number;
}

export interface Heartbeat {
  top: string;
  ts: string;
}

export interface ListScreenFieldsReply {
  fields: ScreenField[];
  count: number;
  symbols: number;
  as_of: string | null;
}

export interface PatternPoint {
  date: string;
  price: number;
  role: string;
}

export interface Phrase {
  text: string;
  start: number;
  end: number;
  weight: number;
}

export interface Point {
  time: string;
  value?: number;
}

export interface RemoveFromWatchlistReply {
  symbol: string;
  removed: boolean;
}

export interface Reset {
  reason: 'epoch' | 'expired' | 'unknown';
  oldest: string;
  top: string;
}

export interface ScanPatternsReply {
  symbol: string;
  as_of: string;
  bars: number;
  patterns: FoundPattern[];
  matched: number;
  time_ms: number;
}

export interface ScreenField {
  name: string;
  title: string;
  unit: 'category' | 'crore' | 'number' | 'percent' | 'rupees' | 'shares';
  group: string;
  known: number;
  names: string[] | null;
}

export interface ScreenReply {
  rows: ScreenRow[];
  fields: string[];
  matched: number;
  symbols: number;
  next_cursor: string | null;
  as_of: string | null;
  built_at: string;
  time_ms: number;
}

export interface ScreenRow {
  symbol: string;
  name: string | null;
  industry: string | null;
  bar_date: string | null;
  values: Record<string, number | null>;
}

export interface SearchSymbolsReply {
  symbols: SymbolEntry[];
  count: number;
}

export interface SymbolEntry {
  symbol: string;
  isin: string | null;
  name: string | null;
  industry: string | null;
  series: string;
  first_date: string | null;
  last_date: string | null;
}

export interface SymbolSentiment {
  symbol: string;
  sentiment: 'bearish' | 'bullish' | 'neutral';
  score: number;
  confidence: number;
  relevance: number | null;
}

export interface WatchlistEntry {
  symbol: string;
  added_at: string;
}
