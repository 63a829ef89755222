import { expect, test } from 'vitest';
import { highlighted, type Segment } from '../src/news/highlight';

const phrase = (text: string, start: number, end: number, weight = 1) => ({ text, start, end, weight });
const text = (segments: Segment[]): string => segments.map((each) => each.text).join('');
const marked = (segments: Segment[]): string[] =>
  segments.flatMap((each) => (each.weight === null ? [] : [each.text]));

test('phrases of title and summary are cut out where they stand', () => {
  const title = 'Wipro extends losses';
  const summary = 'weak outlook';
  const phrases = [phrase('weak', 21, 25, -0.5), phrase('extends losses', 6, 20, -0.6)];
  const cut = highlighted({ title, summary, phrases });
  expect(cut.title).toEqual([
    { text: 'Wipro ', weight: null },
    { text: 'extends losses', weight: -0.6 },
  ]);
  expect(cut.summary).toEqual([
    { text: 'weak', weight: -0.5 },
    { text: ' outlook', weight: null },
  ]);
});

test('positions count characters, not UTF-16 units', () => {
  const cut = highlighted({ title: '📉📉 Trent tumbles', summary: '', phrases: [phrase('tumbles', 9, 16)] });
  expect(marked(cut.title)).toEqual(['tumbles']);
});

test.each([
  ['overlapping', [phrase('ab', 0, 2), phrase('bc', 1, 3)], ['ab']],
  ['beyond the end', [phrase('xyz', 2, 99)], []],
  ['across title and summary', [phrase('c\nd', 2, 5)], []],
  ['none', [], []],
])('no text is lost or repeated: %s', (_name, phrases, expected) => {
  const cut = highlighted({ title: 'abc', summary: 'def', phrases });
  expect(text(cut.title)).toBe('abc');
  expect(text(cut.summary)).toBe('def');
  expect(marked(cut.title)).toEqual(expected);
});
