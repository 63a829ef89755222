import type { Alert, Reset } from '../api/contracts';
import type { LiveAlert } from './log';

export type StreamState = 'connecting' | 'live' | 'reconnecting';

export interface StreamReader {
  alert(event: LiveAlert): void;
  reset(reset: Reset): void;
  state(state: StreamState): void;
}

/** What is used of EventSource. */
export interface Source extends EventTarget {
  readonly readyState: number;
  close(): void;
}

const CLOSED = 2;
const SILENT_MS = 45_000; // three heartbeats
const LONGEST_WAIT_MS = 30_000;

/**
 * Follows the alert stream from a position and never gives up.
 *
 * EventSource resumes lost connections by itself. It stops for good when the reply is not a stream (a login that
 * ended, a gateway that restarts), and it does not notice a connection that died without a word: both are opened
 * anew here, after the last event, with a login renewed before.
 */
export class AlertStream {
  private source: Source | null = null;
  private position = '';
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly reader: StreamReader,
    private readonly renewLogin: () => Promise<boolean>,
    private readonly open: (url: string) => Source = (url) => new EventSource(url),
    private readonly random: () => number = Math.random,
  ) {}

  /** Begin after `position`, wherever the stream was. */
  start(position: string): void {
    this.stop();
    this.position = position;
    this.connect('connecting');
  }

  stop(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  private connect(state: StreamState): void {
    this.reader.state(state);
    const source = this.open(`/api/alerts/stream?last_event_id=${encodeURIComponent(this.position)}`);
    this.source = source;
    const when = (name: string, act: (event: MessageEvent<string>) => void): void => {
      source.addEventListener(name, (event) => {
        if (this.source !== source) return; // of a connection that was given up
        this.heard();
        act(event as MessageEvent<string>);
      });
    };
    when('open', () => {
      this.reader.state('live');
    });
    when('hb', (event) => {
      this.moved(event);
    });
    when('new_alert', (event) => {
      this.moved(event);
      this.reader.alert({ eventId: event.lastEventId, alert: JSON.parse(event.data) as Alert });
    });
    when('reset', (event) => {
      this.moved(event);
      this.reader.reset(JSON.parse(event.data) as Reset);
    });
    source.addEventListener('error', () => {
      if (this.source === source) this.lost(source);
    });
    this.watch();
  }

  private moved(event: MessageEvent<string>): void {
    if (event.lastEventId !== '') this.position = event.lastEventId;
  }

  private heard(): void {
    this.failures = 0;
    this.watch();
  }

  private watch(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.again();
    }, SILENT_MS);
  }

  private lost(source: Source): void {
    this.reader.state('reconnecting');
    if (source.readyState !== CLOSED) return; // it reconnects by itself
    this.stop();
    const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** this.failures) * (0.5 + this.random() / 2);
    this.failures += 1;
    this.timer = setTimeout(() => {
      this.renewLogin().then(
        (renewed) => {
          if (renewed) this.again();
        },
        () => {
          this.lost(source); // the server is away: ask again later
        },
      );
    }, wait);
  }

  private again(): void {
    this.stop();
    this.connect('reconnecting');
  }
}
