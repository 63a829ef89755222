import type { Problem } from '../api/problem';

interface Props {
  problem: Problem;
  /** What to do here, where the problem itself can't know. */
  advice?: string;
  onRetry?: () => void;
  onDismiss?: () => void;
}

/** What went wrong and what to do about it. */
export function ProblemNote({ problem, advice = '', onRetry, onDismiss }: Props) {
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{problem.message}</strong> {advice === '' ? problem.advice : advice}
      </p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
      {onDismiss && (
        <button type="button" onClick={onDismiss}>
          Close
        </button>
      )}
    </div>
  );
}
