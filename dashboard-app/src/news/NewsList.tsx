import { useCallback, useEffect, useState } from 'react';
import type { Client } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { ProblemNote } from '../app/ProblemNote';
import { ArticleRow } from './ArticleRow';
import { type Filter, NewsFilter, NO_FILTER } from './NewsFilter';
import { type Order, ordered, received, type Shown } from './order';

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
  const [order, setOrder] = useState<Order>('newest');
  const [filter, setFilter] = useState(NO_FILTER);
  const wanted = ofSymbol && symbol !== null ? symbol : undefined;
  return (
    <section className="panel news" aria-label="News">
      <header className="panel-head">
        <h2>News</h2>
        {wanted !== undefined && (
          <button
            type="button"
            className="toggle"
            aria-pressed={order === 'relevant'}
            title={`those most about ${wanted} first`}
            onClick={() => {
              setOrder(order === 'relevant' ? 'newest' : 'relevant');
            }}
          >
            By relevance
          </button>
        )}
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
      <NewsFilter filter={filter} onChange={setFilter} />
      <Articles
        key={JSON.stringify([wanted, filter])}
        client={client}
        symbol={wanted}
        filter={filter}
        order={wanted === undefined ? 'newest' : order}
        version={version}
        now={now}
        onSelect={onSelect}
      />
    </section>
  );
}

type ArticlesProps = Omit<Props, 'symbol'> & { symbol: string | undefined; filter: Filter; order: Order };

function Articles({ client, symbol, filter, order, version, now, onSelect }: ArticlesProps) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const load = useCallback(
    async (cursor?: string) => {
      try {
        const page = await client.news({
          limit: PAGE,
          ...(symbol && { symbol }),
          ...(filter.q && { q: filter.q }),
          ...(filter.sentiment && { sentiment: filter.sentiment }),
          ...(cursor && { cursor }),
        });
        setProblem(null);
        setShown((before) => received(before, { articles: page.articles, older: page.next_cursor }, cursor));
      } catch (reason) {
        setProblem(asProblem(reason));
      }
    },
    [client, symbol, filter],
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

  const articles = shown?.articles ?? [];
  const older = shown?.older ?? null;
  return (
    <>
      {problem && <ProblemNote problem={problem} onRetry={() => void load()} />}
      {shown !== null && articles.length === 0 && <p className="empty">{emptiness(symbol, filter)}</p>}
      <ol className="scroll">
        {ordered(articles, order, symbol).map((article) => (
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

function emptiness(symbol: string | undefined, filter: Filter): string {
  if (filter.q !== '' || filter.sentiment !== null) return 'No article fits the search.';
  return symbol === undefined ? 'No articles yet.' : `No article speaks of ${symbol} yet.`;
}
