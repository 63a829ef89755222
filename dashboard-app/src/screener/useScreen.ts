import { useCallback, useEffect, useState } from 'react';
import type { Client, ScreenQuestion } from '../api/client';
import type { ScreenReply } from '../api/contracts';
import { asProblem, isAbort, type Problem } from '../api/problem';

const PAUSE_MS = 250;

/** The answer to a question, asked when the typing pauses; `more` adds the next page. */
export function useScreen(client: Client, question: ScreenQuestion | null) {
  const [found, setFound] = useState<ScreenReply | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const text = JSON.stringify(question); // the same question is not asked again

  useEffect(() => {
    const asked = JSON.parse(text) as ScreenQuestion | null;
    if (asked === null) return;
    const giveUp = new AbortController();
    const timer = setTimeout(() => {
      client.screen(asked, giveUp.signal).then(
        (reply) => {
          setFound(reply);
          setProblem(null);
        },
        (reason: unknown) => {
          if (!isAbort(reason)) setProblem(asProblem(reason));
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      giveUp.abort();
    };
  }, [client, text, attempt]);

  const more = useCallback(async (): Promise<void> => {
    const asked = JSON.parse(text) as ScreenQuestion | null;
    const cursor = found?.next_cursor;
    if (asked === null || !cursor) return;
    try {
      const reply = await client.screen({ ...asked, cursor }, new AbortController().signal);
      // only behind the page that it was asked for: the question may have changed meanwhile
      setFound((known) =>
        known?.next_cursor === cursor ? { ...reply, rows: [...known.rows, ...reply.rows] } : known,
      );
    } catch (reason) {
      setProblem(asProblem(reason));
    }
  }, [client, text, found?.next_cursor]);

  const retry = useCallback(() => {
    setAttempt((count) => count + 1);
  }, []);
  return { found, problem, more, retry };
}
