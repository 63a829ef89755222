import type { Article } from '../api/contracts';

export interface Segment {
  text: string;
  /** What the phrase added to the score; null: plain text. */
  weight: number | null;
}

/**
 * Title and summary cut at the phrases that decided.
 *
 * Phrases count code points in `title + "\n" + summary`, JavaScript counts UTF-16 units: the text is taken apart
 * by code points. Of phrases that overlap, the first counts.
 */
export function highlighted(article: Pick<Article, 'title' | 'summary' | 'phrases'>): {
  title: Segment[];
  summary: Segment[];
} {
  const title = Array.from(article.title);
  const summary = Array.from(article.summary);
  return { title: cut(title, 0, article.phrases), summary: cut(summary, title.length + 1, article.phrases) };
}

function cut(points: string[], offset: number, phrases: Article['phrases']): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  const add = (end: number, weight: number | null): void => {
    if (end > at) segments.push({ text: points.slice(at, end).join(''), weight });
    at = Math.max(at, end);
  };
  for (const phrase of [...phrases].sort((one, other) => one.start - other.start)) {
    const [start, end] = [phrase.start - offset, phrase.end - offset];
    if (start < at || end > points.length) continue;
    add(start, null);
    add(end, phrase.weight);
  }
  add(points.length, null);
  return segments;
}
