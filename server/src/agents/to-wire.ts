/** Converts rows of agents to their shape on the wire: with presence and the number of running tasks. */
import { type GateColumns, runsOf } from "../gate/index.ts";
import type { Actor } from "../kernel/actor.ts";
import { clockOf } from "../kernel/db/db.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { Problem } from "../kernel/problem.ts";
import { presenceState, shownConfig } from "./rules.ts";
import type { Agent } from "./schema.ts";
import { type AgentRow, configOf } from "./store/agents.ts";
import { lastSeenOf } from "./store/calls.ts";

interface Reading {
  tx: ReadTx;
  actor: Actor;
}

export async function listToWire({ tx, actor }: Reading, rows: readonly AgentRow[]): Promise<Agent[]> {
  const ids = rows.map(({ id }) => id);
  const [lastSeen, runs, now] = await Promise.all([lastSeenOf(tx, ids), runsOf(tx, ids), clockOf(tx)]);
  return rows.map((row) => {
    const last_seen_at = lastSeen.get(row.id) ?? null;
    const gate = runs.get(row.id);
    const { running = 0, lease_lost_at = null } = gate ?? {};
    const state = presenceState({ lastSeenAt: last_seen_at, leaseLostAt: lease_lost_at }, now);
    const presence = { state, last_seen_at, current_tasks: running };
    const { secret_rules, ...agent } = row;
    const config = shownConfig(configOf(row), isOtherAgent(actor, row.id));
    const last_error = isOtherAgent(actor, row.id) ? null : row.last_error;
    return {
      ...agent,
      ...config,
      last_error,
      is_active: row.status === "active",
      presence,
      parked: parkedNow(gate, now),
    };
  });
}

type Parked = Pick<GateColumns, "parked_until" | "parked_code" | "parked_model">;

function parkedNow(gate: Parked | undefined, now: Date): Agent["parked"] {
  if (!gate) return null;
  const { parked_until: until, parked_code: code, parked_model: fallback_model } = gate;
  const isParked = until !== null && code !== null && Date.parse(until) > now.getTime();
  return isParked ? { code, until, fallback_model } : null;
}

/** The configuration of an agent is for people, for services and for the agent itself. */
function isOtherAgent(actor: Actor, id: string): boolean {
  return actor.kind === "agent" && actor.id !== id;
}

/** The revisions and the export of an agent show how it is configured. */
export function requireReader(actor: Actor, id: string): void {
  if (isOtherAgent(actor, id)) {
    throw new Problem("forbidden", "An agent reads only its own configuration.", {
      next_step: "agents.get shows what you may see of another agent.",
    });
  }
}

export async function toWire(reading: Reading, row: AgentRow): Promise<Agent> {
  const [agent] = await listToWire(reading, [row]);
  if (!agent) throw new Error("A row gave no agent.");
  return agent;
}
