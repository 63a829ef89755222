/** A request that failed, with what the user can do about it. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly code: string,
    message: string,
    readonly status = 0,
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }

  /** The next step for the person at the screen; empty when the message says it all. */
  get advice(): string {
    switch (this.code) {
      case 'unreachable':
        return 'Check that the stack runs (make run-all) and that this machine can reach it.';
      case 'unauthorized':
        return 'Log in again.';
      case 'rate_limited':
        return `Wait ${Math.ceil((this.retryAfterMs ?? 1000) / 1000)} s, then try again.`;
      case 'overloaded':
      case 'timeout':
        return 'The service is busy. Try again in a moment.';
      case 'service_unavailable':
        return 'A service is down; it is restarted by itself. “chitti status” tells more.';
      case 'internal':
        return 'Try again; if it stays, the log of the service has the request id.';
      default:
        return '';
    }
  }
}

interface ErrorBody {
  error?: unknown;
  message?: unknown;
  details?: { retry_after_ms?: unknown };
}

/** The problem that an error reply stands for; a proxy's page has no fields of ours. */
export function problemOf(status: number, body: unknown): Problem {
  const fields: ErrorBody = typeof body === 'object' && body !== null ? body : {};
  const code = typeof fields.error === 'string' ? fields.error : codeOf(status);
  const message = typeof fields.message === 'string' ? fields.message : `The server answered ${status}.`;
  const wait = fields.details?.retry_after_ms;
  return new Problem(code, message, status, typeof wait === 'number' ? wait : null);
}

function codeOf(status: number): string {
  if (status === 401) return 'unauthorized';
  if (status === 429) return 'rate_limited';
  if (status === 502 || status === 503) return 'service_unavailable';
  return status === 504 ? 'timeout' : 'internal';
}

/** Any thrown value as a problem. */
export function asProblem(reason: unknown): Problem {
  if (reason instanceof Problem) return reason;
  return new Problem('internal', reason instanceof Error ? reason.message : String(reason));
}

/** Whether the request was given up by this page itself. */
export function isAbort(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'AbortError';
}
