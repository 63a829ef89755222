import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import type { Client } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { EMPTY, reduce, type AlertLog } from './log';
import { AlertStream, type StreamState } from './source';

const PAGE = 200;
const RETRY_MS = 5_000;

export interface AlertFeed {
  log: AlertLog;
  state: StreamState;
  problem: Problem | null;
  loadOlder: () => Promise<void>;
  acknowledge: (alertId: string) => Promise<void>;
}

/** The alerts, kept current as long as the page is there. */
export function useAlertLog(client: Client): AlertFeed {
  const [log, dispatch] = useReducer(reduce, EMPTY);
  const [state, setState] = useState<StreamState>('connecting');
  const [problem, setProblem] = useState<Problem | null>(null);
  const cursor = useRef<string | null>(null);

  useEffect(() => {
    let gone = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const load = async (then: (asOf: string) => void): Promise<void> => {
      try {
        const reply = await client.alerts({ limit: PAGE });
        if (gone) return;
        setProblem(null);
        dispatch({ type: 'history', reply });
        then(reply.as_of);
      } catch (reason) {
        if (gone) return;
        setProblem(asProblem(reason));
        retry = setTimeout(() => void load(then), RETRY_MS);
      }
    };
    const stream = new AlertStream(
      {
        alert: (event) => {
          dispatch({ type: 'event', event });
        },
        reset: ({ top }) => {
          dispatch({ type: 'reset', top });
          clearTimeout(retry);
          void load(() => undefined); // the stream itself goes on from the top
        },
        state: setState,
      },
      () => client.session.refresh(),
    );
    void load((asOf) => {
      stream.start(asOf);
    });
    return () => {
      gone = true;
      clearTimeout(retry);
      stream.stop();
    };
  }, [client]);

  useEffect(() => {
    cursor.current = log.nextCursor;
  }, [log.nextCursor]);

  const loadOlder = useCallback(async () => {
    if (cursor.current === null) return;
    dispatch({ type: 'older', reply: await client.alerts({ limit: PAGE, cursor: cursor.current }) });
  }, [client]);

  const acknowledge = useCallback(
    async (alertId: string) => {
      const { acknowledged_at } = await client.acknowledge(alertId);
      dispatch({ type: 'acknowledged', alertId, at: acknowledged_at });
    },
    [client],
  );

  return { log, state, problem, loadOlder, acknowledge };
}
