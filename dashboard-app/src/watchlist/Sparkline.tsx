const WIDTH = 52;
const HEIGHT = 20;

/** The course of a series without numbers; the row beside it has them. */
export function Sparkline({ values, rising }: { values: readonly number[]; rising: boolean }) {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * WIDTH;
    const y = HEIGHT - 1 - ((value - low) / span) * (HEIGHT - 2);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg width={WIDTH} height={HEIGHT} className={`sparkline ${rising ? 'up' : 'down'}`} aria-hidden="true">
      <polyline points={points.join(' ')} />
    </svg>
  );
}
