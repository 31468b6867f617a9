import { command } from "../../kernel/operation.ts";
import { takeStatusStep } from "../change-status.ts";
import { Agent, StatusStep } from "../schema.ts";

export const resumeAgent = command({
  name: "agents.resume",
  summary: "Resume a paused agent, or one that its model provider refuses, so that it may start tasks again.",
  route: "POST /agents/{id}/resume",
  permission: "agents:write",
  input: StatusStep,
  output: Agent,
  problems: ["not_found", "illegal_step", "conflict"],
  run: (context, { id, reason }) => takeStatusStep(context, id, "resume", reason),
});
