import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Client } from '../api/client';
import type { FoundPattern, ScanPatternsReply } from '../api/contracts';
import { asProblem, type Problem } from '../api/problem';

/** What is looked for together, by the name of its button. */
export const GROUPS = {
  Shapes: ['shape'],
  Levels: ['level', 'gap', 'extreme'],
  Momentum: ['divergence', 'squeeze', 'crossing'],
  Candlesticks: ['candlestick'],
} as const satisfies Record<string, readonly FoundPattern['family'][]>;

export type Group = keyof typeof GROUPS;
const MOST = 400; // more hide the bars
const NONE: FoundPattern[] = [];

/** The newest patterns of the groups on a symbol's bars; those of no group are none. */
export function usePatterns(client: Client, symbol: string, groups: readonly Group[]) {
  const [reply, setReply] = useState<ScanPatternsReply | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = groups.join(); // the same groups are not asked for again

  useEffect(() => {
    if (wanted === '') return;
    let gone = false;
    const families = (wanted.split(',') as Group[]).flatMap((group) => GROUPS[group]);
    client.patterns(symbol, families, MOST).then(
      (found) => {
        if (gone) return;
        setReply(found);
        setProblem(null);
      },
      (reason: unknown) => {
        if (!gone) setProblem(asProblem(reason));
      },
    );
    return () => {
      gone = true;
    };
  }, [client, symbol, wanted, attempt]);

  const families = useMemo(() => new Set<string>(groups.flatMap((group) => GROUPS[group])), [groups]);
  const patterns = useMemo(
    // until the answer for other groups is there, those of the groups left
    () => reply?.patterns.filter(({ family }) => families.has(family)) ?? NONE,
    [reply, families],
  );
  const retry = useCallback(() => {
    setAttempt((count) => count + 1);
  }, []);
  return { patterns, problem: wanted === '' ? null : problem, retry };
}
