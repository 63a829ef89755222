import { useEffect, useState } from 'react';
import { Client } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { Session } from '../api/session';
import { LoginForm } from './LoginForm';
import { ProblemNote } from './ProblemNote';
import { Workspace } from './Workspace';

type State = 'resuming' | 'out' | 'in';

const session = new Session();
const client = new Client(session);

export function App() {
  const [state, setState] = useState<State>('resuming');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    session.onEnd = () => {
      setState('out');
    };
    session.resume().then(
      (resumed) => {
        setProblem(null);
        setState(resumed ? 'in' : 'out');
      },
      (reason: unknown) => {
        setProblem(asProblem(reason));
      },
    );
  }, [attempt]);

  if (state === 'in') {
    return (
      <Workspace
        client={client}
        onLogOut={() => {
          setState('out');
          void session.logOut();
        }}
      />
    );
  }
  if (state === 'out') {
    return (
      <LoginForm
        session={session}
        onDone={() => {
          setState('in');
        }}
      />
    );
  }
  return problem ? (
    <main className="login">
      <ProblemNote
        problem={problem}
        onRetry={() => {
          setAttempt(attempt + 1);
        }}
      />
    </main>
  ) : null;
}
