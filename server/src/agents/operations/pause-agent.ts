import { command } from "../../kernel/operation.ts";
import { takeStatusStep } from "../change-status.ts";
import { Agent, StatusStep } from "../schema.ts";

export const pauseAgent = command({
  name: "agents.pause",
  summary: "Pause an agent: until it is resumed it may only finish or hand back what it runs, and read.",
  route: "POST /agents/{id}/pause",
  permission: "agents:write",
  pastQuota: "passes",
  // Nothing that the agent may not do while paused is under way when it is paused.
  changesCredentials: true,
  input: StatusStep,
  output: Agent,
  problems: ["not_found", "illegal_step", "conflict"],
  run: (context, { id, reason }) => takeStatusStep(context, id, "pause", reason),
});
