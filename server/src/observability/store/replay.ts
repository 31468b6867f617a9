/** Reads stored events in the order in which they arrived, with what limits count. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { madeAtMs } from "../../kernel/schema.ts";
import { firstEventId } from "../event-ids.ts";
import type { Usage } from "../hooks.ts";
import { type Costly, usageOf } from "../usage-of.ts";

/** An event of the past. A limit counts a rate by the minute at which the event occurred. */
export interface PastUsage extends Usage {
  minute: number;
}

/** The events that arrived at one time: one batch. */
export interface PastBatch {
  at: Date;
  usage: readonly PastUsage[];
}

interface Row extends Costly {
  id: string;
  minute: number;
}

const PAGE = 5_000;
const DAY_MS = 86_400_000;

/** A condition on an optional agent would hide the index of the agent from a kept plan. */
const pageOf = (
  condition: string,
) => `select id, agent_id, task_id, cost_nanos, list_cost_nanos, cost_source, billing_mode, event_type, status, tokens_in,
  tokens_out, tokens_cached, floor(extract(epoch from occurred_at) / 60)::int as minute
from obs_events
where workspace_id = $1 and id > $2::uuid and id < $3::uuid ${condition}
order by id limit ${PAGE}`;
const PAGE_OF_ALL = pageOf("");
const PAGE_OF_AGENT = pageOf("and agent_id = $4");

/**
 * Yields the batches of an agent, or of all (null). One statement reads at most a day, because each day is a partition.
 * `onPage` is called before each statement with the time that it reads from, and may throw.
 */
export async function* pastBatches(
  tx: ReadTx,
  agentId: string | null,
  { from, to }: { from: number; to: number },
  onPage: (from: Date) => void,
): AsyncGenerator<PastBatch> {
  let open: Row[] = [];
  for (let day = from; day < to; day = nextDay(day)) {
    const before = firstEventId(Math.min(nextDay(day), to));
    let last = firstEventId(day);
    for (let hasMore = true; hasMore; ) {
      onPage(new Date(day));
      const rows: readonly Row[] = await pageAfter(tx, agentId, last, before);
      for (const row of rows) {
        const first = open[0];
        if (first && madeAtMs(first.id) !== madeAtMs(row.id)) {
          yield batchOf(first, open);
          open = [];
        }
        open.push(row);
      }
      last = rows.at(-1)?.id ?? last;
      hasMore = rows.length === PAGE;
    }
  }
  if (open[0]) yield batchOf(open[0], open);
}

function pageAfter(tx: ReadTx, agentId: string | null, last: string, before: string): Promise<Row[]> {
  const values = [tx.workspace, last, before];
  if (agentId === null) return tx.statement<Row>("obs.past", PAGE_OF_ALL, values);
  return tx.statement<Row>("obs.past-of-agent", PAGE_OF_AGENT, [...values, agentId]);
}

const nextDay = (ms: number) => (Math.floor(ms / DAY_MS) + 1) * DAY_MS;

function batchOf({ id }: Row, rows: readonly Row[]): PastBatch {
  return {
    at: new Date(madeAtMs(id)),
    usage: rows.map((row) => ({ ...usageOf(row), minute: row.minute })),
  };
}
