/** Keeps the pinned tools of MCP servers. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { connectionToolsChanged } from "./facts.ts";
import { connectionHooks } from "./hooks.ts";
import type { ConnectionRow } from "./schema.ts";
import { reconcile, type Seen } from "./services/tool-rules.ts";
import { listAllTools, saveTools } from "./store/tools.ts";

/** Stores what the server listed. The caller holds the connection, and stores the returned facts. */
export async function saveSeen(
  tx: Tx,
  { id, name, service_type }: Pick<ConnectionRow, "id" | "name" | "service_type">,
  seen: readonly Seen[],
): Promise<Fact[]> {
  const { saved, changed } = reconcile(await listAllTools(tx, id), seen);
  await saveTools(tx, id, saved);
  if (changed.length === 0) return [];
  const facts = await connectionHooks.onToolsChanged(tx, { connection_id: id, action_types: changed });
  return [connectionToolsChanged(id, { name, service_type, tools: changed }), ...facts];
}
