import type { Evidence } from '../api/contracts';
import { fact, words } from '../format';

/** Every number that led to an alert. */
export function EvidenceTable({ evidence }: { evidence: readonly Evidence[] }) {
  return (
    <table className="evidence">
      <thead>
        <tr>
          <th scope="col">Fact</th>
          <th scope="col" className="figure">
            Value
          </th>
          <th scope="col">Unit and source</th>
        </tr>
      </thead>
      <tbody>
        {evidence.map(({ name, value, unit, source }) => (
          <tr key={name}>
            <th scope="row">{words(name)}</th>
            <td className={typeof value === 'number' ? 'figure' : undefined}>{fact(value)}</td>
            <td>
              {unit !== null && <span>{unit} </span>}
              <span className="muted">{source}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
