/** Which states of an agent allow a step, from the step table of the server. */
import { AGENT_STEPS, type AgentStatus, type AgentStep } from "@bailiwick/sdk";
import { startsFrom } from "../../data/steps.ts";

export const allowsStep = (status: AgentStatus, step: AgentStep): boolean => startsFrom(AGENT_STEPS[step], status);

/** The reason why the state of the agent does not allow the step; undefined when it does. */
export function stateDenied({ status }: { status: AgentStatus }, step: AgentStep): string | undefined {
  return allowsStep(status, step) ? undefined : `The agent is ${status}.`;
}

/** The reason why the state of no agent allows the step; undefined when the state of one does. */
export function statesDenied(agents: readonly { status: AgentStatus }[], step: AgentStep): string | undefined {
  if (agents.some(({ status }) => allowsStep(status, step))) return undefined;
  return `None of these agents is ${AGENT_STEPS[step].from.join(" or ")}.`;
}
