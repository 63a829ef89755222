import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AlertStream, type Source } from '../src/stream/source';
import { alert } from './build';

/** An EventSource without a network. */
class Line extends EventTarget implements Source {
  readyState: 0 | 1 | 2 = 0;

  constructor(readonly url: string) {
    super();
  }

  close(): void {
    this.readyState = 2;
  }

  say(type: string, data: unknown, lastEventId: string): void {
    this.dispatchEvent(Object.assign(new Event(type), { data: JSON.stringify(data), lastEventId }));
  }

  fail(readyState: 0 | 2): void {
    this.readyState = readyState;
    this.dispatchEvent(new Event('error'));
  }
}

function setUp(renew: () => Promise<boolean> = () => Promise.resolve(true)) {
  const lines: Line[] = [];
  const told: string[] = [];
  const stream = new AlertStream(
    {
      alert: (event) => told.push(event.eventId),
      reset: (reset) => told.push(`reset ${reset.reason} ${reset.top}`),
      state: (state) => told.push(state),
    },
    renew,
    (url) => {
      const line = new Line(url);
      lines.push(line);
      return line;
    },
    () => 1,
  );
  stream.start('e-5');
  const last = (): Line => {
    const line = lines.at(-1);
    if (!line) throw new Error('nothing was opened');
    return line;
  };
  return { stream, lines, told, last };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('it starts after the position of the history and tells what it hears', () => {
  const { told, last } = setUp();
  last().dispatchEvent(new Event('open'));
  last().say('hb', { top: 'e-5', ts: '' }, 'e-5');
  last().say('new_alert', alert('a'), 'e-6');
  last().say('reset', { reason: 'epoch', oldest: 'f-1', top: 'f-9' }, 'f-9');
  expect(last().url).toBe('/api/alerts/stream?last_event_id=e-5');
  expect(told).toEqual(['connecting', 'live', 'e-6', 'reset epoch f-9']);
});

test('a connection that breaks is left to resume by itself', () => {
  const { lines, told, last } = setUp();
  last().fail(0);
  vi.advanceTimersByTime(10_000);
  expect(lines).toHaveLength(1);
  expect(told).toEqual(['connecting', 'reconnecting']);
});

test('a refused stream is opened anew after the last event, with a renewed login', async () => {
  const renew = vi.fn(() => Promise.resolve(true));
  const { lines, last } = setUp(renew);
  last().say('new_alert', alert('a'), 'e-6');
  last().fail(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(renew).toHaveBeenCalledOnce();
  expect(lines).toHaveLength(2);
  expect(last().url).toContain('last_event_id=e-6');
});

test('a reset moves the position to the top', async () => {
  const { last } = setUp();
  last().say('reset', { reason: 'expired', oldest: 'e-90', top: 'e-99' }, 'e-99');
  last().fail(2);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(last().url).toContain('last_event_id=e-99');
});

test('while the server is away it asks ever less often, up to 30 s', async () => {
  const renew = vi.fn(() => Promise.reject(new Error('away')));
  const { last } = setUp(renew);
  last().fail(2);
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    renew.mockClear();
    await vi.advanceTimersByTimeAsync(seconds * 1_000 - 1);
    expect(renew).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(renew).toHaveBeenCalledOnce();
  }
});

test('a login that is over ends it', async () => {
  const { lines, last } = setUp(() => Promise.resolve(false));
  last().fail(2);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(lines).toHaveLength(1);
});

test('a connection that says nothing for three heartbeats is given up', () => {
  const { lines, last } = setUp();
  vi.advanceTimersByTime(44_000);
  last().say('hb', { top: 'e-5', ts: '' }, 'e-5');
  vi.advanceTimersByTime(44_000);
  expect(lines).toHaveLength(1);
  vi.advanceTimersByTime(1_000);
  expect(lines).toHaveLength(2);
  expect(lines[0]?.readyState).toBe(2);
});

test('what a given up connection still says is not heard', () => {
  const { stream, told, lines } = setUp();
  stream.stop();
  lines[0]?.say('new_alert', alert('a'), 'e-6');
  expect(told).toEqual(['connecting']);
});
