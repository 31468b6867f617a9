/** Finds the facts of one type around places in the histories of subjects. */
import type { ReadTx } from "../db/tx.ts";

/** A fact of a subject. */
export interface Place {
  subject_id: string;
  seq: bigint;
}

export interface Nearest {
  /** The times of the last fact before the place, and of the first one after it. */
  before: string | null;
  after: string | null;
  /** Another fact of the type stands before the last one. */
  has_earlier: boolean;
}

const OF = "from facts where workspace_id = $1 and subject_id = p.subject_id and type = $4 and seq";
const NEAREST = `
select b.created_at as before, a.created_at as after, e.seq is not null as has_earlier
from unnest($2::uuid[], $3::bigint[]) with ordinality as p(subject_id, at, place)
left join lateral (select created_at, seq ${OF} < p.at order by seq desc limit 1) b on true
left join lateral (select created_at ${OF} > p.at order by seq limit 1) a on true
left join lateral (select seq ${OF} < b.seq order by seq desc limit 1) e on true
order by p.place`;

/** Returns one row for each place, in their order. */
export async function nearestOfType(tx: ReadTx, places: readonly Place[], type: string): Promise<Nearest[]> {
  if (places.length === 0) return [];
  const values = [tx.workspace, places.map(({ subject_id }) => subject_id), places.map(({ seq }) => String(seq)), type];
  return tx.statement<Nearest>("facts.nearest-of-type", NEAREST, values);
}
