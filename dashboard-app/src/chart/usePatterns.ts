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
/** Patterns of one group that are shown; more hide the bars. */
export const MOST = 200;

/** A group of which not all patterns are shown. */
export interface Cut {
  group: Group;
  shown: number;
  found: number;
}

type Replies = Partial<Record<Group, ScanPatternsReply>>;

/** The newest patterns of each of the groups on a symbol's bars, and of which groups there are more. */
export function usePatterns(client: Client, symbol: string, groups: readonly Group[]) {
  const [replies, setReplies] = useState<Replies>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const wanted = groups.join(); // the same groups are not asked for again

  useEffect(() => {
    if (wanted === '') return;
    let gone = false;
    const asked = wanted.split(',') as Group[];
    // each group apart: a year has more candlesticks than ten have shapes
    Promise.all(asked.map(async (group) => client.patterns(symbol, GROUPS[group], MOST))).then(
      (found) => {
        if (gone) return;
        setReplies(Object.fromEntries(asked.map((group, at) => [group, found[at]])));
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

  // until the answer for other groups is there, those of the groups left
  const { patterns, cut } = useMemo(() => gathered(groups, replies), [groups, replies]);
  const retry = useCallback(() => {
    setAttempt((count) => count + 1);
  }, []);
  return { patterns, cut, problem: wanted === '' ? null : problem, retry };
}

/** The patterns of the groups' replies, newest first, and the groups of which more were found than came. */
export function gathered(
  groups: readonly Group[],
  replies: Replies,
): { patterns: FoundPattern[]; cut: Cut[] } {
  const patterns: FoundPattern[] = [];
  const cut: Cut[] = [];
  for (const group of groups) {
    const reply = replies[group];
    if (!reply) continue;
    patterns.push(...reply.patterns);
    const shown = reply.patterns.length;
    if (shown < reply.matched) cut.push({ group, shown, found: reply.matched });
  }
  patterns.sort((one, other) => other.last_date.localeCompare(one.last_date));
  return { patterns, cut };
}
