import type { ColumnType, Generated } from "kysely";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import { Problem } from "../kernel/problem.ts";
import type { TierName } from "./schema.ts";

declare module "../kernel/db/tx.ts" {
  interface Tables {
    workspaces: {
      workspace_id: string;
      name: string;
      tier_name: TierName;
      tier_as_of: ColumnType<string | null, undefined, Date>;
      created_at: Generated<string>;
      updated_at: Generated<string | Date>;
    };
  }
}

export async function getWorkspaceName(tx: ReadTx): Promise<string> {
  const { name } = await tx
    .selectFrom("workspaces")
    .select("name")
    .where("workspace_id", "=", tx.workspace)
    .executeTakeFirstOrThrow();
  return name;
}

export async function renameWorkspace(tx: Tx, name: string, at: Date): Promise<void> {
  await tx
    .updateTable("workspaces")
    .set({ name, updated_at: at })
    .where("workspace_id", "=", tx.workspace)
    .executeTakeFirstOrThrow();
}

export async function getTierName(tx: ReadTx): Promise<TierName> {
  const { tier_name } = await tx
    .selectFrom("workspaces")
    .select("tier_name")
    .where("workspace_id", "=", tx.workspace)
    .executeTakeFirstOrThrow();
  return tier_name;
}

/**
 * Locks the workspace until the transaction ends. Other transactions may still write rows that refer to the workspace.
 */
export async function lockTierName(tx: Tx): Promise<TierName> {
  const { tier_name } = await tx
    .selectFrom("workspaces")
    .select("tier_name")
    .where("workspace_id", "=", tx.workspace)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  return tier_name;
}

/** Locks the workspace like `lockTierName`, and also returns `tier_as_of`. Throws when the workspace does not exist. */
export async function lockTierState(tx: Tx): Promise<{ tier_name: TierName; tier_as_of: string | null }> {
  const state = await tx
    .selectFrom("workspaces")
    .select(["tier_name", "tier_as_of"])
    .where("workspace_id", "=", tx.workspace)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!state) throw new Problem("not_found", "There is no such workspace.");
  return state;
}

export async function saveTierName(
  tx: Tx,
  tierName: TierName,
  { now, asOf }: { now: Date; asOf: Date },
): Promise<void> {
  await tx
    .updateTable("workspaces")
    .set({ tier_name: tierName, tier_as_of: asOf, updated_at: now })
    .where("workspace_id", "=", tx.workspace)
    .executeTakeFirstOrThrow();
}
