import { useState } from 'react';
import type { Session } from '../api/session';
import { asProblem, type Problem } from '../api/problem';
import { ProblemNote } from './ProblemNote';

interface Props {
  session: Session;
  onDone: () => void;
}

export function LoginForm({ session, onDone }: Props) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const logIn = async (form: FormData): Promise<void> => {
    setBusy(true);
    try {
      await session.logIn(text(form, 'username'), text(form, 'password'));
      onDone();
    } catch (reason) {
      setProblem(asProblem(reason));
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void logIn(new FormData(event.currentTarget));
        }}
      >
        <h1>
          <img src="/favicon.svg" alt="" width="36" height="36" /> Trading-Chitti
        </h1>
        <label>
          Name
          <input name="username" autoComplete="username" required autoFocus defaultValue="admin" />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        {problem && (
          <ProblemNote
            problem={problem}
            advice={
              problem.code === 'unauthorized'
                ? 'The first password is printed at the first start; “chitti user reset-password admin” makes a new one.'
                : ''
            }
          />
        )}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'Logging in…' : 'Log in'}
        </button>
      </form>
    </main>
  );
}

function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
