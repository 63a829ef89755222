import {
  CandlestickSeries,
  ColorType,
  createChart,
  createSeriesMarkers,
  CrosshairMode,
  HistogramSeries,
  LineSeries,
  LineStyle,
  type IChartApi,
  type ISeriesApi,
  type LineSeriesPartialOptions,
  type LogicalRange,
  type MouseEventParams,
  type Time,
} from 'lightweight-charts';
import type { Point } from '../api/contracts';
import { price } from '../format';
import type { AlertMark, ChartData } from './data';
import { OutlineLayer } from './layer';
import type { Outline } from './outlines';
import type { Palette } from './palette';

export interface Overlays {
  averages: boolean;
  bands: boolean;
  rsi: boolean;
  macd: boolean;
}

export interface Drawing {
  /** Show the newest so many bars. */
  show(bars: number): void;
  /** Which bars are in sight, and how to go back to them. */
  view(): LogicalRange | null;
  look(at: LogicalRange | null): void;
  mark(marks: readonly AlertMark[]): void;
  /** Draw patterns, the chosen one thicker. */
  outline(outlines: readonly Outline[], chosen: string | null): void;
  /** Bring the bars between two days into sight. */
  sight(first: string, last: string): void;
  remove(): void;
}

/** A mark or pattern under the pointer, by its id, and where the pointer is, in pixels. */
export interface Touched {
  id: string;
  x: number;
  y: number;
}

export interface Watcher {
  /** The index of the bar under the crosshair, null outside; the thing under it, null where there is none. */
  hover: (index: number | null, touched: Touched | null) => void;
  click: (id: string) => void;
}

const MARGIN_BARS = 4;

/** Draw a symbol into a container. */
export function drawChart(
  container: HTMLElement,
  data: ChartData,
  overlays: Overlays,
  palette: Palette,
  watcher: Watcher,
): Drawing {
  const chart = makeChart(container, palette);
  const candles = drawPrices(chart, data, palette);
  const addLine = lines(chart);
  if (overlays.averages) {
    addLine(data.fast, palette.fast, 0);
    addLine(data.slow, palette.slow, 0);
  }
  if (overlays.bands) {
    const dashed = { lineStyle: LineStyle.Dotted, lineWidth: 1 } as const;
    addLine(data.upper, palette.bands, 0, dashed);
    addLine(data.lower, palette.bands, 0, dashed);
  }
  let pane = 1;
  if (overlays.rsi) drawRsi(addLine(data.rsi, palette.rsi, pane++), palette);
  if (overlays.macd) {
    drawHistogram(chart, data.histogram, palette, pane);
    addLine(data.macd, palette.fast, pane);
    addLine(data.signal, palette.slow, pane);
  }
  chart.panes().forEach((each, index) => {
    each.setStretchFactor(index === 0 ? 4 : 1);
  });
  const markers = createSeriesMarkers<Time>(candles, []);
  const layer = new OutlineLayer(palette);
  candles.attachPrimitive(layer);
  chart.subscribeCrosshairMove((event) => {
    const { logical, point } = event;
    const touched = touchedBy(event);
    layer.point(touched?.id ?? null);
    watcher.hover(point === undefined || logical === undefined ? null : logical, touched);
  });
  chart.subscribeClick((event) => {
    const touched = touchedBy(event);
    if (touched) watcher.click(touched.id);
  });
  return {
    show(bars) {
      const last = data.candles.length;
      chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, last - bars), to: last + MARGIN_BARS });
    },
    view: () => chart.timeScale().getVisibleLogicalRange(),
    look(at) {
      if (at) chart.timeScale().setVisibleLogicalRange(at);
    },
    mark(marks) {
      markers.setMarkers(
        marks.map(({ id, time, direction, alerts }) => ({
          id,
          time,
          position: direction === 'bullish' ? 'belowBar' : 'aboveBar',
          shape: direction === 'bullish' ? 'arrowUp' : 'arrowDown',
          color: direction === 'bullish' ? palette.up : palette.down,
          text: alerts.length === 1 ? 'alert' : `${alerts.length} alerts`,
        })),
      );
    },
    outline(outlines, chosen) {
      layer.show(outlines, chosen);
    },
    sight(first, last) {
      bringIntoSight(chart, data, first, last);
    },
    remove() {
      chart.remove();
    },
  };
}

