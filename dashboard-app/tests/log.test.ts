import { expect, test } from 'vitest';
import { EMPTY, KEPT, reduce, type AlertLog, type LogAction } from '../src/stream/log';
import { alert, page } from './build';

/** `e-2` as an event id: place 2 of an epoch of sixteen e's. */
const at = (place: string): string => place.replace(/^./, (letter) => letter.repeat(16));
const event = (place: string, alertId: string): LogAction => ({
  type: 'event',
  event: { eventId: at(place), alert: alert(alertId) },
});
const history = (place: string, ids: string[], next: string | null = null): LogAction => ({
  type: 'history',
  reply: page(at(place), ids, next),
});
const after = (...actions: LogAction[]): AlertLog => actions.reduce(reduce, EMPTY);
const ids = (log: AlertLog): string[] => log.alerts.map((each) => each.alert_id);

test('live alerts stand before the history', () => {
  const log = after(history('e-2', ['b', 'a']), event('e-3', 'c'), event('e-4', 'd'));
  expect(ids(log)).toEqual(['d', 'c', 'b', 'a']);
  expect(log.position).toBe(at('e-4'));
  expect([...log.live]).toEqual(['c', 'd']);
});

test('events that come while the history loads are kept and told once', () => {
  const log = after(event('e-2', 'b'), event('e-3', 'c'), history('e-2', ['b', 'a']));
  expect(ids(log)).toEqual(['c', 'b', 'a']);
  expect(log.queue).toEqual([]);
  expect(log.joining).toBe(false);
});

test('an alert committed after the position was read, but before the data was, is told once', () => {
  const log = after(history('e-1', ['b', 'a']), event('e-2', 'b'));
  expect(ids(log)).toEqual(['b', 'a']);
  expect(log.position).toBe(at('e-2'));
});

test('events repeated by a reconnection change nothing', () => {
  const log = after(history('e-1', ['a']), event('e-2', 'b'), event('e-3', 'c'));
  expect(reduce(log, event('e-2', 'b'))).toBe(log);
  expect(reduce(log, event('e-3', 'c'))).toBe(log);
});

test('positions are compared as numbers, not as text', () => {
  expect(ids(after(history('e-9', ['a']), event('e-10', 'b')))).toEqual(['b', 'a']);
});

test('positions are exact beyond what a number holds', () => {
  const log = after(history('e-9223372036854775806', ['a']), event('e-9223372036854775807', 'b'));
  expect(ids(log)).toEqual(['b', 'a']);
});

test.each(['E-1', 'g-1', 'e-01', 'e-+1', 'e-9223372036854775808', 'e-1\n', 'e-'])(
  'an id that no log gives (%j) is never taken for a repetition',
  (place) => {
    expect(ids(after(history(place, ['a']), event(place, 'b')))).toEqual(['b', 'a']);
  },
);

test('a reset loads the history anew and loses no event meanwhile', () => {
  const before = after(history('e-5', ['b', 'a']));
  const resetting = reduce(before, { type: 'reset', top: at('f-1') });
  expect(resetting.joining).toBe(true);
  expect(ids(resetting)).toEqual(['b', 'a']); // what is there stays in sight
  const log = [event('f-2', 'x'), event('f-3', 'y'), history('f-2', ['x', 'b'])].reduce(reduce, resetting);
  expect(ids(log)).toEqual(['y', 'x', 'b']);
  expect(log.position).toBe(at('f-3'));
});

test('an event of another epoch is never taken for a repetition', () => {
  expect(ids(after(history('e-500', ['a']), event('f-1', 'b')))).toEqual(['b', 'a']);
});

test('older pages are added below, without repeats', () => {
  const log = reduce(after(history('e-3', ['c', 'b'], '7')), {
    type: 'older',
    reply: page(at('e-3'), ['b', 'a']),
  });
  expect(ids(log)).toEqual(['c', 'b', 'a']);
  expect(log.nextCursor).toBeNull();
});

test('an acknowledgement marks that alert only', () => {
  const log = reduce(after(history('e-2', ['b', 'a'])), {
    type: 'acknowledged',
    alertId: 'a',
    at: '2025-10-01T04:00:00Z',
  });
  expect(log.alerts.map((each) => each.acknowledged_at)).toEqual([null, '2025-10-01T04:00:00Z']);
});

test('the page keeps a bounded number of alerts', () => {
  let log = after(history('e-0', []));
  for (let n = 1; n <= KEPT + 5; n += 1) log = reduce(log, event(`e-${n}`, `a${n}`));
  expect(log.alerts).toHaveLength(KEPT);
  expect(log.alerts[0]?.alert_id).toBe(`a${KEPT + 5}`);
});
