/** The table of pinned tools. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, recordOf } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { TOOL_COLUMNS, ToolColumns, type ToolRow } from "../tool-schema.ts";

const OF_CONNECTION = `select ${listOf(TOOL_COLUMNS)} from connection_tools
where workspace_id = $1 and connection_id = $2 and ($3::text is null or name > $3) order by name`;

export async function listAllTools(tx: ReadTx, connectionId: string): Promise<ToolRow[]> {
  return tx.statement<ToolRow>("connections.all-tools", OF_CONNECTION, [tx.workspace, connectionId, null]);
}

/** By name. `after` is the last name read. */
export function listToolRows(tx: ReadTx, connectionId: string, after: string | undefined): Rows<ToolRow> {
  return rowsOf("connections.list-tools", OF_CONNECTION, [tx.workspace, connectionId, after ?? null]);
}

export type ToolOfConnection = Pick<ToolRow, "name" | "state" | "definition" | "digest"> & { connection_id: string };

const OF_SEVERAL = `select connection_id, name, state, definition, digest from connection_tools
where workspace_id = $1 and connection_id = any($2::uuid[]) and ($3::text is null or name = $3)
order by name, connection_id`;

/** Returns the tools of these connections, or those of one name. */
export async function listToolsOf(
  tx: ReadTx,
  connectionIds: readonly string[],
  name: string | null,
): Promise<ToolOfConnection[]> {
  if (connectionIds.length === 0) return [];
  return tx.statement<ToolOfConnection>("connections.tools-of", OF_SEVERAL, [tx.workspace, connectionIds, name]);
}

const SAVE = `insert into connection_tools (workspace_id, connection_id, ${listOf(TOOL_COLUMNS)})
select $1::uuid, $2::uuid, ${listOf(TOOL_COLUMNS, "r")} from jsonb_to_recordset($3::jsonb) as r(${recordOf(ToolColumns, TOOL_COLUMNS)})
on conflict (workspace_id, connection_id, name) do update set state = excluded.state, digest = excluded.digest,
  definition = excluded.definition, seen_digest = excluded.seen_digest, seen = excluded.seen`;

/** The caller holds the connection. */
export async function saveTools(tx: Tx, connectionId: string, rows: readonly ToolRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.statement("connections.save-tools", SAVE, [tx.workspace, connectionId, JSON.stringify(rows)]);
}
