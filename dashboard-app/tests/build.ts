import type { Alert, GetAlertsReply } from '../src/api/contracts';

/** An alert with what a test says of it. */
export function alert(id: string, fields: Partial<Alert> = {}): Alert {
  return {
    alert_id: id,
    symbol: 'TCS',
    kind: 'combined',
    rule: 'news_with_trend',
    direction: 'bullish',
    impact: 50,
    confidence: null,
    confidence_basis: 'no earlier cases',
    price: 100,
    bar_date: '2025-09-30',
    created_at: '2025-09-30T11:56:00Z',
    as_of: '2025-09-30T11:56:00Z',
    summary: '',
    headline: null,
    sentiment: null,
    sentiment_score: null,
    article_id: null,
    url: null,
    evidence: [],
    acknowledged_at: null,
    expires_at: null,
    horizon: 5,
    outcome: null,
    outcome_bar: null,
    outcome_return: null,
    ...fields,
  };
}

export function page(asOf: string, ids: string[], nextCursor: string | null = null): GetAlertsReply {
  return { alerts: ids.map((id) => alert(id)), count: ids.length, next_cursor: nextCursor, as_of: asOf };
}
