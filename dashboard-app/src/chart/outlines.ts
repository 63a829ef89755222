import type { Candle, FoundPattern } from '../api/contracts';

export const PATTERN = 'pattern ';

/** A corner on the chart: a bar's day and a price. */
export interface Corner {
  time: string;
  price: number;
}

/** What is drawn of a pattern: lines through its corners, and the two prices that it is about. */
export interface Outline {
  /** Begins with `PATTERN`, as no alert's id does. */
  id: string;
  pattern: FoundPattern;
  strokes: Corner[][];
  /** What stands for the lines among many others. */
  brief: Corner[][];
  levels: Level[];
}

/** A price that is watched from the pattern's last bar until one of the two was met. */
export interface Level {
  means: 'target' | 'invalidation';
  price: number;
  from: string;
  to: string;
}

/** A straight piece in pixels. */
export interface Segment {
  means: 'shape' | Level['means'];
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

// prices that something keeps to or leaves, rather than corners of a line
const ACROSS = new Set([
  'range_high',
  'range_low',
  'highest',
  'lowest',
  'before_gap',
  'after_gap',
  'former_extreme',
]);
const ALONE = new Set(['breakout', 'close']);
const FAR = 0.25; // of the price

/** The outlines of those patterns that lie wholly on the bars shown, in their order. */
export function outlinesOf(patterns: readonly FoundPattern[], candles: readonly Candle[]): Outline[] {
  const shown = new Set(candles.map((candle) => candle.time));
  const newest = candles.at(-1)?.time;
  if (newest === undefined) return [];
  return patterns
    .filter((one) =>
      [one.first_date, one.last_date, ...one.points.map(({ date }) => date)].every((day) => shown.has(day)),
    )
    .map((pattern) => {
      const strokes = strokesOf(pattern);
      return {
        id: `${PATTERN}${pattern.name} ${pattern.first_date} ${pattern.last_date}`,
        pattern,
        strokes,
        brief: briefOf(pattern) ?? strokes,
        levels: levelsOf(pattern, newest),
      };
    });
}

/** A point at the end of a candlestick, a level from its last touch on; null: its lines are all of it. */
function briefOf({ points, last_date, family, direction }: FoundPattern): Corner[][] | null {
  if (family === 'candlestick') {
    const end = points.find(({ role }) => role === (direction === 'bearish' ? 'highest' : 'lowest'));
    return end ? [[{ time: last_date, price: end.price }]] : [];
  }
  const touch = points.findLast(({ role }) => role === 'touch');
  return touch ? [[touch.date, last_date].map((time) => ({ time, price: touch.price }))] : null;
}

/** One line above and one below where a pattern has such sides, else one through all corners; levels go across. */
function strokesOf({ points, first_date, last_date }: FoundPattern): Corner[][] {
  const across = points.filter(({ role }) => ACROSS.has(role));
  const rest = points.filter(({ role }) => !ACROSS.has(role) && !ALONE.has(role));
  const lines = ['upper', 'lower'].map((side) => rest.filter(({ role }) => role === side));
  lines.push(rest.filter(({ role }) => role !== 'upper' && role !== 'lower'));
  return [
    ...across.map(({ price }) => [
      { time: first_date, price },
      { time: last_date, price },
    ]),
    ...lines
      .filter((line) => line.length > 0)
      .map((line) => line.map(({ date, price }) => ({ time: date, price }))),
  ];
}

function levelsOf(pattern: FoundPattern, newest: string): Level[] {
  const to = pattern.settled_date ?? newest;
  return (['target', 'invalidation'] as const).flatMap((means) => {
    const price = pattern[means];
    return price === null ? [] : [{ means, price, from: pattern.last_date, to }];
  });
}

/**
 * An outline in pixels; what the axes can't place is left out. A lone corner is a piece without length. All is drawn
 * of what stands out, and the levels of shapes that are not settled yet: those of all patterns would hide the bars.
 */
export function segmentsOf(
  { strokes, brief, levels, pattern }: Outline,
  x: (time: string) => number | null,
  y: (price: number) => number | null,
  standsOut: boolean,
): Segment[] {
  const watched = standsOut || (pattern.family === 'shape' && pattern.status === 'active');
  const piece = (means: Segment['means'], from: Corner, to: Corner): Segment[] => {
    const [x1, y1, x2, y2] = [x(from.time), y(from.price), x(to.time), y(to.price)];
    return x1 === null || y1 === null || x2 === null || y2 === null ? [] : [{ means, x1, y1, x2, y2 }];
  };
  return [
    ...(standsOut && brief !== strokes ? [...brief, ...strokes] : brief).flatMap((corners) =>
      corners.flatMap((to, at) => {
        const from = corners[at - 1];
        if (from) return piece('shape', from, to);
        return corners.length === 1 ? piece('shape', to, to) : [];
      }),
    ),
    ...(watched ? levels : []).flatMap(({ means, price, from, to }) =>
      piece(means, { time: from, price }, { time: to, price }),
    ),
  ];
}

/** The days that an outline is looked at from and to. */
export function spanOf({ brief, pattern }: Outline): [string, string] {
  const days = [...brief.flat().map(({ time }) => time), pattern.last_date].sort();
  return [days[0] ?? pattern.last_date, pattern.last_date];
}

/** The prices that a scale should hold for an outline; a level far off would press the bars together. */
export function pricesOf({ brief, levels }: Outline): number[] {
  const shape = brief.flat().map(({ price }) => price);
  const [least, most] = [Math.min(...shape) * (1 - FAR), Math.max(...shape) * (1 + FAR)];
  return [...shape, ...levels.map(({ price }) => price).filter((price) => price >= least && price <= most)];
}

/** How far a point lies from a segment. */
export function distanceTo({ x1, y1, x2, y2 }: Segment, x: number, y: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(Math.max(((x - x1) * dx + (y - y1) * dy) / length, 0), 1);
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
