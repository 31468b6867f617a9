/** Reads and counts the facts since a time. Neither reads the facts before it, however many there are. */
import type { ReadTx } from "../db/tx.ts";
import { invalid } from "../problem.ts";
import type { FactRow } from "./list.ts";

/** The counts of a job are kept a little longer than this. */
export const RECENT_DAYS_MAX = 31;
const DAY_MS = 86_400_000;

/** Throws for an earlier time. The first statement of the transaction reads the clock. */
function requireRecent({ now }: ReadTx, from: Date): void {
  if (now.getTime() - from.getTime() <= RECENT_DAYS_MAX * DAY_MS) return;
  throw invalid("/from", `is more than ${RECENT_DAYS_MAX} days ago.`);
}

/** The counts of a job cover this time each. */
const COUNTED_MS = 300_000;

/** The last start of such a time before or at `time`. */
export function countedFrom(time: string): Date {
  return new Date(Math.floor(Date.parse(time) / COUNTED_MS) * COUNTED_MS);
}

const COUNT_SINCE = "select type, facts from bailiwick_count_since($1, $2)";

/** Counts the facts of each type since a time that `countedFrom` returned. */
export async function countSince(tx: ReadTx, from: Date): Promise<{ type: string; facts: number }[]> {
  const values = [tx.workspace, from.toISOString()];
  const counts = await tx.statement<{ type: string; facts: number }>("facts.count-since", COUNT_SINCE, values);
  requireRecent(tx, from);
  return counts;
}

export type RecentFact = Pick<FactRow, "type" | "subject_id" | "agent_id" | "data" | "created_at" | "seq">;

const NEWEST_OF_TYPES = `
select f.* from unnest($2::text[]) as t(type) cross join lateral (
  select type, subject_id, agent_id, data, created_at, seq from facts
  where workspace_id = $1 and type = t.type order by seq desc limit $4::int) f
where f.created_at >= $3 order by f.seq`;

export interface Recent {
  /** Oldest first. */
  facts: RecentFact[];
  /** Facts before this time may be missing; undefined when none is. */
  knownFrom: string | undefined;
}

/** Returns the newest facts of each type since a time, of each type at most a number. */
export async function recentOfTypes(
  tx: ReadTx,
  types: readonly string[],
  { from, most }: { from: string; most: number },
): Promise<Recent> {
  const facts = await tx.statement<RecentFact>("facts.newest-of-types", NEWEST_OF_TYPES, [
    tx.workspace,
    [...types],
    from,
    most,
  ]);
  requireRecent(tx, new Date(from));
  const cutAt = types.flatMap((type) => {
    const ofType = facts.filter((fact) => fact.type === type);
    return ofType.length === most && ofType[0] ? [ofType[0].created_at] : [];
  });
  return { facts, knownFrom: cutAt.sort().at(-1) };
}
