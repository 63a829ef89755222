import type { Criterion, ScreenQuestion } from '../api/client';
import type { ScreenField } from '../api/contracts';

/** A line of the form as it is typed. */
export interface Draft {
  id: number;
  field: string;
  op: string;
  value: string;
}

/** What the screener is asked: kept while a chart is looked at. */
export interface Screen {
  drafts: readonly Draft[];
  sort: string;
  descending: boolean;
}

const NUMBER_OPS = ['>', '>=', '<', '<=', '=', '!=', 'between', 'in'] as const;
const NAME_OPS = ['=', '!=', 'in'] as const;
const SHOWN = ['close', 'change', 'return_1y', 'rsi_14', 'volume_ratio'];
const GROUPED = /^-?\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?$/;
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
export const PAGE = 50;

export const FIRST_SCREEN: Screen = {
  drafts: [
    { id: 1, field: 'close', op: '>', value: 'sma_200' },
    { id: 2, field: 'rsi_14', op: '<', value: '50' },
  ],
  sort: 'return_1y',
  descending: true,
};

/** The operators that a field takes. */
export const operatorsOf = (field: ScreenField | undefined): readonly string[] =>
  field?.unit === 'category' ? NAME_OPS : NUMBER_OPS;

/** What a line asks for; null while it is not whole. */
export function criterionOf(draft: Draft, fields: ReadonlyMap<string, ScreenField>): Criterion | null {
  const field = fields.get(draft.field.trim());
  const text = draft.value.trim();
  if (field === undefined || text === '' || !operatorsOf(field).includes(draft.op)) return null;
  const named = { field: field.name, op: draft.op };
  if (draft.op === 'between') {
    const bounds = text.split(/\s*(?:\.\.|\band\b|\bto\b|,\s)\s*/i).map(numberOf);
    const [low, high] = bounds;
    if (bounds.length !== 2 || low == null || high == null || low > high) return null;
    return { ...named, value: [low, high] };
  }
  if (draft.op === 'in') {
    const members = text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '');
    if (field.unit === 'category') return { ...named, value: members };
    const numbers = members.map(numberOf).filter((one) => one !== null);
    return numbers.length === members.length ? { ...named, value: numbers } : null;
  }
  if (field.unit === 'category') return { ...named, value: text };
  const number = numberOf(text);
  if (number !== null) return { ...named, value: number };
  return fields.has(text) && fields.get(text)?.unit !== 'category' ? { ...named, value: text } : null;
}

/** A number as people write it: 15, -1.5, 15 %, 1,00,000; null: it is none. */
export function numberOf(text: string): number | null {
  const plain = text.trim().replace(/\s*%$/, '');
  const digits = GROUPED.test(plain) ? plain.replaceAll(',', '') : plain;
  return PLAIN.test(digits) ? Number(digits) : null;
}

/** The question that a screen's whole lines make; its columns are some of every day and those that it reads. */
export function questionOf(screen: Screen, fields: ReadonlyMap<string, ScreenField>): ScreenQuestion {
  const criteria = screen.drafts.map((draft) => criterionOf(draft, fields)).filter((one) => one !== null);
  const read = criteria.flatMap(({ field, value }) => (typeof value === 'string' ? [field, value] : [field]));
  const columns = [...SHOWN, ...read, screen.sort].filter((name) => {
    const field = fields.get(name);
    return field !== undefined && field.unit !== 'category';
  });
  return {
    criteria,
    sort: screen.sort,
    descending: screen.descending,
    limit: PAGE,
    fields: [...new Set(columns)],
  };
}
