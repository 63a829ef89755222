import type { Article } from '../api/contracts';
import { Arrow } from '../app/icons';
import { score, since, stamp, webAddress } from '../format';
import { highlighted, type Segment } from './highlight';
import { eventName } from './order';

interface Props {
  article: Article;
  now: number;
  onSelect: (symbol: string) => void;
}

export function ArticleRow({ article, now, onSelect }: Props) {
  const text = highlighted(article);
  const event = eventName(article.event);
  const time = article.published_at ?? article.first_seen_at;
  return (
    <li className={`article ${article.sentiment}`}>
      <p className="headline">
        <Marked segments={text.title} />
      </p>
      {article.summary !== '' && (
        <p className="summary">
          <Marked segments={text.summary} />
        </p>
      )}
      <p className="meta">
        <span
          className={`verdict ${article.sentiment}`}
          title={`${article.sentiment}, confidence ${Math.round(article.confidence * 100)} %, by ${article.model}`}
        >
          <Arrow direction={article.sentiment} /> {score(article.score)}
        </span>
        {event !== null && <span className="event">{event}</span>}
        {article.symbols.map(({ symbol }) => (
          <button
            key={symbol}
            type="button"
            className="chip"
            onClick={() => {
              onSelect(symbol);
            }}
          >
            {symbol}
          </button>
        ))}
        <Origin article={article} />
        <time dateTime={time} title={`${article.published_at ? 'published' : 'first seen'} ${stamp(time)}`}>
          {since(time, now)}
        </time>
      </p>
    </li>
  );
}

function Origin({ article }: { article: Article }) {
  const address = webAddress(article.url);
  return (
    <span className="origin">
      {address === null ? (
        article.source
      ) : (
        <a href={address} target="_blank" rel="noopener noreferrer">
          {article.source} ↗
        </a>
      )}
      {article.sources > 1 && (
        <span title={article.lead ? 'the first to tell it' : 'told before by another'}>
          {' '}
          · {article.sources} sources
        </span>
      )}
    </span>
  );
}

function Marked({ segments }: { segments: Segment[] }) {
  return segments.map(({ text, weight }, index) =>
    weight === null ? (
      text
    ) : (
      <mark key={index} className={weight >= 0 ? 'up' : 'down'} title={`adds ${score(weight)}`}>
        {text}
      </mark>
    ),
  );
}
