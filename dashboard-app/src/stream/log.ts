import type { Alert, GetAlertsReply } from '../api/contracts';
import { reached } from './position';

/** Older alerts than so many are dropped from the page; the server keeps them. */
export const KEPT = 1000;

export interface LiveAlert {
  eventId: string;
  alert: Alert;
}

/**
 * The alerts of the page, newest first, put together from history and live events.
 *
 * While history is loading (`joining`) live events wait in `queue`; what both hold is taken once.
 */
export interface AlertLog {
  alerts: readonly Alert[];
  position: string | null;
  nextCursor: string | null;
  joining: boolean;
  queue: readonly LiveAlert[];
  live: ReadonlySet<string>;
}

export type LogAction =
  | { type: 'history'; reply: GetAlertsReply }
  | { type: 'older'; reply: GetAlertsReply }
  | { type: 'event'; event: LiveAlert }
  | { type: 'reset'; top: string }
  | { type: 'acknowledged'; alertId: string; at: string };

export const EMPTY: AlertLog = {
  alerts: [],
  position: null,
  nextCursor: null,
  joining: true,
  queue: [],
  live: new Set(),
};

export function reduce(log: AlertLog, action: LogAction): AlertLog {
  switch (action.type) {
    case 'history': {
      const joined: AlertLog = {
        ...log,
        alerts: action.reply.alerts,
        position: action.reply.as_of,
        nextCursor: action.reply.next_cursor,
        joining: false,
        queue: [],
      };
      return log.queue.reduce(withEvent, joined);
    }
    case 'older': {
      const known = new Set(log.alerts.map((alert) => alert.alert_id));
      const added = action.reply.alerts.filter((alert) => !known.has(alert.alert_id));
      return { ...log, alerts: [...log.alerts, ...added], nextCursor: action.reply.next_cursor };
    }
    case 'event':
      return log.joining ? { ...log, queue: [...log.queue, action.event] } : withEvent(log, action.event);
    case 'reset':
      return { ...log, joining: true, queue: [], position: action.top };
    case 'acknowledged':
      return {
        ...log,
        alerts: log.alerts.map((alert) =>
          alert.alert_id === action.alertId ? { ...alert, acknowledged_at: action.at } : alert,
        ),
      };
  }
}

function withEvent(log: AlertLog, { eventId, alert }: LiveAlert): AlertLog {
  if (reached(log.position, eventId)) return log;
  const moved = { ...log, position: eventId };
  // committed between the reading of the position and that of the data
  if (log.alerts.some((known) => known.alert_id === alert.alert_id)) return moved;
  return {
    ...moved,
    alerts: [alert, ...log.alerts].slice(0, KEPT),
    live: new Set(log.live).add(alert.alert_id),
  };
}
