import { useCallback, useEffect, useState } from 'react';
import type { Client } from '../api/client';
import type { Article } from '../api/contracts';
import { asProblem, type Problem } from '../api/problem';
import { Arrow } from '../app/icons';
import { ProblemNote } from '../app/ProblemNote';
import { score, since, stamp, webAddress } from '../format';
import { highlighted, type Segment } from './highlight';

interface Props {
  client: Client;
  symbol: string | null;
  /** Changes when there may be newer articles. */
  version: number;
  now: number;
  onSelect: (symbol: string) => void;
}

const PAGE = 40;
const EVERY_MS = 60_000;

export function NewsList({ client, symbol, version, now, onSelect }: Props) {
  const [ofSymbol, setOfSymbol] = useState(false);
  const wanted = ofSymbol && symbol !== null ? symbol : undefined;
  return (
    <section className="panel news" aria-label="News">
      <header className="panel-head">
        <h2>News</h2>
        <div className="segmented" role="group" aria-label="Which news">
          <button
            type="button"
            aria-pressed={!ofSymbol}
            onClick={() => {
              setOfSymbol(false);
            }}
          >
            All
          </button>
          <button
            type="button"
            aria-pressed={ofSymbol}
            disabled={symbol === null}
            onClick={() => {
              setOfSymbol(true);
            }}
          >
            {symbol ?? 'Symbol'}
          </button>
        </div>
      </header>
      <Articles
        key={wanted ?? ''}
        client={client}
        symbol={wanted}
        version={version}
        now={now}
        onSelect={onSelect}
      />
    </section>
  );
}

type ArticlesProps = Omit<Props, 'symbol'> & { symbol: string | undefined };

function Articles({ client, symbol, version, now, onSelect }: ArticlesProps) {
  const [articles, setArticles] = useState<readonly Article[] | null>(null);
  const [older, setOlder] = useState<string | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const load = useCallback(
    async (cursor?: string) => {
      try {
        const query = { limit: PAGE, ...(symbol && { symbol }), ...(cursor && { cursor }) };
        const page = await client.news(query);
        setProblem(null);
        setArticles((known) => merged(known ?? [], page.articles));
        // refreshing the top does not move the bottom
        setOlder((bottom) => (cursor === undefined && bottom !== null ? bottom : page.next_cursor));
      } catch (reason) {
        setProblem(asProblem(reason));
      }
    },
    [client, symbol],
  );

  useEffect(() => {
    // a burst of alerts asks once
    const soon = setTimeout(() => void load(), version === 0 ? 0 : 400);
    const timer = setInterval(() => void load(), EVERY_MS);
    return () => {
      clearTimeout(soon);
      clearInterval(timer);
    };
  }, [load, version]);

  return (
    <>
      {problem && <ProblemNote problem={problem} onRetry={() => void load()} />}
      {articles?.length === 0 && (
        <p className="empty">{symbol ? `No article speaks of ${symbol} yet.` : 'No articles yet.'}</p>
      )}
      <ol className="scroll">
        {articles?.map((article) => (
          <ArticleRow key={article.article_id} article={article} now={now} onSelect={onSelect} />
        ))}
        {older !== null && (
          <li className="more">
            <button type="button" onClick={() => void load(older)}>
              Older news
            </button>
          </li>
        )}
      </ol>
    </>
  );
}

function merged(known: readonly Article[], page: readonly Article[]): Article[] {
  const byId = new Map([...known, ...page].map((article) => [article.article_id, article]));
  return [...byId.values()].sort((one, other) => other.article_id - one.article_id);
}

function ArticleRow({
  article,
  now,
  onSelect,
}: {
  article: Article;
  now: number;
  onSelect: (symbol: string) => void;
}) {
  const text = highlighted(article);
  const address = webAddress(article.url);
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
          title={`${article.sentiment}, confidence ${Math.round(article.confidence * 100)} %`}
        >
          <Arrow direction={article.sentiment} /> {score(article.score)}
        </span>
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
        <span className="origin">
          {address === null ? (
            article.source
          ) : (
            <a href={address} target="_blank" rel="noopener noreferrer">
              {article.source} ↗
            </a>
          )}
        </span>
        <time dateTime={time} title={`${article.published_at ? 'published' : 'first seen'} ${stamp(time)}`}>
          {since(time, now)}
        </time>
      </p>
    </li>
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
