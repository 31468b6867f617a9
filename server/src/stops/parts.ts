/** Brings the gates, the actions and the keys of agents in line with the stops in force. */
import { saveStops } from "../gate/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import { stopKeys } from "../keys/index.ts";
import { stopHooks } from "./hooks.ts";
import type { StopPart } from "./schema.ts";
import { listInForce } from "./store.ts";

/** The caller runs alone in its workspace, so no start and no new agent or key comes between. */
export async function applyStops(tx: Tx, changed: readonly StopPart[]): Promise<void> {
  const stops = await listInForce(tx);
  const covering = (part: StopPart) =>
    stops
      .filter(({ scope, in_force }) => scope !== "tree" && in_force.includes(part))
      .map(({ id, agent_id }) => ({ id, agent_id }));
  if (changed.includes("starts")) await saveStops(tx, covering("starts"));
  const holding = stops.filter(({ in_force }) => in_force.includes("actions"));
  if (changed.includes("actions")) await stopHooks.holdActions(tx, holding);
  if (changed.includes("keys")) await stopKeys(tx, covering("keys"));
}
