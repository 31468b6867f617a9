/** The protocol server of one HTTP request. Each request makes a new one, so it must be cheap. */
import {
  type CallToolRequest,
  type CallToolResult,
  type McpRequestContext,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { type Actor, may } from "../../kernel/actor.ts";
import type { RequestKind } from "../../kernel/allowance.ts";
import { invalid } from "../../kernel/problem.ts";
import { traceIdOf } from "../http/caller.ts";
import { problemOf } from "../http/errors.ts";
import { type HttpTools, shuttingDown } from "../http/tools.ts";
import { type Exchange, type RunningCalls, SESSION_HEADER, sessionOf } from "./exchange.ts";
import { type OperationTool, type ToolOperation, toolAnswer, toolProblem } from "./tools.ts";

/** The field of `_meta` with the idempotency key, because a tool call has no headers. */
const IDEMPOTENCY_META = "bailiwick/idempotencyKey";
/**
 * Clients may cache the list of tools for this time. A key's rights change rarely, and a call without the right is
 * refused.
 */
const TOOLS_FRESH_MS = 60_000;

export interface ServerOptions extends Pick<HttpTools, "dispatcher" | "allowances" | "waiting" | "unsent" | "log"> {
  tools: ReadonlyMap<string, OperationTool>;
  instructions: string;
  version: string;
  running: RunningCalls;
}

export function createServer(options: ServerOptions, exchange: Exchange, context: McpRequestContext): Server {
  const { tools, version, instructions, running } = options;
  const server = new Server(
    { name: "bailiwick", title: "Bailiwick", version },
    {
      capabilities: { tools: {} },
      instructions,
      cacheHints: { "tools/list": { ttlMs: TOOLS_FRESH_MS, cacheScope: "private" } },
    },
  );
  server.setRequestHandler("tools/list", async () => {
    await take(options, exchange, "read").catch(refuse);
    const own = [...tools.values()].filter(({ operation }) => may(exchange.actor, operation.permission));
    const list = { tools: own.map(({ shown }) => shown) };
    exchange.answered(Buffer.byteLength(JSON.stringify(list)));
    return list;
  });
  server.setRequestHandler("tools/call", (request, call) => callTool(options, exchange, request, call));
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
  await allowances.take(allowances.find("credential", actor.credential, kind));
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
  const { tools, dispatcher, running, waiting, log } = options;
  const tool = tools.get(params.name);
  if (!tool) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${params.name}.`);
  const { actor, identify, gone } = exchange;
  // A call of 2026 carries its `traceparent` in its `_meta`.
  const request = { ...exchange.request, trace_id: exchange.request.trace_id ?? traceIdOf(mcpReq._meta?.traceparent) };
  try {
    await take(options, exchange, tool.operation.kind === "query" ? "read" : "write");
    const idempotencyKey = idempotencyKeyOf(mcpReq._meta);
    const answer = await running.run(exchange, mcpReq.id, (cancelled) => {
      const abort = AbortSignal.any([mcpReq.signal, gone, cancelled]);
      return dispatcher.dispatch(tool.operation, actor, {
        input: inputOf(tool.operation, actor, tool.readArguments(params.arguments ?? {})),
        request,
        idempotencyKey,
        abort: () => abort,
        identify,
      });
    });
    return counted(exchange, toolAnswer(answer.output));
  } catch (error) {
    const shown = gone.aborted && waiting.isEnding() ? shuttingDown() : problemOf(error);
    if (shown.code === "internal")
      log.error({ request_id: request.id, tool: params.name, err: error }, "A tool failed.");
    return counted(exchange, toolProblem(shown, request.id));
  }
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
