const NAMES = {
  surface: '--surface',
  line: '--line',
  grid: '--grid',
  muted: '--muted',
  up: '--up',
  down: '--down',
  upFaint: '--up-faint',
  downFaint: '--down-faint',
  fast: '--fast',
  slow: '--slow',
  bands: '--bands',
  rsi: '--rsi',
} as const;

/** The colours of the page that a canvas needs as values. */
export type Palette = Record<keyof typeof NAMES, string>;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const entries = Object.entries(NAMES).map(([name, variable]) => [
    name,
    style.getPropertyValue(variable).trim(),
  ]);
  return Object.fromEntries(entries) as Palette;
}
