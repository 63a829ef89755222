import { expect, test } from 'vitest';
import { problemOf } from '../src/api/problem';
import { symbolOf } from '../src/app/useSelection';
import {
  change,
  clock,
  confidence,
  day,
  fact,
  price,
  score,
  since,
  stamp,
  webAddress,
  words,
} from '../src/format';

test('numbers are grouped as in India and carry a true minus', () => {
  expect(price(1234567.5)).toBe('12,34,567.50');
  expect(price(-2.51)).toBe('−2.51');
  expect(change(0.0124)).toBe('+1.24 %');
  expect(change(-0.0112)).toBe('−1.12 %');
  expect(score(0)).toBe('0.00');
  expect(score(-0.6875)).toBe('−0.69');
  expect(fact(-0.11274)).toBe('−0.1127');
});

test('an unknown confidence is said to be unknown', () => {
  expect(confidence(null)).toBe('unknown');
  expect(confidence(0)).toBe('0 %');
  expect(confidence(0.4578)).toBe('46 %');
});

test('times are shown in IST whatever the zone of the machine', () => {
  expect(stamp('2025-09-30T20:30:00Z')).toMatch(/^01 Oct 2025, 02:00 IST$/);
  expect(clock(new Date('2025-09-30T18:30:05Z'))).toBe('00:00:05 IST');
  expect(fact('2025-01-30T11:56:00+00:00')).toBe('30 Jan 2025, 17:26 IST');
});

test('a trading day is not moved by any zone', () => {
  expect(day('2025-01-01')).toBe('01 Jan 2025');
  expect(fact('2025-09-30')).toBe('2025-09-30');
});

test.each([
  [20_000, 'now'],
  [5 * 60_000, '5 min ago'],
  [3 * 3_600_000, '3 h ago'],
  [3 * 86_400_000, '12 Mar, 15:30'],
  [300 * 86_400_000, '12 Mar 2025'],
])('%i ms later an alert is %s', (age, expected) => {
  const then = Date.parse('2025-03-12T10:00:00Z');
  expect(since(new Date(then).toISOString(), then + age)).toBe(expected);
});

test('names of facts become words', () => {
  expect(words('rsi_14_previous')).toBe('RSI 14 previous');
  expect(words('news_with_trend')).toBe('news with trend');
});

test.each(['javascript:alert(1)', 'data:text/html,x', '//x.example', '', null])(
  '%j is no link',
  (address) => {
    expect(webAddress(address)).toBeNull();
  },
);

test('the symbol of an address', () => {
  expect(symbolOf('#M%26M')).toBe('M&M');
  expect(symbolOf('#tcs')).toBe('TCS');
  expect(symbolOf('#%E0%A4%A')).toBeNull();
  expect(symbolOf('#<script>')).toBeNull();
  expect(symbolOf('')).toBeNull();
});

test('a problem says what to do', () => {
  const limited = problemOf(429, {
    error: 'rate_limited',
    message: 'slow down',
    details: { retry_after_ms: 2500 },
  });
  expect(limited.advice).toBe('Wait 3 s, then try again.');
  expect(problemOf(502, null).code).toBe('service_unavailable'); // a proxy's page
  expect(problemOf(400, { error: 'invalid_input', message: 'period must be >= 2' }).message).toBe(
    'period must be >= 2',
  );
});
