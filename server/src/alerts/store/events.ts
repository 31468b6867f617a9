/** The table of alerts that fired. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { type AlertEvent, EVENT_COLUMNS } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    alert_events: AlertEvent & { workspace_id: string };
  }
}

export async function insertEvent(tx: Tx, event: AlertEvent): Promise<void> {
  await tx
    .insertInto("alert_events")
    .values({ ...only(event, EVENT_COLUMNS), workspace_id: tx.workspace })
    .execute();
}

/** Holds the alert until the transaction ends. */
export async function lockEvent(tx: Tx, id: string): Promise<AlertEvent> {
  const event = await tx
    .selectFrom("alert_events")
    .select(EVENT_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (!event) throw notFound("alert", id);
  return event;
}

type Marks = Partial<Pick<AlertEvent, "acknowledged_at" | "acknowledged_by_user_id" | "resolved_at">>;

export async function markEvent(tx: Tx, id: string, marks: Marks): Promise<void> {
  await tx
    .updateTable("alert_events")
    .set(only(marks, ["acknowledged_at", "acknowledged_by_user_id", "resolved_at"]))
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirst();
}

const LIST = `select ${listOf(EVENT_COLUMNS)} from alert_events where workspace_id = $1 and ($2::uuid is null or id < $2)
  and ($3::uuid is null or rule_id = $3) and ($4::boolean is null or (acknowledged_at is not null) = $4) order by id desc`;
const OPEN = `select ${listOf(EVENT_COLUMNS)} from alert_events
where workspace_id = $1 and ($2::uuid is null or id < $2) and acknowledged_at is null order by id desc`;

export interface EventFilters {
  rule_id?: string | undefined;
  is_acknowledged?: boolean | undefined;
}

/** The newest first. `before` is the last id read. */
export function listEvents(
  tx: ReadTx,
  { rule_id, is_acknowledged }: EventFilters,
  before: string | null,
): Rows<AlertEvent> {
  if (is_acknowledged === false && rule_id === undefined)
    return rowsOf("alerts.list-open", OPEN, [tx.workspace, before]);
  return rowsOf("alerts.list-events", LIST, [tx.workspace, before, rule_id ?? null, is_acknowledged ?? null]);
}

const COUNT = "select count(*)::int as events from alert_events where workspace_id = $1 and acknowledged_at is null";

export async function countUnacknowledged(tx: ReadTx): Promise<number> {
  const [row] = await tx.statement<{ events: number }>("alerts.count-open", COUNT, [tx.workspace]);
  return row?.events ?? 0;
}
