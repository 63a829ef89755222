import { asProblem, Problem, problemOf } from './problem';

interface Login {
  access_token: string;
  expires_in: number;
}

// Says that a refresh cookie may be there, so that a first visit does not ask in vain. No secret.
const MARK = 'chitti.login';
const RENEW_AT = 0.8;

/**
 * A login. The access token lives in memory only; a reload goes on with the HttpOnly refresh cookie that
 * logging in set, and the event stream with the cookie of its own.
 */
export class Session {
  private token: string | null = null;
  private renewal: ReturnType<typeof setTimeout> | undefined;
  private refreshing: Promise<boolean> | null = null;

  /** Called when the login has ended by itself. */
  onEnd: () => void = () => undefined;

  get accessToken(): string | null {
    return this.token;
  }

  async logIn(username: string, password: string): Promise<void> {
    this.take(await post('/api/auth/token', new URLSearchParams({ username, password })));
  }

  /** Go on with an earlier login; false: there is none. */
  async resume(): Promise<boolean> {
    return localStorage.getItem(MARK) === null ? false : await this.refresh();
  }

  /** A fresh access token by the cookie; callers of the same moment share one. False: the login is over. */
  refresh(): Promise<boolean> {
    this.refreshing ??= this.renew().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  async logOut(): Promise<void> {
    const authorization = `Bearer ${this.token ?? ''}`;
    this.forget();
    // without a server there is nothing more to do: the token is gone here and ends there by itself
    await fetch('/api/auth/logout', { method: 'POST', headers: { authorization } }).catch(() => undefined);
  }

  private async renew(): Promise<boolean> {
    try {
      this.take(await post('/api/auth/refresh'));
      return true;
    } catch (reason) {
      if (asProblem(reason).code !== 'unauthorized') throw reason;
      this.forget();
      this.onEnd();
      return false;
    }
  }

  private take(login: Login): void {
    this.token = login.access_token;
    localStorage.setItem(MARK, '1');
    this.renewIn(login.expires_in * 1000 * RENEW_AT);
  }

  private renewIn(delayMs: number): void {
    clearTimeout(this.renewal);
    this.renewal = setTimeout(() => {
      this.refresh().catch(() => {
        this.renewIn(15_000);
      });
    }, delayMs);
  }

  private forget(): void {
    clearTimeout(this.renewal);
    this.token = null;
    localStorage.removeItem(MARK);
  }
}

async function post(path: string, form?: URLSearchParams): Promise<Login> {
  const reply = await fetch(path, form ? { method: 'POST', body: form } : { method: 'POST' }).catch(() => {
    throw new Problem('unreachable', 'The server does not answer.');
  });
  const body: unknown = await reply.json().catch(() => null);
  if (!reply.ok) throw problemOf(reply.status, body);
  return body as Login;
}
