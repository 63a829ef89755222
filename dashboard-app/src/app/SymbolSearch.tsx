import { useEffect, useId, useRef, useState } from 'react';
import type { Client } from '../api/client';
import type { SymbolEntry } from '../api/contracts';
import { isAbort } from '../api/problem';

interface Props {
  client: Client;
  onSelect: (symbol: string) => void;
  onFailure: (reason: unknown) => void;
}

const PAUSE_MS = 120;

/** A combobox over the stored instruments; `/` leads to it from anywhere. */
export function SymbolSearch({ client, onSelect, onFailure }: Props) {
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly SymbolEntry[] | null>(null);
  const [active, setActive] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const open = found !== null;

  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', focus);
    return () => {
      document.removeEventListener('keydown', focus);
    };
  }, []);

  useEffect(() => {
    if (text.trim() === '') return;
    const aborted = new AbortController();
    const timer = setTimeout(() => {
      client.symbols(text.trim(), aborted.signal).then(
        (symbols) => {
          setFound(symbols);
          setActive(0);
        },
        (reason: unknown) => {
          if (!isAbort(reason)) onFailure(reason);
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      aborted.abort();
    };
  }, [client, text, onFailure]);

  const close = (): void => {
    setText('');
    setFound(null);
    input.current?.blur();
  };
  const choose = (entry: SymbolEntry | undefined): void => {
    if (!entry) return;
    close();
    onSelect(entry.symbol);
  };
  const onKey = (event: React.KeyboardEvent): void => {
    const count = found?.length ?? 0;
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') choose(found?.[active]);
    else if (event.key === 'ArrowDown' && count > 0) setActive((active + 1) % count);
    else if (event.key === 'ArrowUp' && count > 0) setActive((active + count - 1) % count);
    else return;
    event.preventDefault();
  };

  return (
    <div className="search" role="search">
      <input
        ref={input}
        type="search"
        role="combobox"
        placeholder="Symbol, company or ISIN   ( / )"
        aria-label="Search a symbol, company or ISIN"
        aria-expanded={open}
        aria-controls={list}
        aria-activedescendant={open && found.length > 0 ? `${list}-${active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value.trim() === '') setFound(null);
        }}
        onKeyDown={onKey}
        onBlur={() => {
          setFound(null);
        }}
      />
      <ul id={list} role="listbox" aria-label="Symbols" hidden={!open}>
        {found?.map((entry, index) => (
          <li
            key={entry.symbol}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === active}
            className={entry.last_date === null ? 'bare' : undefined}
            onPointerDown={(event) => {
              event.preventDefault(); // before the blur closes the list
              choose(entry);
            }}
          >
            <b>{entry.symbol}</b>
            <span>{entry.name}</span>
            <i>{entry.last_date === null ? 'no bars stored' : entry.industry}</i>
          </li>
        ))}
        {found?.length === 0 && <li className="empty">Nothing matches “{text}”.</li>}
      </ul>
    </div>
  );
}
