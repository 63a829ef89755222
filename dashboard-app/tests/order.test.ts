import { expect, test } from 'vitest';
import type { Article } from '../src/api/contracts';
import { eventName, merged, ordered, received, type Shown } from '../src/news/order';

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

const ids = (articles: readonly Article[]): number[] => articles.map((each) => each.article_id);

test('an article of both replies is there once, as the later reply has it', () => {
  const again = { ...article(2), sources: 3 };
  const all = merged([article(1), article(2)], [again, article(3)]);
  expect(ids(all)).toEqual([1, 2, 3]);
  expect(all[1]?.sources).toBe(3);
});

/** Articles `from` down to `to`; older ones begin before the last where the store has some. */
function page(from: number, to: number): Shown {
  const articles = Array.from({ length: from - to + 1 }, (_, place) => article(from - place));
  return { articles, older: to > 1 ? String(to) : null };
}

const held = (shown: Shown): number[] => ids(ordered(shown.articles, 'newest', undefined));

test('a refreshed top joins what is in hand and leaves its bottom', () => {
  const shown = received(received(null, page(20, 11)), page(10, 6), '11');
  const later = received(shown, page(23, 14));
  expect(held(later)).toEqual(ids(page(23, 6).articles));
  expect(later.older).toBe('6');
});

test('more new articles than a page holds leave no hole', () => {
  const shown = received(received(null, page(20, 11)), page(130, 121));
  expect(held(shown)).toEqual(ids(page(130, 121).articles));
  expect(shown.older).toBe('121');
  expect(received(shown, page(10, 1), '11')).toEqual(shown);
});

test('all that is older is met page by page', () => {
  let shown = received(null, page(30, 21));
  for (const next of [page(20, 11), page(10, 1)]) shown = received(shown, next, shown.older ?? undefined);
  expect(held(shown)).toEqual(ids(page(30, 1).articles));
  expect(shown.older).toBeNull();
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
