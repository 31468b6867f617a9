/** The table of risk events. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { EVENT_COLUMNS, type RiskEvent } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    risk_events: RiskEvent & { workspace_id: string };
  }
}

export async function insertRiskEvent(tx: Tx, event: RiskEvent): Promise<void> {
  await tx
    .insertInto("risk_events")
    .values({ ...only(event, EVENT_COLUMNS), workspace_id: tx.workspace })
    .execute();
}

function eventOf(tx: ReadTx, id: string) {
  return tx
    .selectFrom("risk_events")
    .select(EVENT_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id);
}

/** Holds the event until the transaction ends. */
export async function lockRiskEvent(tx: Tx, id: string): Promise<RiskEvent> {
  const event = await eventOf(tx, id).forUpdate().executeTakeFirst();
  if (!event) throw notFound("risk event", id);
  return event;
}

type Change = Partial<Pick<RiskEvent, "status" | "executed_at" | "undone_at" | "result">>;

export async function markRiskEvent(tx: Tx, id: string, change: Change): Promise<void> {
  await tx
    .updateTable("risk_events")
    .set(change)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

const LIST = `select ${listOf(EVENT_COLUMNS)} from risk_events
where workspace_id = $1 and ($2::uuid is null or id < $2) and ($3::uuid is null or policy_id = $3)
  and ($4::uuid is null or agent_id = $4) and ($5::text is null or status = $5)
order by id desc`;

export interface EventFilter {
  policy_id?: string | undefined;
  agent_id?: string | undefined;
  status?: string | undefined;
}

/** The newest first. `before` is the last id read. */
export function listRiskEvents(tx: ReadTx, filter: EventFilter, before: string | null): Rows<RiskEvent> {
  const { policy_id = null, agent_id = null, status = null } = filter;
  return rowsOf("risk.list-events", LIST, [tx.workspace, before, policy_id, agent_id, status]);
}
