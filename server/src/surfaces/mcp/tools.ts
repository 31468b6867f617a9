/** Makes tools from operations. Names, inputs and outputs are the same as on other surfaces. */
import type { CallToolResult, Tool } from "@modelcontextprotocol/server";
import type { Operation, PublicCommand } from "../../kernel/operation.ts";
import { type Problem, problemBody } from "../../kernel/problem.ts";
import { isServed } from "../served.ts";
import { argumentsReader, type ReadArguments, takesAnyValue } from "./tool-input.ts";
import { outputWriter } from "./tool-output.ts";

/** Clients send a field without a type as text, or refuse the tool. Some also demand `items` where a list may stand. */
const ANY_VALUE = { type: ["object", "array", "string", "number", "boolean", "null"], items: {} };

export type ToolOperation = Exclude<Operation, PublicCommand>;

export interface OperationTool {
  operation: ToolOperation;
  readArguments: ReadArguments;
  /** Leaves out the fields without a value. */
  writeOutput(output: unknown): unknown;
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
  const named = namesOfTools(operations);
  for (const operation of operations) {
    if (operation.kind === "public" || !isServed(operation) || operation.tool === false || !forAgents(operation))
      continue;
    const readArguments = argumentsReader(operation.input);
    const writeOutput = outputWriter(operation.output);
    tools.set(toolName(operation), { operation, readArguments, writeOutput, shown: shown(operation, named) });
  }
  return tools;
}

/** Returns a function that writes the operations in a text as tools: `messages.inbox` as `messages_inbox`. */
function namesOfTools(operations: readonly Operation[]): (text: string) => string {
  const tools = new Map<string, string>(operations.map((operation) => [operation.name, toolName(operation)]));
  return (text) => text.replace(/\b[a-z_]+(?:\.[a-z_-]+)+\b/g, (name) => tools.get(name) ?? name);
}

function shown(operation: ToolOperation, named: (text: string) => string): Tool {
  return {
    name: toolName(operation),
    description: named([operation.summary, operation.description].filter(Boolean).join(" ")),
    inputSchema: inputSchema(operation, named),
    annotations: {
      readOnlyHint: operation.kind === "query",
      // Operations add to the log and erase nothing.
      destructiveHint: false,
      openWorldHint: false,
    },
  };
}

function inputSchema({ input, mcpDefaults = {} }: ToolOperation, named: (text: string) => string): Tool["inputSchema"] {
  const properties = Object.entries(input.properties).map(([name, schema]): [string, object] => [
    name,
    {
      ...schema,
      ...(takesAnyValue(schema) && ANY_VALUE),
      ...(name in mcpDefaults && { default: mcpDefaults[name] }),
    },
  ]);
  const schema = { ...input, properties: Object.fromEntries(properties) };
  const write = (name: string, value: unknown) =>
    name === "description" && typeof value === "string" ? named(value) : value;
  // JSON removes the symbols of typebox, so that pure JSON Schema is left. Every input is an object.
  return JSON.parse(JSON.stringify(schema, write)) as Tool["inputSchema"];
}

export function toolAnswer(output: unknown): CallToolResult {
  return result(output, false);
}

/** A refusal is a result that the agent can read, with the same body as in REST. */
export function toolProblem(problem: Problem, requestId: string): CallToolResult {
  return result(problemBody(problem, requestId), true);
}

/**
 * A result has its value as text, which every client reads, and again as structured content when it is short. A client
 * that prefers structured content reads the text when there is none; the reverse is not true of all clients.
 */
const STRUCTURED_BYTES_MAX = 8 * 1024;

function result(value: unknown, isError: boolean): CallToolResult {
  const text = JSON.stringify(value);
  return {
    content: [{ type: "text", text }],
    // Every output is an object, and so is a problem.
    ...(Buffer.byteLength(text) <= STRUCTURED_BYTES_MAX && { structuredContent: value as Record<string, unknown> }),
    ...(isError && { isError }),
  };
}
