/** The steps that change the status of an agent: pause, resume and archive. */
import { saveGate } from "../gate/index.ts";
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
  if (status === agent.status) return unchanged(await toWire(context, agent));
  const [saved, fact] = await saveStatus(context, agent, status, reason);
  return changed(await toWire(context, saved), fact);
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
