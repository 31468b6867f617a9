/** The sets of tools that a client can choose by its address: all of them, or those of a worker. */
import type { FastifyRequest } from "fastify";
import { invalid } from "../../kernel/problem.ts";
import { instructionsFor } from "./instructions.ts";
import { type Prompts, promptsFor } from "./prompts.ts";
import { type ResourceKind, resourcesFor } from "./resources.ts";
import type { OperationTool } from "./tools.ts";

/** The tools of `/mcp?tools=worker`: the loop of an agent that takes tasks, delegates and exchanges messages. */
export const WORKER_TOOLS: readonly string[] = [
  "agents_me",
  "tasks_claim",
  "tasks_get",
  "tasks_list",
  "tasks_heartbeat",
  "tasks_complete",
  "tasks_fail",
  "tasks_block",
  "tasks_escalate",
  "tasks_release",
  "tasks_create",
  "team_summarize",
  "messages_send",
  "messages_inbox",
  "messages_get",
  "messages_mark_read",
];

export interface ToolSet {
  tools: ReadonlyMap<string, OperationTool>;
  instructions: string;
  prompts: Prompts;
  resources: readonly ResourceKind[];
}

export type ToolSets = Record<"all" | "worker", ToolSet>;

export function toolSetsOf(tools: ReadonlyMap<string, OperationTool>): ToolSets {
  const worker = new Map([...tools].filter(([name]) => WORKER_TOOLS.includes(name)));
  // Resources cost the client nothing until a person attaches one.
  const resources = resourcesFor(tools);
  return { all: toolSetOf(tools, resources), worker: toolSetOf(worker, resources) };
}

function toolSetOf(tools: ReadonlyMap<string, OperationTool>, resources: readonly ResourceKind[]): ToolSet {
  const names = new Set(tools.keys());
  return { tools, instructions: instructionsFor(names), prompts: promptsFor(names), resources };
}

/** Returns the set that the query of the address names. Throws when it names another one. */
export function chosenSet({ query }: FastifyRequest): keyof ToolSets {
  const { tools = "all" } = query as { tools?: unknown };
  if (tools === "all" || tools === "worker") return tools;
  throw invalid("/tools", "must be all or worker.");
}
