/** Converts rows of agents to their shape on the wire: with presence and the number of running tasks. */
import { runsOf } from "../gate/index.ts";
import { clockOf } from "../kernel/db/db.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { presenceState } from "./rules.ts";
import type { Agent } from "./schema.ts";
import { type AgentRow, lastSeenOf } from "./store/agents.ts";

export async function listToWire(tx: ReadTx, rows: readonly AgentRow[]): Promise<Agent[]> {
  const ids = rows.map(({ id }) => id);
  const [lastSeen, runs, now] = await Promise.all([lastSeenOf(tx, ids), runsOf(tx, ids), clockOf(tx)]);
  return rows.map((row) => {
    const last_seen_at = lastSeen.get(row.id) ?? null;
    const { running = 0, lease_lost_at = null } = runs.get(row.id) ?? {};
    const state = presenceState({ lastSeenAt: last_seen_at, leaseLostAt: lease_lost_at }, now);
    const presence = { state, last_seen_at, current_tasks: running };
    return { ...row, is_active: row.status === "active", presence };
  });
}

export async function toWire(tx: ReadTx, row: AgentRow): Promise<Agent> {
  const [agent] = await listToWire(tx, [row]);
  if (!agent) throw new Error("A row gave no agent.");
  return agent;
}
