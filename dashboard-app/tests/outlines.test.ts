import { expect, test } from 'vitest';
import type { Candle, FoundPattern } from '../src/api/contracts';
import { alertMarks } from '../src/chart/data';
import { cutFacts, patternFacts } from '../src/chart/Findings';
import { distanceTo, outlinesOf, pricesOf, segmentsOf, spanOf, type Outline } from '../src/chart/outlines';
import { gathered } from '../src/chart/usePatterns';
import { alert } from './build';

const DAYS = ['2025-09-24', '2025-09-25', '2025-09-26', '2025-09-29', '2025-09-30'];
const [MON, TUE, WED, THU, FRI] = DAYS as [string, string, string, string, string];
const CANDLES: Candle[] = DAYS.map((time) => ({ time, open: 10, high: 12, low: 9, close: 11, volume: 5 }));

function pattern(points: [string, number, string][], fields: Partial<FoundPattern> = {}): FoundPattern {
  return {
    name: 'double_bottom',
    title: 'Double bottom',
    family: 'shape',
    direction: 'bullish',
    first_date: MON,
    last_date: THU,
    points: points.map(([date, price, role]) => ({ date, price, role })),
    quality: 0.625,
    target: null,
    invalidation: null,
    status: null,
    settled_date: null,
    found_at: null,
    ...fields,
  };
}

const BOTTOM: [string, number, string][] = [
  [MON, 9, 'first_low'],
  [TUE, 12, 'neckline'],
  [WED, 9.1, 'second_low'],
  [THU, 12.5, 'breakout'],
];

function only(one: FoundPattern): Outline {
  const [outline] = outlinesOf([one], CANDLES);
  if (!outline) throw new Error('no outline');
  return outline;
}

test('the corners of a shape are joined in their order, its breakout is not one of them', () => {
  expect(only(pattern(BOTTOM)).strokes).toEqual([
    [
      { time: MON, price: 9 },
      { time: TUE, price: 12 },
      { time: WED, price: 9.1 },
    ],
  ]);
});

test('a channel has one line above and one below', () => {
  const sides = only(
    pattern([
      [MON, 12, 'upper'],
      [TUE, 9, 'lower'],
      [WED, 11, 'upper'],
      [THU, 9.5, 'lower'],
    ]),
  ).strokes;
  expect(sides.map((line) => line.map(({ price }) => price))).toEqual([
    [12, 11],
    [9, 9.5],
  ]);
});

test('the edges of a range go across the whole of it', () => {
  expect(
    only(
      pattern([
        [TUE, 12, 'range_high'],
        [THU, 12.5, 'close'],
      ]),
    ).strokes,
  ).toEqual([
    [
      { time: MON, price: 12 },
      { time: THU, price: 12 },
    ],
  ]);
});

test('target and invalidation are watched until one is met, else to the newest bar', () => {
  const levels = { target: 15, invalidation: 9 };
  expect(only(pattern(BOTTOM, { ...levels, status: 'active' })).levels).toEqual([
    { means: 'target', price: 15, from: THU, to: FRI },
    { means: 'invalidation', price: 9, from: THU, to: FRI },
  ]);
  const failed = only(pattern(BOTTOM, { invalidation: 9, status: 'failed', settled_date: THU }));
  expect(failed.levels).toEqual([{ means: 'invalidation', price: 9, from: THU, to: THU }]);
});

test('a pattern of bars that are not shown is not drawn', () => {
  expect(outlinesOf([pattern(BOTTOM, { first_date: '2020-01-01' })], CANDLES)).toEqual([]);
  expect(outlinesOf([pattern(BOTTOM)], [])).toEqual([]);
});

test('segments join the corners in pixels; what the axes cannot place is left out', () => {
  const outline = only(pattern(BOTTOM, { target: 15 }));
  const x = (time: string) => DAYS.indexOf(time) * 10;
  const y = (price: number) => (price > 14 ? null : 100 - price);
  expect(segmentsOf(outline, x, y, true)).toEqual([
    { means: 'shape', x1: 0, y1: 91, x2: 10, y2: 88 },
    { means: 'shape', x1: 10, y1: 88, x2: 20, y2: 90.9 },
  ]);
});

test('levels are drawn of what stands out and of shapes that are not settled yet', () => {
  const drawn = (fields: Partial<FoundPattern>, standsOut: boolean) =>
    segmentsOf(
      only(pattern(BOTTOM, { target: 15, ...fields })),
      () => 0,
      () => 0,
      standsOut,
    ).some(({ means }) => means === 'target');
  expect(drawn({ status: 'active' }, false)).toBe(true);
  expect(drawn({ status: 'reached', settled_date: FRI }, false)).toBe(false);
  expect(drawn({ status: 'reached', settled_date: FRI }, true)).toBe(true);
  expect(drawn({ family: 'level', status: 'active' }, false)).toBe(false);
  expect(drawn({ family: 'level', status: 'active' }, true)).toBe(true);
});

