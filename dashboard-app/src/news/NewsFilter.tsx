import { useEffect, useState } from 'react';
import type { Article } from '../api/contracts';

export interface Filter {
  q: string;
  sentiment: Article['sentiment'] | null;
}

export const NO_FILTER: Filter = { q: '', sentiment: null };

const PAUSE_MS = 300;
const SENTIMENTS: readonly { value: Filter['sentiment']; name: string }[] = [
  { value: null, name: 'Any' },
  { value: 'bullish', name: 'Bullish' },
  { value: 'bearish', name: 'Bearish' },
  { value: 'neutral', name: 'Neutral' },
];

/** Words to search for, told when the typing pauses, and a direction. */
export function NewsFilter({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const [text, setText] = useState(filter.q);
  useEffect(() => {
    if (text.trim() === filter.q) return;
    const timer = setTimeout(() => {
      onChange({ ...filter, q: text.trim() });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [text, filter, onChange]);
  return (
    <div className="news-filter">
      <input
        type="search"
        aria-label="Search the news"
        placeholder={'Words, "a phrase", -not'}
        value={text}
        maxLength={500}
        onChange={(event) => {
          setText(event.target.value);
        }}
      />
      <div className="segmented" role="group" aria-label="Sentiment">
        {SENTIMENTS.map(({ value, name }) => (
          <button
            key={name}
            type="button"
            aria-pressed={filter.sentiment === value}
            onClick={() => {
              onChange({ ...filter, sentiment: value });
            }}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}
