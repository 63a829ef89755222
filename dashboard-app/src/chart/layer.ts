import type {
  AutoscaleInfo,
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  PrimitiveHoveredItem,
  SeriesAttachedParameter,
} from 'lightweight-charts';
import { distanceTo, pricesOf, segmentsOf, type Outline, type Segment } from './outlines';
import type { Palette } from './palette';

const REACH_PX = 6; // how near to a line the pointer means it
const DOTS = [2, 4];
const SETTLED = 0.45; // opacity of what is over

/** Patterns drawn over the candles of a chart. */
export class OutlineLayer implements ISeriesPrimitive {
  private chart: SeriesAttachedParameter | null = null;
  private outlines: readonly Outline[] = [];
  private chosen: string | null = null;
  private pointed: string | null = null;
  private readonly view: IPrimitivePaneView;

  constructor(private readonly palette: Palette) {
    const renderer: IPrimitivePaneRenderer = {
      draw: (target) => {
        target.useMediaCoordinateSpace(({ context }) => {
          const last = this.outlines.filter((outline) => this.standsOut(outline));
          for (const outline of this.outlines) if (!last.includes(outline)) this.draw(context, outline);
          for (const outline of last) this.draw(context, outline);
        });
      },
    };
    this.view = { zOrder: () => 'top', renderer: () => renderer };
  }

  /** Draw these, the chosen one thicker; its levels stay within the scale where they are near. */
  show(outlines: readonly Outline[], chosen: string | null): void {
    this.outlines = outlines;
    this.chosen = chosen;
    this.chart?.requestUpdate();
  }

  /** What the pointer is on stands out as well. */
  point(id: string | null): void {
    if (id === this.pointed) return;
    this.pointed = id;
    this.chart?.requestUpdate();
  }

  attached(chart: SeriesAttachedParameter): void {
    this.chart = chart;
  }

  detached(): void {
    this.chart = null;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return [this.view];
  }

  autoscaleInfo(): AutoscaleInfo | null {
    const chosen = this.outlines.find(({ id }) => id === this.chosen);
    if (!chosen) return null;
    const prices = pricesOf(chosen);
    if (prices.length === 0) return null;
    return { priceRange: { minValue: Math.min(...prices), maxValue: Math.max(...prices) } };
  }

  hitTest(x: number, y: number): PrimitiveHoveredItem | null {
    let nearest: PrimitiveHoveredItem | null = null;
    let reach = REACH_PX;
    for (const outline of this.outlines) {
      for (const segment of this.segments(outline)) {
        const distance = distanceTo(segment, x, y);
        if (distance > reach) continue;
        reach = distance;
        nearest = {
          externalId: outline.id,
          zOrder: 'top',
          distance,
          hitTestPriority: 1,
          cursorStyle: 'pointer',
        };
      }
    }
    return nearest;
  }

  private standsOut({ id }: Outline): boolean {
    return id === this.chosen || id === this.pointed;
  }

  private segments(outline: Outline): Segment[] {
    const { chart } = this;
    if (!chart) return [];
    const scale = chart.chart.timeScale();
    return segmentsOf(
      outline,
      (time) => scale.timeToCoordinate(time),
      (price) => chart.series.priceToCoordinate(price),
      this.standsOut(outline),
    );
  }

  private draw(context: CanvasRenderingContext2D, outline: Outline): void {
    const bold = this.standsOut(outline);
    const { palette } = this;
    const shape = { bullish: palette.up, bearish: palette.down, neutral: palette.muted }[
      outline.pattern.direction
    ];
    const colours = { shape, target: palette.up, invalidation: palette.down };
    context.save();
    context.globalAlpha = bold || outline.pattern.status === 'active' ? 1 : SETTLED;
    for (const { means, x1, y1, x2, y2 } of this.segments(outline)) {
      context.strokeStyle = context.fillStyle = colours[means];
      context.lineWidth = (means === 'shape' ? 1.5 : 1) * (bold ? 2 : 1);
      context.setLineDash(means === 'shape' ? [] : DOTS);
      context.beginPath();
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
      context.stroke();
      if (means !== 'shape') continue;
      for (const [x, y] of [
        [x1, y1],
        [x2, y2],
      ] as const) {
        context.beginPath();
        context.arc(x, y, bold ? 4 : 2.5, 0, 2 * Math.PI);
        context.fill();
      }
    }
    context.restore();
  }
}
