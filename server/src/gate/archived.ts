import { Problem } from "../kernel/problem.ts";

/** The refusal to give work, messages, keys or roles to an archived agent. */
export function agentArchived(): Problem {
  return new Problem("conflict", "The agent is archived.", {
    next_step: "Choose another agent, or clone this agent and use the copy.",
  });
}
