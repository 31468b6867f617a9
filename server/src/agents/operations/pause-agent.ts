import { command } from "../../kernel/operation.ts";
import { takeStatusStep } from "../change-status.ts";
import { Agent, StatusStep } from "../schema.ts";

export const pauseAgent = command({
  name: "agents.pause",
  summary: "Pause an agent: it starts no more tasks until it is resumed. It stays visible and may finish what it runs.",
  route: "POST /agents/{id}/pause",
  permission: "agents:write",
  pastQuota: "passes",
  input: StatusStep,
  output: Agent,
  problems: ["not_found", "illegal_step", "conflict"],
  run: (context, { id, reason }) => takeStatusStep(context, id, "pause", reason),
});