test('among others a candlestick is a point: below where it is bullish, above where it is bearish', () => {
  const bars: [string, number, string][] = [
    [WED, 9, 'lowest'],
    [THU, 12, 'highest'],
    [THU, 11, 'close'],
  ];
  const drawn = (direction: FoundPattern['direction']) =>
    only(pattern(bars, { family: 'candlestick', direction, first_date: WED }));
  expect(drawn('bullish').brief).toEqual([[{ time: THU, price: 9 }]]);
  expect(drawn('bearish').brief).toEqual([[{ time: THU, price: 12 }]]);
  expect(drawn('neutral').brief).toEqual([[{ time: THU, price: 9 }]]);
  expect(drawn('bullish').strokes.map((line) => line.map(({ price }) => price))).toEqual([
    [9, 9],
    [12, 12],
  ]);
});

test('among others a level begins at its last touch; where it stands out all touches are joined', () => {
  const level = only(
    pattern(
      [
        [MON, 9, 'touch'],
        [WED, 9.2, 'touch'],
        [THU, 9.1, 'bounce'],
      ],
      { family: 'level' },
    ),
  );
  const spans = (standsOut: boolean) =>
    segmentsOf(
      level,
      (time) => DAYS.indexOf(time),
      (price) => price,
      standsOut,
    ).map(({ x1, x2 }) => [x1, x2]);
  const [mon, wed, thu] = [MON, WED, THU].map((day) => DAYS.indexOf(day));
  expect(spans(false)).toEqual([[wed, thu]]);
  expect(spans(true)).toEqual([
    [wed, thu],
    [mon, wed],
    [wed, thu],
  ]);
});

test('a level is looked at from its last touch on, a shape from its first corner', () => {
  const touches: [string, number, string][] = [
    [MON, 9, 'touch'],
    [WED, 9.2, 'touch'],
    [THU, 8.9, 'breakout'],
  ];
  expect(spanOf(only(pattern(touches, { family: 'level' })))).toEqual([WED, THU]);
  expect(spanOf(only(pattern(BOTTOM)))).toEqual([MON, THU]);
});

test('the scale holds the levels of a pattern that are near it, not those far off', () => {
  const prices = (target: number) => pricesOf(only(pattern(BOTTOM, { target, invalidation: 8.5 })));
  expect(Math.max(...prices(14.9))).toBe(14.9);
  expect(Math.max(...prices(40))).toBe(12);
  expect(Math.min(...prices(3))).toBe(8.5);
});

test('the patterns of all groups stand together, newest first, and what is left out is said', () => {
  const reply = (matched: number, days: string[]) => ({
    symbol: 'TCS',
    as_of: FRI,
    bars: 5,
    patterns: days.map((day) => pattern(BOTTOM, { last_date: day })),
    matched,
    time_ms: 1,
  });
  const replies = { Shapes: reply(2, [THU, TUE]), Candlesticks: reply(1234567, [FRI, WED]) };
  const { patterns, cut } = gathered(['Shapes', 'Candlesticks', 'Levels'], replies);
  expect(patterns.map((one) => one.last_date)).toEqual([FRI, THU, WED, TUE]);
  expect(cut.map(cutFacts)).toEqual(['candlesticks: the newest 2 of 12,34,567 are shown']);
  expect(gathered(['Levels'], replies)).toEqual({ patterns: [], cut: [] });
});

test('a lone corner is a point that can be touched', () => {
  const crossing = only(pattern([[TUE, 11, 'crossing']], { name: 'golden_cross' }));
  const [point] = segmentsOf(
    crossing,
    () => 50,
    () => 60,
    false,
  );
  expect(point).toEqual({ means: 'shape', x1: 50, y1: 60, x2: 50, y2: 60 });
  expect(point && distanceTo(point, 53, 64)).toBe(5);
});

test('the distance to a segment is that to its nearest point', () => {
  const segment = { means: 'shape', x1: 0, y1: 0, x2: 10, y2: 0 } as const;
  expect([distanceTo(segment, 5, 3), distanceTo(segment, 13, 4), distanceTo(segment, -6, -8)]).toEqual([
    3, 5, 10,
  ]);
});

test('a mark holds the alerts of its bar and direction and bears the first one’s id', () => {
  const alerts = [
    alert('a', { bar_date: FRI }),
    alert('b', { bar_date: FRI, direction: 'bearish' }),
    alert('c', { bar_date: FRI }),
    alert('d', { bar_date: MON }),
    alert('e', { bar_date: '2019-01-01' }),
  ];
  const seen = alertMarks(alerts, CANDLES).map((mark) => [
    mark.id,
    mark.time,
    mark.alerts.map((one) => one.alert_id).join(''),
  ]);
  expect(seen).toEqual([
    ['d', MON, 'd'],
    ['a', FRI, 'ac'],
    ['b', FRI, 'b'],
  ]);
});

test('the facts of a pattern are those it has', () => {
  expect(patternFacts(pattern(BOTTOM))).toBe('quality 0.63');
  expect(
    patternFacts(
      pattern(BOTTOM, { target: 15, invalidation: 9, status: 'reached', settled_date: FRI, quality: 0.5 }),
    ),
  ).toBe('quality 0.50, target ₹15.00, fails beyond ₹9.00, reached 30 Sept 2025');
});
