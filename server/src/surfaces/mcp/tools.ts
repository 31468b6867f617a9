/** Operations as tools: the names, inputs and answers are those of every other surface. */
import type { CallToolResult, Tool } from "@modelcontextprotocol/server";
import type { Operation, PublicCommand } from "../../kernel/operation.ts";
import { type Problem, problemBody } from "../../kernel/problem.ts";
import { isServed } from "../served.ts";

export type ToolOperation = Exclude<Operation, PublicCommand>;

export interface OperationTool {
  operation: ToolOperation;
  /** What a client is shown. There is no output schema: clients would hold a refusal against it too. */
  shown: Tool;
}

/** `tasks.complete` is the tool `tasks_complete`: a tool's name has no dots. */
function toolName(operation: Operation): string {
  return operation.name.replaceAll(/[.-]/g, "_");
}

export function toolsOf(
  operations: readonly Operation[],
  forAgents: (operation: ToolOperation) => boolean,
): Map<string, OperationTool> {
  const tools = new Map<string, OperationTool>();
  for (const operation of operations) {
    if (operation.kind === "public" || !isServed(operation) || operation.tool === false || !forAgents(operation))
      continue;
    tools.set(toolName(operation), { operation, shown: shown(operation) });
  }
  return tools;
}

function shown(operation: ToolOperation): Tool {
  return {
    name: toolName(operation),
    description: [operation.summary, operation.description].filter(Boolean).join(" "),
    // Through JSON, so that only what is JSON Schema leaves; the input of every operation is an object.
    inputSchema: JSON.parse(JSON.stringify(operation.input)) as Tool["inputSchema"],
    annotations: {
      readOnlyHint: operation.kind === "query",
      // A step adds to the log; nothing is erased.
      destructiveHint: false,
      openWorldHint: false,
    },
  };
}

export function toolAnswer(output: unknown): CallToolResult {
  return result(output, false);
}

/** A refusal is an answer the agent can read, with the very body that REST sends. */
export function toolProblem(problem: Problem, requestId: string): CallToolResult {
  return result(problemBody(problem, requestId), true);
}

function result(value: unknown, isError: boolean): CallToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify(value) }],
    // The output of every operation is an object, and so is a problem.
    structuredContent: value as Record<string, unknown>,
    ...(isError && { isError }),
  };
}
