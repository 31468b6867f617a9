/** The protocol server of one HTTP request. Each request makes a new one, so it must be cheap. */
import {
  type CallToolRequest,
  type CallToolResult,
  type McpRequestContext,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Actor } from "../../kernel/actor.ts";
import { allowancesOf, type RequestKind, takeEach } from "../../kernel/allowance.ts";
import { mayCall } from "../../kernel/dispatch/powers.ts";
import { invalid, Problem } from "../../kernel/problem.ts";
import { traceOf } from "../http/caller.ts";
import { problemOf } from "../http/errors.ts";
import { type HttpTools, shuttingDown } from "../http/tools.ts";
import { type Exchange, type RunningCalls, SESSION_HEADER, sessionOf } from "./exchange.ts";
import { RESOURCE_TYPE } from "./resources.ts";
import { type OperationTool, type ToolOperation, toolAnswer, toolProblem } from "./tools.ts";

/** The field of `_meta` with the idempotency key, because a tool call has no headers. */
const IDEMPOTENCY_META = "bailiwick/idempotencyKey";
/**
 * Clients may cache the list of tools for this time. A key's rights change rarely, and a call without the right is
 * refused.
 */
const TOOLS_FRESH_MS = 60_000;
/** The status with which a call of a tool counts that was not refused. */
const TOOL_DONE = 200;

export interface ServerOptions
  extends Pick<HttpTools, "dispatcher" | "allowances" | "waiting" | "unsent" | "log" | "toolCounts"> {
  version: string;
  running: RunningCalls;
  ProtocolServer: typeof Server;
}

export function createServer(options: ServerOptions, exchange: Exchange, context: McpRequestContext): Server {
  const { version, running, ProtocolServer } = options;
  const { tools, instructions, prompts } = exchange.toolSet;
  const server = new ProtocolServer(
    { name: "bailiwick", title: "Bailiwick", version },
    {
      capabilities: { tools: {}, prompts: {}, resources: {} },
      instructions,
      cacheHints: { "tools/list": { ttlMs: TOOLS_FRESH_MS, cacheScope: "private" } },
    },
  );
  server.setRequestHandler("tools/list", async () => {
    await take(options, exchange, "read").catch(refuse);
    const own = [...tools.values()].filter(({ operation }) => mayCall(operation, exchange.actor));
    const list = { tools: own.map(({ shown }) => shown) };
    exchange.answered(Buffer.byteLength(JSON.stringify(list)));
    return list;
  });
  server.setRequestHandler("tools/call", (request, call) => callTool(options, exchange, request, call));
  server.setRequestHandler("prompts/list", () => ({ prompts: prompts.list }));
  server.setRequestHandler("prompts/get", ({ params }) => prompts.get(params.name, params.arguments ?? {}));
  // Tasks and messages are found with the tools, which page and filter.
  server.setRequestHandler("resources/list", () => ({ resources: [] }));
  server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates: ownTemplates(exchange) }));
  server.setRequestHandler("resources/read", ({ params }, call) => readResource(options, exchange, params.uri, call));
  if (context.era === "legacy") {
    exchange.session = sessionOf(context.requestInfo?.headers.get(SESSION_HEADER) ?? null);
    server.setNotificationHandler("notifications/cancelled", ({ params }) => {
      if (params.requestId !== undefined) running.cancel(exchange, params.requestId);
    });
  }
  return server;
}

async function take({ allowances, unsent }: ServerOptions, { actor }: Exchange, kind: RequestKind): Promise<void> {
  if (kind === "read") unsent.requireRoom(actor.credential);
  await takeEach(allowances, allowancesOf(allowances, actor, kind), 1);
}

/** Throws a protocol error, because the response to `tools/list` has no place for a problem. */
function refuse(error: unknown): never {
  const { message, details } = problemOf(error);
  throw new ProtocolError(ProtocolErrorCode.InternalError, message, details);
}

