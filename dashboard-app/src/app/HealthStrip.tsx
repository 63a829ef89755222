import { useEffect, useState } from 'react';
import type { Client, HealthReport } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import type { StreamState } from '../stream/source';

const EVERY_MS = 10_000;
const STREAM: Record<StreamState, string> = {
  live: 'live',
  connecting: 'connecting…',
  reconnecting: 'reconnecting…',
};

/** How the services fare and whether the stream stands. */
export function HealthStrip({ client, stream }: { client: Client; stream: StreamState }) {
  const [report, setReport] = useState<HealthReport | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    let gone = false;
    const ask = (): void => {
      client.health().then(
        (answer) => {
          if (gone) return;
          setReport(answer);
          setProblem(null);
        },
        (reason: unknown) => {
          if (!gone) setProblem(asProblem(reason));
        },
      );
    };
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [client]);

  const services = Object.entries(report?.services ?? {});
  return (
    <ul className="health" aria-label="Health">
      <Light name="stream" state={stream === 'live' ? 'healthy' : 'degraded'} text={STREAM[stream]} />
      {problem ? (
        <Light name="core-api" state="unhealthy" text={`${problem.message} ${problem.advice}`} />
      ) : (
        <>
          {services.map(([name, { status, latency_ms, version, error }]) => (
            <Light
              key={name}
              name={name}
              state={status}
              text={
                latency_ms === null
                  ? (error ?? 'no answer')
                  : `${status}, ${latency_ms} ms, version ${version ?? '?'}`
              }
            />
          ))}
          {Object.entries(report?.checks ?? {}).map(([name, state]) => (
            <Light key={name} name={name} state={state === 'ok' ? 'healthy' : 'unhealthy'} text={state} />
          ))}
        </>
      )}
    </ul>
  );
}

function Light({ name, state, text }: { name: string; state: string; text: string }) {
  return (
    <li className={`light ${state}`} title={`${name}: ${text}`}>
      <span className="dot" aria-hidden="true" />
      {name}
      <span className={state === 'healthy' ? 'sr-only' : 'state'}>{text}</span>
    </li>
  );
}
