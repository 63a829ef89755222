import { LARGEST_SEQ, POSITION_FORM } from '../api/contracts';

/** Event ids are `<epoch>-<seq>`; only those of one epoch have an order. */
interface Position {
  epoch: string;
  seq: bigint; // up to 2^63 - 1, beyond what a number holds exactly
}

function parse(id: string): Position | null {
  const [, epoch, digits] = POSITION_FORM.exec(id) ?? [];
  if (epoch === undefined || digits === undefined) return null;
  const seq = BigInt(digits);
  return seq <= LARGEST_SEQ ? { epoch, seq } : null;
}

/** Whether everything up to `id` was seen by a reader that is at `position`. */
export function reached(position: string | null, id: string): boolean {
  const here = position === null ? null : parse(position);
  const there = parse(id);
  return here !== null && there !== null && here.epoch === there.epoch && there.seq <= here.seq;
}
