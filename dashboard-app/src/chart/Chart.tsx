import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { BANDS, FAST, MACD, RSI, SLOW, type AlertMark, type ChartData } from './data';
import { drawChart, type Drawing, type Overlays, type Touched } from './draw';
import { patternFacts } from './Findings';
import { spanOf, type Outline } from './outlines';
import { readPalette } from './palette';
import { change, day, price, volume, words } from '../format';
import type { Point } from '../api/contracts';

interface Props {
  data: ChartData;
  marks: readonly AlertMark[];
  outlines: readonly Outline[];
  /** The outline that stands out. */
  chosen: string | null;
  /** A mark or outline was clicked. */
  onClick: (id: string) => void;
  overlays: Overlays;
  bars: number;
}

/** The canvas, and the numbers of the bar under the crosshair (else of the newest). */
export function Chart({ data, marks, outlines, chosen, onClick, overlays, bars }: Props) {
  const container = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const sighted = useRef<string | null>(null); // brought into sight once, not after every redrawing
  const [hovered, setHovered] = useState<number | null>(null);
  const [touched, setTouched] = useState<Touched | null>(null);
  const scheme = useScheme();

  // in this order: the first draws anew, the others act on what was drawn
  useEffect(() => {
    if (!container.current) return;
    const before = drawing.current;
    const drawn = drawChart(container.current, data, overlays, readPalette(), {
      hover: (index, under) => {
        setHovered(index);
        setTouched(under);
      },
      click: onClick,
    });
    if (before) drawn.look(before.view());
    before?.remove();
    drawing.current = drawn;
  }, [data, overlays, scheme, onClick]);

  useEffect(
    () => () => {
      drawing.current?.remove();
      drawing.current = null;
    },
    [],
  );

  useEffect(() => {
    drawing.current?.show(bars);
  }, [bars, data]);

  useEffect(() => {
    drawing.current?.mark(marks);
  }, [marks, data, overlays, scheme, onClick]);

  useEffect(() => {
    drawing.current?.outline(outlines, chosen);
    const outline = outlines.find(({ id }) => id === chosen);
    if (outline && sighted.current !== chosen) drawing.current?.sight(...spanOf(outline));
    sighted.current = chosen;
  }, [outlines, chosen, data, overlays, scheme, onClick]);

  return (
    <div className="chart">
      <Legend data={data} overlays={overlays} index={inside(hovered, data.candles.length)} />
      <div className="canvas-frame">
        <div
          className="canvas"
          ref={container}
          role="img"
          aria-label={`${data.candles.length} daily candles of ${data.prices.symbol} with volume`}
        />
        {touched && <Tip touched={touched} marks={marks} outlines={outlines} />}
      </div>
    </div>
  );
}

function inside(index: number | null, length: number): number {
  return index === null ? length - 1 : Math.min(Math.max(index, 0), length - 1);
}

/** What is under the pointer: a pattern by its name, or the rules of a bar's alerts. */
function Tip({ touched, marks, outlines }: { touched: Touched } & Pick<Props, 'marks' | 'outlines'>) {
  const pattern = outlines.find(({ id }) => id === touched.id)?.pattern;
  const mark = marks.find(({ id }) => id === touched.id);
  if (!pattern && !mark) return null;
  return (
    // the list below the chart says the same to those who don't see it
    <div
      className="tip"
      aria-hidden="true"
      style={{ left: Math.max(touched.x - 150, 0), top: touched.y + 16 }}
    >
      {pattern && (
        <>
          <b>{pattern.title}</b>
          <br />
          {patternFacts(pattern)}
        </>
      )}
      {mark?.alerts.map((alert) => (
        <p key={alert.alert_id}>
          <b>{words(alert.rule)}</b>, {alert.direction}, impact {Math.round(alert.impact)}
        </p>
      ))}
    </div>
  );
}

function Legend({ data, overlays, index }: { data: ChartData; overlays: Overlays; index: number }) {
  const bar = data.candles[index];
  if (!bar) return null;
  const before = data.candles[index - 1];
  const move = before ? bar.close / before.close - 1 : null;
  return (
    <div className="legend">
      <p>
        <b>{day(bar.time)}</b>
        <Item name="O" value={price(bar.open)} />
        <Item name="H" value={price(bar.high)} />
        <Item name="L" value={price(bar.low)} />
        <Item name="C" value={price(bar.close)} />
        {move !== null && <span className={move >= 0 ? 'up' : 'down'}>{change(move)}</span>}
        <Item name="Vol" value={volume(bar.volume)} />
      </p>
      <p>
        {overlays.averages && (
          <>
            <Item name={`SMA ${FAST}`} value={at(data.fast, index)} colour="fast" />
            <Item name={`SMA ${SLOW}`} value={at(data.slow, index)} colour="slow" />
          </>
        )}
        {overlays.bands && (
          <Item
            name={`BB ${BANDS.period}, ${BANDS.std_dev}`}
            value={`${at(data.lower, index)} – ${at(data.upper, index)}`}
            colour="bands"
          />
        )}
        {overlays.rsi && <Item name={`RSI ${RSI}`} value={at(data.rsi, index)} colour="rsi" />}
        {overlays.macd && (
          <>
            <Item
              name={`MACD ${Object.values(MACD).join(', ')}`}
              value={at(data.macd, index)}
              colour="fast"
            />
            <Item name="signal" value={at(data.signal, index)} colour="slow" />
          </>
        )}
      </p>
    </div>
  );
}

/** The series have a point for every bar; those of the warm-up have no value. */
function at(points: Point[], index: number): string {
  const value = points[index]?.value;
  return value === undefined ? '–' : price(value);
}

function Item({ name, value, colour }: { name: string; value: string; colour?: string }) {
  return (
    <span className={colour === undefined ? 'item' : `item ${colour}`}>
      <i>{name}</i> {value}
    </span>
  );
}

const DARK = '(prefers-color-scheme: dark)';

function useScheme(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(DARK);
      query.addEventListener('change', changed);
      return () => {
        query.removeEventListener('change', changed);
      };
    },
    () => matchMedia(DARK).matches,
  );
}
