import { useCallback, useSyncExternalStore } from 'react';

/** No symbol has a slash. */
const SCREENER = '#/screener';

function follow(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => {
    window.removeEventListener('hashchange', changed);
  };
}

/** The selected symbol: the part of the address after `#`, so that it can be linked to and gone back from. */
export function useSelection(): [string | null, (symbol: string) => void] {
  const hash = useSyncExternalStore(follow, () => window.location.hash);
  const select = useCallback((symbol: string) => {
    window.location.hash = encodeURIComponent(symbol);
  }, []);
  return [symbolOf(hash), select];
}

/** Whether the address names the screener, and a way there; a symbol's address leads back. */
export function useScreener(): [boolean, () => void] {
  const hash = useSyncExternalStore(follow, () => window.location.hash);
  const open = useCallback(() => {
    window.location.hash = SCREENER;
  }, []);
  return [hash === SCREENER, open];
}

export function symbolOf(hash: string): string | null {
  try {
    const text = decodeURIComponent(hash.replace(/^#/, '')).toUpperCase();
    return /^[A-Z0-9&.-]{1,20}$/.test(text) ? text : null;
  } catch {
    return null; // a broken escape is no symbol
  }
}
