import type { Article } from '../api/contracts';

export type Order = 'newest' | 'relevant';

/** Articles of two replies, each once; the later reply's version counts. */
export function merged(known: readonly Article[], page: readonly Article[]): Article[] {
  return [...new Map([...known, ...page].map((article) => [article.article_id, article])).values()];
}

/** Articles in hand, and where those before them begin; null: there are none. */
export interface Shown {
  articles: readonly Article[];
  older: string | null;
}

/**
 * What is in hand once a page has come: the newest, or with `cursor` the one that it names.
 *
 * Where more is new than a page holds, what was in hand is dropped: what lies between would never
 * be met. A page from before such a drop is of no more use.
 */
export function received(shown: Shown | null, page: Shown, cursor?: string): Shown {
  if (shown === null) return page;
  const articles = merged(shown.articles, page.articles);
  if (cursor !== undefined) return cursor === shown.older ? { articles, older: page.older } : shown;
  const joins = page.older === null || articles.length < shown.articles.length + page.articles.length;
  return joins ? { articles, older: shown.older } : page;
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
