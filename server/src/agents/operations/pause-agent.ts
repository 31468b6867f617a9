import { command } from "../../kernel/operation.ts";
import { takeStatusStep } from "../change-status.ts";
import { Agent, StatusStep } from "../schema.ts";

export const pauseAgent = command({
  name: "agents.pause",
  summary: "Pause an agent. Until it is resumed, it may only read and finish or release the tasks that it runs.",
  route: "POST /agents/{id}/pause",
  permission: "agents:write",
  pastQuota: "passes",
  // The pause waits until the agent's running commands have ended, so none of them commits after the pause.
  changesCredentials: true,
  input: StatusStep,
  output: Agent,
  problems: ["not_found", "illegal_step", "conflict"],
  run: (context, { id, reason }) => takeStatusStep(context, id, "pause", reason),
});
