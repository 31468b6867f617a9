/** Hooks that later slices fill: what the overview knows of them, and the limits on usage. */
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { hook } from "../kernel/hook.ts";

/** An event with what limits count. */
export interface Usage {
  agent_id: string;
  task_id: string | null;
  /** Null when the cost is unknown, or nothing was used. */
  cost_nanos: bigint | null;
  list_cost_nanos: bigint | null;
  is_unpriced: boolean;
  /** 1 for the end of a run. */
  runs: number;
  runs_failed: number;
  /** Without those that a cache read. */
  tokens: number;
}

/** The change of the cost of an event of today, in nano-dollars. */
export interface Respent {
  agent_id: string;
  cost: string;
  list: string;
  unpriced: number;
}

export const observabilityHooks = {
  /**
   * Called before events are stored. The returned function comes last in the transaction, with the events that were stored,
   * and returns facts.
   */
  beginSpending: hook<
    [tx: Tx, now: Date, usage: readonly Usage[]],
    Promise<(stored: readonly Usage[]) => Promise<Fact[]>>
  >("observability.beginSpending"),
  /** Called last in the transaction that changed the costs of stored events. */
  respend: hook<[tx: Tx, now: Date, changes: readonly Respent[]], Promise<void>>("observability.respend"),
  unacknowledgedAlerts: hook<[tx: ReadTx], Promise<number>>("observability.unacknowledgedAlerts"),
};