async function callTool(
  options: ServerOptions,
  exchange: Exchange,
  { params }: CallToolRequest,
  { mcpReq }: ServerContext,
): Promise<CallToolResult> {
  const { waiting, log, toolCounts } = options;
  const tool = exchange.toolSet.tools.get(params.name);
  if (!tool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${params.name}.`);
  const { gone, request } = exchange;
  const counter = toolCounts.counter(tool.operation.name);
  const begunMs = performance.now();
  try {
    const output = await runTool(options, exchange, tool, params.arguments ?? {}, mcpReq);
    counter.answered(TOOL_DONE, performance.now() - begunMs);
    return counted(exchange, toolAnswer(output));
  } catch (error) {
    const shown = gone.aborted && waiting.isEnding() ? shuttingDown() : problemOf(error);
    if (shown.code === "internal")
      log.error({ request_id: request.id, tool: params.name, err: error }, "A tool failed.");
    counter.answered(shown.status, performance.now() - begunMs);
    return counted(exchange, toolProblem(shown, request.id));
  }
}

async function runTool(
  options: ServerOptions,
  exchange: Exchange,
  { operation, readArguments, writeOutput }: OperationTool,
  given: Record<string, unknown>,
  { id, signal, _meta }: ServerContext["mcpReq"],
): Promise<unknown> {
  const { dispatcher, running } = options;
  const { actor, identify, gone } = exchange;
  // A call of 2026 carries its `traceparent` in its `_meta`.
  const own = exchange.request.trace_id === null ? traceOf(_meta?.traceparent) : {};
  const request = { ...exchange.request, ...own };
  await take(options, exchange, operation.requests);
  const idempotencyKey = idempotencyKeyOf(_meta);
  const { output } = await running.run(exchange, id, (cancelled) => {
    const abort = AbortSignal.any([signal, gone, cancelled]);
    const input = inputOf(operation, actor, readArguments(given));
    return dispatcher.dispatch(operation, actor, { input, request, idempotencyKey, abort: () => abort, identify });
  });
  return writeOutput(output);
}

function ownTemplates({ toolSet, actor }: Exchange) {
  return toolSet.resources.filter(({ tool }) => mayCall(tool.operation, actor)).map(({ template }) => template);
}

/** The protocol has no place for a problem here, so it is in the data of the error. */
async function readResource(
  options: ServerOptions,
  exchange: Exchange,
  uri: string,
  { mcpReq }: ServerContext,
): Promise<ReadResourceResult> {
  for (const { tool, inputOf: input } of exchange.toolSet.resources) {
    const given = input(uri);
    if (!given) continue;
    const output = await runTool(options, exchange, tool, given, mcpReq).catch((error: unknown) => {
      if (error instanceof Problem && ["not_found", "invalid_input"].includes(error.code)) throw absent(uri);
      if (problemOf(error).code === "internal") options.log.error({ uri, err: error }, "A resource failed.");
      return refuse(error);
    });
    const text = JSON.stringify(output);
    exchange.answered(Buffer.byteLength(text));
    return { contents: [{ uri, mimeType: RESOURCE_TYPE, text }] };
  }
  throw absent(uri);
}

function absent(uri: string): ResourceNotFoundError {
  return new ResourceNotFoundError(uri, `There is no resource ${uri}.`);
}

/** People and services that hold a task need no lease. */
function inputOf({ mcpDefaults }: ToolOperation, { kind }: Actor, given: Record<string, unknown>) {
  return mcpDefaults && kind === "agent" ? { ...mcpDefaults, ...given } : given;
}

/** Counts the bytes of a result. A short one contains its output twice: as text and as structured content. */
function counted(exchange: Exchange, result: CallToolResult): CallToolResult {
  const copies = result.structuredContent === undefined ? 1 : 2;
  for (const part of result.content) if (part.type === "text") exchange.answered(copies * Buffer.byteLength(part.text));
  return result;
}

function idempotencyKeyOf(meta: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const key = meta?.[IDEMPOTENCY_META];
  if (key === undefined || typeof key === "string") return key;
  throw invalid(`/_meta/${IDEMPOTENCY_META}`, "must be a string.");
}
