/** The steps that change the status of an agent: pause, resume and archive. */
import { lockGates, parkGate, saveGate } from "../gate/index.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { type CommandContext, changed, type Outcome, unchanged } from "../kernel/operation.ts";
import { causesOf } from "./change-agent.ts";
import { agentArchived, agentPaused, agentResumed } from "./facts.ts";
import { statusAfter } from "./rules.ts";
import type { Agent, AgentStatus } from "./schema.ts";
import { type AgentRow, getAgent, lockAgent, saveAgent } from "./store/agents.ts";
import { toWire } from "./to-wire.ts";

const FACTS = { paused: agentPaused, active: agentResumed, archived: agentArchived } as const;

export async function takeStatusStep(
  context: CommandContext,
  id: string,
  step: "pause" | "resume",
  reason: string | undefined,
): Promise<Outcome<Agent>> {
  const agent = await lockAgent(context.tx, id);
  const status = statusAfter(agent, step);
  if (status === agent.status) {
    const isParked = step === "resume" && (await unpark(context, id));
    const fact = agentResumed(id, { from: status, to: status, reason: reason ?? null });
    const same = await toWire(context, agent);
    return isParked ? changed(same, fact) : unchanged(same);
  }
  const [saved, fact] = await saveStatus(context, agent, status, reason);
  return changed(await toWire(context, saved), fact);
}

/** Lets the agent try its provider again. Returns false when nothing refuses it. */
async function unpark({ tx, now }: CommandContext, id: string): Promise<boolean> {
  const gate = (await lockGates(tx, [id])).get(id);
  if (!gate?.parked_until || Date.parse(gate.parked_until) <= now.getTime()) return false;
  await parkGate(tx, id, null);
  return true;
}

/** Pauses or resumes an agent that the caller has locked. Returns the fact. */
export async function setAgentStatus(
  moment: Pick<CommandContext, "tx" | "now">,
  id: string,
  status: "paused" | "active",
  reason: string,
): Promise<Fact> {
  const [, fact] = await saveStatus(moment, await getAgent(moment.tx, id), status, reason);
  return fact;
}

/** Stores the status in the agent and in its gate. */
export async function saveStatus(
  { tx, now }: Pick<CommandContext, "tx" | "now">,
  agent: AgentRow,
  status: AgentStatus,
  reason: string | undefined,
): Promise<[AgentRow, Fact]> {
  const is_default = agent.is_default && status !== "archived";
  const saved = await saveAgent(tx, agent, { status, is_default }, now);
  await saveGate(tx, causesOf(saved));
  const data = { from: agent.status, to: status, reason: reason ?? null };
  return [saved, FACTS[status](agent.id, data)];
}
