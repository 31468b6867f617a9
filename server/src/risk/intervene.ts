/** The actions of crossed policies on agents, and how they are taken back. */
import { lockAgents, modelOf, setAgentStatus } from "../agents/index.ts";
import { type Gate, lockGates, saveLimits } from "../gate/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { THROTTLE_PER_MINUTE } from "./actions.ts";
import { isAsLeft } from "./rules.ts";
import type { ActionType } from "./schema.ts";

/** The cheaper model of each provider, and of any other. The configuration of an agent may name its own. */
const CHEAPER_MODELS = new Map([
  ["openai", "gpt-4o-mini"],
  ["anthropic", "claude-haiku-4-5-20251001"],
  ["google", "gemini-2.0-flash"],
]);
const CHEAPER_MODEL = "gpt-4o-mini";

/** The agents whose rows and gates the transaction has locked, before it locked anything else. */
export type HeldAgents = ReadonlyMap<string, Gate>;

/** Locks agents and their gates in the order of their ids. */
export async function holdAgents(tx: Tx, ids: readonly string[]): Promise<HeldAgents> {
  const ordered = [...new Set(ids)].sort();
  await lockAgents(tx, ordered);
  return lockGates(tx, ordered);
}

export interface Effect {
  status: "executed" | "skipped" | "failed";
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  /** Why nothing changed. */
  reason?: string;
  facts: Fact[];
}

export interface Act {
  tx: Tx;
  now: Date;
  /** The gate of the agent, locked. */
  gate: Gate;
  /** In words for people. */
  reason: string;
  /** The risk event that acts. */
  event_id: string;
}

const skipped = (reason: string): Effect => ({ status: "skipped", before: {}, after: {}, reason, facts: [] });

async function pause({ tx, now, gate, reason, event_id }: Act): Promise<Effect> {
  if (gate.status === "archived")
    return { status: "failed", before: {}, after: {}, reason: "The agent is archived.", facts: [] };
  if (gate.status === "paused") return skipped("The agent was paused already.");
  const fact = await setAgentStatus({ tx, now }, gate.agent_id, "paused", reason);
  await saveLimits(tx, { ...gate, paused_by: event_id });
  return { status: "executed", before: { status: "active" }, after: { status: "paused" }, facts: [fact] };
}

/** An act never loosens what holds already. */
async function throttle({ tx, gate }: Act): Promise<Effect> {
  const { throttle_per_minute: before } = gate;
  if (before !== null && before <= THROTTLE_PER_MINUTE) return skipped("The agent was throttled already.");
  await saveLimits(tx, { ...gate, throttle_per_minute: THROTTLE_PER_MINUTE });
  const after = { throttle_per_minute: THROTTLE_PER_MINUTE };
  return { status: "executed", before: { throttle_per_minute: before }, after, facts: [] };
}

async function downgrade({ tx, gate }: Act): Promise<Effect> {
  const { agent_id, allowed_model: before } = gate;
  const { provider, model, cheaper_model } = await modelOf(tx, agent_id);
  const allowed_model = cheaper_model ?? CHEAPER_MODELS.get(provider ?? "openai") ?? CHEAPER_MODEL;
  if (before !== null || model === allowed_model) return skipped("The agent uses the cheaper model already.");
  await saveLimits(tx, { ...gate, allowed_model });
  return { status: "executed", before: { allowed_model: before }, after: { allowed_model }, facts: [] };
}

const ACTS: Record<ActionType, (act: Act) => Promise<Effect>> = {
  alert_only: async () => ({ status: "executed", before: {}, after: {}, facts: [] }),
  throttle,
  model_downgrade: downgrade,
  pause_agent: pause,
};

export function act(action: ActionType, by: Act): Promise<Effect> {
  return ACTS[action](by);
}

/** Takes an act back unless something else changed the agent since. Returns false when there was nothing to take back. */
export async function takeBack(
  action: ActionType,
  { tx, now, gate, reason, event_id }: Act,
  { before, after }: Pick<Effect, "before" | "after">,
): Promise<{ isChanged: boolean; facts: Fact[] }> {
  if (!isAsLeft(action, gate, { event_id, after })) return { isChanged: false, facts: [] };
  if (action === "pause_agent")
    return { isChanged: true, facts: [await setAgentStatus({ tx, now }, gate.agent_id, "active", reason)] };
  const limits =
    action === "throttle" ? { throttle_per_minute: numberOf(before.throttle_per_minute) } : { allowed_model: null };
  await saveLimits(tx, { ...gate, ...limits });
  return { isChanged: true, facts: [] };
}

const numberOf = (value: unknown): number | null => (typeof value === "number" ? value : null);
