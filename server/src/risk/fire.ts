/** Records crossed policies, and acts on the agents that crossed them. */
import { uuidv7 } from "uuidv7";
import { listAgentNames } from "../agents/index.ts";
import { type Cap, limitOf, type Reached } from "../caps/index.ts";
import { StaleRead } from "../kernel/db/errors.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { riskBreached, riskFailed, riskIntervened, riskWarned } from "./facts.ts";
import { type Act, act, type Effect, type HeldAgents } from "./intervene.ts";
import { breachWords, capNumbers, usdOf } from "./rules.ts";
import { isMilder, type PolicyRow } from "./schema.ts";
import { insertRiskEvent } from "./store/events.ts";
import { savePolicy } from "./store/policies.ts";

/** A policy whose value is above its threshold. */
export interface Breach {
  policy: PolicyRow;
  value: number;
  /** The agent that crossed it; null when nobody did, because the policy changed. */
  agent_id: string | null;
  /** The numbers that the decision used. */
  numbers: Record<string, number>;
  /** The work that a loop breaker looked at: the task or the run, and the tool. */
  about?: Record<string, string>;
}

export interface Firing {
  tx: Tx;
  now: Date;
  held: HeldAgents;
}

/** True for a breach that changes an agent, whose rows must be locked first. */
export const acts = ({ policy, agent_id }: Breach): boolean => agent_id !== null && isAct(policy);

/** True for a policy that changes the agent that crosses it. */
export const isAct = ({ mode, action_type }: PolicyRow): boolean => mode === "enforce" && action_type !== "alert_only";

/** Fires the most severe first: a milder act on the same agent is skipped. */
export async function fireAll(firing: Firing, breaches: readonly Breach[]): Promise<Fact[]> {
  const ordered = [...breaches].sort((a, b) => (isMilder(a.policy.action_type, b.policy.action_type) ? 1 : -1));
  const acted = new Set<string>();
  const facts: Fact[] = [];
  for (const breach of ordered) {
    facts.push(...(await fire(firing, breach, acted)));
    if (acts(breach)) acted.add(breach.agent_id ?? "");
  }
  return facts;
}

async function fire({ tx, now, held }: Firing, breach: Breach, acted: ReadonlySet<string>): Promise<Fact[]> {
  const { policy, value, agent_id, numbers, about: work } = breach;
  const { id: policy_id, policy_type, threshold_value, action_type } = policy;
  const event_id = uuidv7();
  const names = await listAgentNames(tx, agent_id === null ? [] : [agent_id]);
  const name = agent_id === null ? "The workspace" : (names.get(agent_id) ?? agent_id);
  const words = breachWords(policy, { value, name, tool: work?.tool });
  const effect = await effectOf({ tx, now, held }, breach, { acted, event_id, reason: words.message });
  const at = now.toISOString();
  const isShadow = policy.mode === "shadow";
  const { status, before, after, reason } = effect;
  const of = { id: event_id, policy_id, agent_id, policy_type, action_type };
  const times = { evaluated_at: at, executed_at: status === "executed" ? at : null, undone_at: null };
  const scope = policy.agent_id === null ? "workspace" : "agent";
  const result = {
    scope,
    numbers,
    ...(work && { about: work }),
    before,
    after,
    ...(isShadow && { shadow: true }),
    ...(reason !== undefined && { reason }),
  };
  await insertRiskEvent(tx, { ...of, breach_value: value, threshold_value, status, ...times, result });
  await savePolicy(tx, { ...policy, fired_at: at });
  const about = { agent_id };
  const said = { event_id, policy_type, breach_value: value, threshold_value, action_type, shadow: isShadow, ...words };
  const isActed = status === "failed" || (status === "executed" && action_type !== "alert_only");
  const outcome = isActed ? {} : { status, ...(reason !== undefined && { reason }) };
  const facts = [riskBreached(policy_id, { ...said, ...outcome }, about)];
  if (status === "executed" && isActed)
    facts.push(riskIntervened(policy_id, { event_id, action_type, before, after }, about));
  if (status === "failed") facts.push(riskFailed(policy_id, { event_id, action_type, reason: reason ?? "" }, about));
  return [...facts, ...effect.facts];
}

async function effectOf(
  { tx, now, held }: Firing,
  breach: Breach,
  { acted, ...said }: { acted: ReadonlySet<string> } & Pick<Act, "event_id" | "reason">,
): Promise<Effect> {
  const { policy, agent_id } = breach;
  const nothing = { before: {}, after: {}, facts: [] };
  if (policy.mode === "shadow") return { ...nothing, status: "skipped", reason: "The policy is in shadow mode." };
  if (policy.action_type === "alert_only") return { ...nothing, status: "executed" };
  if (agent_id === null) return { ...nothing, status: "skipped", reason: "No agent crossed it." };
  if (acted.has(agent_id)) return { ...nothing, status: "skipped", reason: "A more severe policy acted." };
  const gate = held.get(agent_id);
  if (!gate) throw new StaleRead("conflict", "A limit was crossed by several callers at once; try again.");
  return act(policy.action_type, { tx, now, gate, ...said });
}

/** Returns the breaches among the levels that caps passed. */
export function breachesOf(reached: readonly Reached[], policies: readonly PolicyRow[]): Breach[] {
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  return reached.flatMap(({ kind, cap, agent_id }) => {
    const policy = byId.get(cap.id);
    return kind === "breach" && policy
      ? [{ policy, value: usdOf(cap.used_nanos), agent_id, numbers: capNumbers(cap) }]
      : [];
  });
}

export function warningsOf(reached: readonly Reached[], now: Date): Fact[] {
  return reached.flatMap(({ kind, cap, agent_id }) =>
    kind === "warning" ? [riskWarned(cap.id, { ...warningOf(cap, now) }, { agent_id })] : [],
  );
}

export function warningOf(cap: Cap, now: Date): { percent: 75 | 95; used_usd: number; cap_usd: number } {
  const percent = cap.warned_percent === 95 ? 95 : 75;
  return { percent, used_usd: usdOf(cap.used_nanos), cap_usd: usdOf(limitOf(cap, now)) };
}
