/** The table snoozes. */
import { sql } from "kysely";
import type { Rows } from "../kernel/db/capped-rows.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import { SNOOZE_COLUMNS, type Snoozed, type SnoozeRow } from "./schema.ts";

declare module "../kernel/db/tx.ts" {
  interface Tables {
    snoozes: SnoozeRow;
  }
}

/** Returns the snoozes of a person whose time has not come. `after` is the last id read. */
export function listSnoozes(tx: ReadTx, userId: string, after?: string): Rows<SnoozeRow> {
  return tx
    .selectFrom("snoozes")
    .select(SNOOZE_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("user_id", "=", userId)
    .where("until", ">", sql<string>`bailiwick_now()`)
    .$if(after !== undefined, (rows) => rows.where("id", ">", after ?? ""))
    .orderBy("id");
}

/** Counts the snoozes of a person. */
export async function countSnoozes(tx: ReadTx, userId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("snoozes")
    .select(({ fn }) => fn.countAll<bigint>().as("count"))
    .where("workspace_id", "=", tx.workspace)
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Deletes the snoozes of the person whose time has come. */
export async function forgetPast(tx: Tx, userId: string, now: Date): Promise<void> {
  await tx
    .deleteFrom("snoozes")
    .where("workspace_id", "=", tx.workspace)
    .where("user_id", "=", userId)
    .where("until", "<=", now.toISOString())
    .execute();
}

export async function saveSnooze(
  tx: Tx,
  { user_id, kind, id, until, mark }: Omit<SnoozeRow, "workspace_id">,
): Promise<void> {
  await tx
    .insertInto("snoozes")
    .values({ workspace_id: tx.workspace, user_id, kind, id, until, mark })
    .onConflict((at) => at.columns(["workspace_id", "user_id", "kind", "id"]).doUpdateSet({ until, mark }))
    .execute();
}

/** Returns whether the snooze existed. */
export async function deleteSnooze(tx: Tx, userId: string, { kind, id }: Snoozed): Promise<boolean> {
  const gone = await tx
    .deleteFrom("snoozes")
    .where("workspace_id", "=", tx.workspace)
    .where("user_id", "=", userId)
    .where("kind", "=", kind)
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
  return gone !== undefined;
}
