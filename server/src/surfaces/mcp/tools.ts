/** Makes tools from operations. Names, inputs and outputs are the same as on other surfaces. */
import type { CallToolResult, Tool } from "@modelcontextprotocol/server";
import type { Operation, PublicCommand } from "../../kernel/operation.ts";
import { type Problem, problemBody } from "../../kernel/problem.ts";
import { isServed } from "../served.ts";

export type ToolOperation = Exclude<Operation, PublicCommand>;

export interface OperationTool {
  operation: ToolOperation;
  /** The tool in the list. It has no output schema, because clients would also validate refusals against it. */
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
    // JSON removes the symbols of typebox, so that pure JSON Schema is left. Every input is an object.
    inputSchema: JSON.parse(JSON.stringify(withDefaults(operation))) as Tool["inputSchema"],
    annotations: {
      readOnlyHint: operation.kind === "query",
      // Operations add to the log and erase nothing.
      destructiveHint: false,
      openWorldHint: false,
    },
  };
}

function withDefaults({ input, mcpDefaults = {} }: ToolOperation): object {
  const shown = Object.entries(mcpDefaults).map(([name, value]) => [
    name,
    { ...input.properties[name], default: value },
  ]);
  return { ...input, properties: { ...input.properties, ...Object.fromEntries(shown) } };
}

export function toolAnswer(output: unknown): CallToolResult {
  return result(output, false);
}

/** A refusal is a result that the agent can read, with the same body as in REST. */
export function toolProblem(problem: Problem, requestId: string): CallToolResult {
  return result(problemBody(problem, requestId), true);
}

function result(value: unknown, isError: boolean): CallToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify(value) }],
    // Every output is an object, and so is a problem.
    structuredContent: value as Record<string, unknown>,
    ...(isError && { isError }),
  };
}
