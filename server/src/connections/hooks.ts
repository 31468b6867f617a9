/** Hooks that agent actions fill. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { hook } from "../kernel/hook.ts";

export const connectionHooks = {
  /**
   * Runs in the transaction that stores that tools of an MCP server changed or are gone. Standing rules for them end.
   * The command stores the returned facts.
   */
  onToolsChanged: hook<[tx: Tx, changed: { connection_id: string; action_types: readonly string[] }], Promise<Fact[]>>(
    "connections.onToolsChanged",
  ),
  /** Runs in the transaction that gives a connection another address. Standing rules that approve for it end. */
  onMoved: hook<[tx: Tx, moved: { connection_id: string; service_type: string }], Promise<Fact[]>>(
    "connections.onMoved",
  ),
};
