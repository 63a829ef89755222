import type { ScreenField } from '../api/contracts';
import { criterionOf, operatorsOf, type Draft } from './criteria';

interface Props {
  drafts: readonly Draft[];
  fields: ReadonlyMap<string, ScreenField>;
  onChange: (drafts: readonly Draft[]) => void;
}

/** Lines of field, operator and value; a line that is not whole is marked and left out. */
export function CriteriaForm({ drafts, fields, onChange }: Props) {
  const change = (id: number, part: Partial<Draft>): void => {
    onChange(drafts.map((draft) => (draft.id === id ? { ...draft, ...part } : draft)));
  };
  return (
    <div className="criteria">
      <datalist id="screen-fields">
        {[...fields.values()].map(({ name, title }) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </datalist>
      <datalist id="screen-industries">
        {(fields.get('industry')?.names ?? []).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ul>
        {drafts.map((draft, place) => (
          <li key={draft.id} className={criterionOf(draft, fields) ? 'criterion' : 'criterion partial'}>
            <input
              aria-label={`Field ${place + 1}`}
              list="screen-fields"
              placeholder="field"
              value={draft.field}
              onChange={(event) => {
                const field = event.target.value;
                const fits = operatorsOf(fields.get(field)).includes(draft.op);
                change(draft.id, fits ? { field } : { field, op: '=' });
              }}
            />
            <select
              aria-label={`Operator ${place + 1}`}
              value={draft.op}
              onChange={(event) => {
                change(draft.id, { op: event.target.value });
              }}
            >
              {operatorsOf(fields.get(draft.field)).map((op) => (
                <option key={op}>{op}</option>
              ))}
            </select>
            <input
              aria-label={`Value ${place + 1}`}
              list={fields.get(draft.field)?.unit === 'category' ? 'screen-industries' : 'screen-fields'}
              placeholder={hint(draft.op)}
              value={draft.value}
              onChange={(event) => {
                change(draft.id, { value: event.target.value });
              }}
            />
            <button
              type="button"
              className="quiet"
              aria-label={`Remove criterion ${place + 1}`}
              onClick={() => {
                onChange(drafts.filter((each) => each.id !== draft.id));
              }}
            >
              ×
            </button>
            <span className="muted">{fields.get(draft.field)?.title ?? 'no such field'}</span>
          </li>
        ))}
      </ul>
      <button
        type="button"
        onClick={() => {
          const id = Math.max(0, ...drafts.map((draft) => draft.id)) + 1;
          onChange([...drafts, { id, field: '', op: '>', value: '' }]);
        }}
      >
        Add a criterion
      </button>
    </div>
  );
}

function hint(op: string): string {
  if (op === 'between') return '5 to 20';
  return op === 'in' ? 'a, b, c' : 'number or field';
}
