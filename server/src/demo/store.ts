/** The table demo_runs. */
import type { ColumnType } from "kysely";
import { columnsOf, only } from "../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import { type DemoEnd, RunColumns, type StoredRun } from "./schema.ts";

type Written = ColumnType<string, Date, Date>;

declare module "../kernel/db/tx.ts" {
  interface Tables {
    demo_runs: Omit<StoredRun, "started_at" | "expires_at" | "ended_at"> & {
      workspace_id: string;
      started_at: Written;
      expires_at: Written;
      ended_at: ColumnType<string | null, null, Date | null>;
    };
  }
}

const COLUMNS = columnsOf(RunColumns);
/** A new run has not reached these. */
const NOT_YET = { root_task_id: null, outcome: null, reason: null, ended_at: null } as const;

/** Returns the last run of the workspace. */
export async function findRun(tx: ReadTx): Promise<StoredRun | undefined> {
  return tx.selectFrom("demo_runs").select(COLUMNS).where("workspace_id", "=", tx.workspace).executeTakeFirst();
}

/** Stores a run in place of the last one. */
export async function saveNewRun(
  tx: Tx,
  run: { id: string; key_id: string; started_at: Date; expires_at: Date },
): Promise<StoredRun> {
  const row = { ...run, ...NOT_YET };
  return tx
    .insertInto("demo_runs")
    .values({ ...only(row, COLUMNS), workspace_id: tx.workspace })
    .onConflict((on) => on.column("workspace_id").doUpdateSet(only(row, COLUMNS)))
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** Returns undefined when the run has ended or is no longer the last one. */
export async function saveRoot(tx: Tx, id: string, root_task_id: string): Promise<string | undefined> {
  const saved = await tx
    .updateTable("demo_runs")
    .set({ root_task_id })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return saved?.id;
}

/** Returns undefined when the run has ended or is no longer the last one. */
export async function saveEnd(tx: Tx, { id, outcome, reason }: DemoEnd, at: Date): Promise<StoredRun | undefined> {
  return tx
    .updateTable("demo_runs")
    .set({ outcome, reason, ended_at: at })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .returning(COLUMNS)
    .executeTakeFirst();
}
