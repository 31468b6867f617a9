/** Hooks that later slices fill: what the overview knows of them, and the limits on usage. */
import type { Respent, Spent } from "../caps/index.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { hook } from "../kernel/hook.ts";
import type { ToolCall } from "./tool-calls.ts";

/** An event with what limits count. */
export interface Usage extends Spent {
  /** 1 for the end of a run. */
  runs: number;
  runs_failed: number;
  /** Without those that a cache read. */
  tokens: number;
}

/** An event that arrives, with what loop breakers follow. */
export interface ArrivedUsage extends Usage {
  run_id: string | null;
  /** The tool that the event called; null for other events. */
  call: ToolCall | null;
}

export const observabilityHooks = {
  /**
   * Called before events are stored. The returned function comes last in the transaction, with the events that were stored,
   * and returns facts.
   */
  beginSpending: hook<
    [tx: Tx, now: Date, usage: readonly ArrivedUsage[]],
    Promise<(stored: readonly ArrivedUsage[]) => Promise<Fact[]>>
  >("observability.beginSpending"),
  /** Called last in the transaction that changed the costs of stored events. */
  respend: hook<[tx: Tx, now: Date, changes: readonly Respent[]], Promise<void>>("observability.respend"),
  unacknowledgedAlerts: hook<[tx: ReadTx], Promise<number>>("observability.unacknowledgedAlerts"),
};
