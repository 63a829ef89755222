import type { Article } from '../api/contracts';

export type Order = 'newest' | 'relevant';

/** Articles of two replies, each once; the later reply's version counts. */
export function merged(known: readonly Article[], page: readonly Article[]): Article[] {
  return [...new Map([...known, ...page].map((article) => [article.article_id, article])).values()];
}

/**
 * Newest first, or those most about `symbol` first and among equals the newest.
 *
 * An article from before relevance was measured counts as not relevant.
 */
export function ordered(articles: readonly Article[], order: Order, symbol: string | undefined): Article[] {
  const relevance = (article: Article): number =>
    article.symbols.find((said) => said.symbol === symbol)?.relevance ?? 0;
  const newest = (one: Article, other: Article): number => other.article_id - one.article_id;
  return [...articles].sort((one, other) =>
    order === 'newest' ? newest(one, other) : relevance(other) - relevance(one) || newest(one, other),
  );
}

const EVENTS: Record<NonNullable<Article['event']>, string> = {
  results: 'Results',
  order_win: 'Order win',
  rating: 'Rating',
  management: 'Management',
  regulatory: 'Regulatory',
  deal: 'Deal',
  dividend: 'Dividend',
  macro: 'Macro',
};

/** What an event is called; null: it is none of the known kinds. */
export const eventName = (event: Article['event']): string | null => (event === null ? null : EVENTS[event]);
