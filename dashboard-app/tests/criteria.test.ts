import { describe, expect, it } from 'vitest';
import type { ScreenField } from '../src/api/contracts';
import { criterionOf, FIRST_SCREEN, numberOf, questionOf, type Draft } from '../src/screener/criteria';

const field = (name: string, unit: ScreenField['unit'] = 'number'): [string, ScreenField] => [
  name,
  { name, title: name, unit, group: 'price', known: 1, names: null },
];
const FIELDS = new Map([
  field('close', 'rupees'),
  field('sma_200', 'rupees'),
  field('rsi_14'),
  field('return_1y', 'percent'),
  field('industry', 'category'),
]);
const draft = (name: string, op: string, value: string): Draft => ({ id: 1, field: name, op, value });

describe('a line of the form', () => {
  it.each([
    [draft('rsi_14', '<', '30'), { field: 'rsi_14', op: '<', value: 30 }],
    [draft('close', '>', 'sma_200'), { field: 'close', op: '>', value: 'sma_200' }],
    [draft('close', '>', '1,00,000.5'), { field: 'close', op: '>', value: 100000.5 }],
    [draft('rsi_14', 'between', '30 to 70'), { field: 'rsi_14', op: 'between', value: [30, 70] }],
    [draft('rsi_14', 'between', '-3..7'), { field: 'rsi_14', op: 'between', value: [-3, 7] }],
    [draft('rsi_14', 'in', '1, 2'), { field: 'rsi_14', op: 'in', value: [1, 2] }],
    [draft('industry', '=', 'IT'), { field: 'industry', op: '=', value: 'IT' }],
    [draft('industry', 'in', 'IT, Healthcare'), { field: 'industry', op: 'in', value: ['IT', 'Healthcare'] }],
  ])('is what it says: %o', (typed, meant) => {
    expect(criterionOf(typed, FIELDS)).toEqual(meant);
  });

  it.each([
    draft('', '>', '1'),
    draft('rsi', '>', '1'),
    draft('rsi_14', '>', ''),
    draft('rsi_14', '>', 'abc'),
    draft('rsi_14', '>', 'industry'),
    draft('rsi_14', 'between', '70 to 30'),
    draft('rsi_14', 'between', '70'),
    draft('rsi_14', 'in', '1, x'),
    draft('industry', '>', 'IT'),
  ])('is left out while it is not whole: %o', (typed) => {
    expect(criterionOf(typed, FIELDS)).toBeNull();
  });
});

describe('a number', () => {
  it('is read as people write it', () => {
    expect(['15', '-1.5', '15 %', '1,00,000', '.5', '1e3'].map(numberOf)).toEqual([
      15, -1.5, 15, 100000, 0.5, 1000,
    ]);
    expect(['', 'x', '1,2', 'Infinity', 'NaN', '0x10'].map(numberOf)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('a question', () => {
  it('reads the columns of its criteria and its order, each once', () => {
    const question = questionOf(FIRST_SCREEN, FIELDS);
    expect(question.criteria).toHaveLength(2);
    expect(question.fields).toEqual(['close', 'return_1y', 'rsi_14', 'sma_200']);
  });

  it('has no column for names', () => {
    const screen = { drafts: [draft('industry', '=', 'IT')], sort: 'symbol', descending: false };
    expect(questionOf(screen, FIELDS).fields).toEqual(['close', 'return_1y', 'rsi_14']);
  });
});
