const IST = 'Asia/Kolkata';
const MINUS = '−';

const PRICE = new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const COMPACT = new Intl.NumberFormat('en-IN', { notation: 'compact', maximumFractionDigits: 2 });
const EXACT = new Intl.NumberFormat('en-IN', { maximumFractionDigits: 4 });
const CLOCK = new Intl.DateTimeFormat('en-GB', {
  timeZone: IST,
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const STAMP = new Intl.DateTimeFormat('en-GB', {
  timeZone: IST,
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const YEAR = new Intl.DateTimeFormat('en-GB', { timeZone: IST, year: 'numeric' });
const RECENT = new Intl.DateTimeFormat('en-GB', {
  timeZone: IST,
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const DATE = new Intl.DateTimeFormat('en-GB', {
  timeZone: IST,
  day: '2-digit',
  month: 'short',
  year: 'numeric',
});
const DAY = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  day: '2-digit',
  month: 'short',
  year: 'numeric',
});
const ACRONYMS = new Set(['rsi', 'sma', 'ema', 'macd', 'atr']);

const minus = (text: string): string => text.replace('-', MINUS);
const signed = (value: number, text: string): string => (value > 0 ? `+${text}` : minus(text));

/** 2,888.40 */
export const price = (value: number): string => minus(PRICE.format(value));

/** 39.35L, 2.1Cr */
export const volume = (value: number): string => COMPACT.format(value);

/** +1.24 %; `value` is a fraction. */
export const change = (fraction: number): string => signed(fraction, `${(fraction * 100).toFixed(2)} %`);

/** +0.69 */
export const score = (value: number): string => signed(value, value.toFixed(2));

/** 46 %, or that nobody knows. */
export const confidence = (value: number | null): string =>
  value === null ? 'unknown' : `${Math.round(value * 100)} %`;

/** A fact's value: numbers with at most four decimals, times in IST, the rest as it is. */
export function fact(value: number | string): string {
  if (typeof value === 'number') return minus(EXACT.format(value));
  return /^\d{4}-\d\d-\d\dT/.test(value) ? stamp(value) : value;
}

/** 30 Sep 2025, 17:26 IST */
export const stamp = (iso: string): string => `${STAMP.format(new Date(iso))} IST`;

/** 17:26:03 IST */
export const clock = (time: Date): string => `${CLOCK.format(time)} IST`;

/** A trading day, 30 Sep 2025: a date, not a moment. */
export const day = (date: string): string => DAY.format(new Date(`${date}T00:00:00Z`));

/** sma_20 -> SMA 20 */
export const words = (name: string): string =>
  name
    .split('_')
    .map((word) => (ACRONYMS.has(word) ? word.toUpperCase() : word))
    .join(' ');

/** How long ago: now, 5 min, 3 h; after a day the day and hour in IST, after the year's end the date. */
export function since(iso: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  const time = new Date(iso);
  return YEAR.format(time) === YEAR.format(now) ? RECENT.format(time) : DATE.format(time);
}

/** The address when it leads to a web page, else null: feeds are not trusted with other schemes. */
export function webAddress(url: string | null): string | null {
  return url !== null && /^https?:\/\//i.test(url) ? url : null;
}