function touchedBy({ hoveredInfo, point }: MouseEventParams): Touched | null {
  const id = hoveredInfo?.objectId;
  return point === undefined || typeof id !== 'string' ? null : { id, x: point.x, y: point.y };
}

/** Move the view, no farther than it takes, to where the bars between two days are seen. */
function bringIntoSight(chart: IChartApi, data: ChartData, first: string, last: string): void {
  const scale = chart.timeScale();
  const view = scale.getVisibleLogicalRange();
  const [from, to] = [first, last].map((day) => data.candles.findIndex(({ time }) => time === day));
  if (!view || from === undefined || to === undefined) return;
  if (from >= view.from && to <= view.to) return;
  const wide = Math.max(view.to - view.from, to - from + 2 * MARGIN_BARS);
  const start = from < view.from ? from - MARGIN_BARS : to + MARGIN_BARS - wide;
  scale.setVisibleLogicalRange({ from: start, to: start + wide });
}

function makeChart(container: HTMLElement, palette: Palette): IChartApi {
  return createChart(container, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: palette.surface },
      textColor: palette.muted,
      fontFamily: getComputedStyle(container).fontFamily,
      fontSize: 11,
      attributionLogo: false, // it brings an inline style; the page carries the notice and the link itself
      panes: { separatorColor: palette.line, separatorHoverColor: palette.line },
    },
    grid: { vertLines: { color: palette.grid }, horzLines: { color: palette.grid } },
    crosshair: { mode: CrosshairMode.Normal },
    rightPriceScale: { borderColor: palette.line },
    timeScale: { borderColor: palette.line },
    localization: { locale: 'en-IN', dateFormat: 'dd MMM yyyy' },
  });
}

function drawPrices(chart: IChartApi, data: ChartData, palette: Palette): ISeriesApi<'Candlestick'> {
  const candles = chart.addSeries(CandlestickSeries, {
    upColor: palette.up,
    downColor: palette.down,
    wickUpColor: palette.up,
    wickDownColor: palette.down,
    borderVisible: false,
    priceFormat: { type: 'custom', formatter: price, minMove: 0.01 },
  });
  candles.setData(data.candles);
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.12, bottom: 0.2 } });
  const volumes = chart.addSeries(HistogramSeries, {
    priceScaleId: '',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  volumes.priceScale().applyOptions({ scaleMargins: { top: 0.84, bottom: 0 } });
  volumes.setData(
    data.candles.map(({ time, open, close, volume }) => ({
      time,
      value: volume,
      color: close >= open ? palette.upFaint : palette.downFaint,
    })),
  );
  return candles;
}

function lines(
  chart: IChartApi,
): (points: Point[], color: string, pane: number, extra?: LineSeriesPartialOptions) => ISeriesApi<'Line'> {
  return (points, color, pane, extra = {}) => {
    const options: LineSeriesPartialOptions = {
      color,
      lineWidth: 2,
      priceLineVisible: false,
      lastValueVisible: pane > 0,
      crosshairMarkerVisible: false,
      ...extra,
    };
    const series = chart.addSeries(LineSeries, options, pane);
    series.setData(points);
    return series;
  };
}

function drawRsi(series: ISeriesApi<'Line'>, palette: Palette): void {
  for (const level of [30, 70]) {
    series.createPriceLine({
      price: level,
      color: palette.muted,
      lineWidth: 1,
      lineStyle: LineStyle.Dashed,
      axisLabelVisible: false,
      title: '',
    });
  }
}

function drawHistogram(chart: IChartApi, points: Point[], palette: Palette, pane: number): void {
  const series = chart.addSeries(HistogramSeries, { priceLineVisible: false, lastValueVisible: false }, pane);
  series.setData(
    points.map((point) =>
      point.value === undefined
        ? { time: point.time }
        : {
            time: point.time,
            value: point.value,
            color: point.value >= 0 ? palette.upFaint : palette.downFaint,
          },
    ),
  );
}
