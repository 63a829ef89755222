/** Event ids are `<epoch>-<seq>`; only those of one epoch have an order. */
interface Position {
  epoch: string;
  seq: number;
}

function parse(id: string): Position | null {
  const found = /^([A-Za-z0-9_.]{1,64})-(\d{1,18})$/.exec(id);
  return found ? { epoch: found[1] ?? '', seq: Number(found[2]) } : null;
}

/** Whether everything up to `id` was seen by a reader that is at `position`. */
export function reached(position: string | null, id: string): boolean {
  const here = position === null ? null : parse(position);
  const there = parse(id);
  return here !== null && there !== null && here.epoch === there.epoch && there.seq <= here.seq;
}
