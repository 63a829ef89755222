import { expect, test } from 'vitest';
import type { Article } from '../src/api/contracts';
import { eventName, merged, ordered } from '../src/news/order';

function article(id: number, relevance: Record<string, number | null> = {}): Article {
  return {
    article_id: id,
    title: `article ${id}`,
    summary: '',
    url: '',
    source: 'Wire',
    source_host: 'wire.example',
    published_at: null,
    first_seen_at: '2025-09-30T10:00:00Z',
    cluster_id: id,
    lead: true,
    sources: 1,
    sentiment: 'neutral',
    score: 0,
    confidence: 0.5,
    event: null,
    model: 'lexicon-1',
    phrases: [],
    symbols: Object.entries(relevance).map(([symbol, said]) => ({
      symbol,
      sentiment: 'neutral',
      score: 0,
      confidence: 0.5,
      relevance: said,
    })),
    entities: [],
  };
}

const ids = (articles: Article[]): number[] => articles.map((each) => each.article_id);

test('an article of both replies is there once, as the later reply has it', () => {
  const again = { ...article(2), sources: 3 };
  const all = merged([article(1), article(2)], [again, article(3)]);
  expect(ids(all)).toEqual([1, 2, 3]);
  expect(all[1]?.sources).toBe(3);
});

test('newest first goes by the order of arrival', () => {
  expect(ids(ordered([article(1), article(3), article(2)], 'newest', undefined))).toEqual([3, 2, 1]);
});

test('by relevance counts the symbol asked for, and the newest among equals', () => {
  const articles = [
    article(1, { TCS: 0.9 }),
    article(2, { TCS: 0.2, INFY: 1 }),
    article(3, { TCS: 0.9 }),
    article(4, { TCS: null }),
    article(5, { INFY: 1 }),
  ];
  expect(ids(ordered(articles, 'relevant', 'TCS'))).toEqual([3, 1, 2, 5, 4]);
});

test('ordering leaves the list it was given as it was', () => {
  const articles = [article(1), article(2)];
  ordered(articles, 'newest', undefined);
  expect(ids(articles)).toEqual([1, 2]);
});

test('an event has a name, and no event none', () => {
  expect(eventName('order_win')).toBe('Order win');
  expect(eventName(null)).toBeNull();
});
