/** The real surfaces on the application of a test: operations over HTTP and as tools, without a port. */
import pino from "pino";
import { permissionsOf } from "../../src/auth/permissions.ts";
import type { Operation, Route } from "../../src/kernel/operation.ts";
import { createKey } from "../../src/keys/operations/create-key.ts";
import { attachmentsOf } from "../../src/start/attachments.ts";
import { claudeCodeReceiver } from "../../src/start/claude-code.ts";
import { otlpReceiver } from "../../src/start/otlp.ts";
import { liveFeed } from "../../src/surfaces/events/live.ts";
import { createHttp, type HttpServer, type ServerOptions } from "../../src/surfaces/http/server.ts";
import { system } from "../../src/surfaces/http/system.ts";
import { registerMcp } from "../../src/surfaces/mcp/register.ts";
import { isReadFromQuery, methodOf, parametersOf, pathOf } from "../../src/surfaces/route.ts";
import type { TestApp } from "./harness.ts";
import { anAddress, aSession, type Scene } from "./scene.ts";

export interface WebAnswer {
  status: number;
  headers: Record<string, unknown>;
  // The JSON that the surface sent.
  body: Record<string, unknown>;
}

type Headers = Record<string, string>;
const OF_AGENTS = permissionsOf({ kind: "agent" });

/** Returns true when the operation is a tool for agents. */
export function isTool(operation: Operation): boolean {
  return operation.kind !== "public" && operation.tool !== false && OF_AGENTS.has(operation.permission);
}

export function createWeb(app: TestApp, more: Partial<ServerOptions> = {}): HttpServer {
  const { operations } = app;
  return createHttp({
    ...app,
    log: pino({ level: "silent" }),
    acceptsLoopback: true,
    trustedProxies: [],
    extensions: [
      system({ operations, version: "0", ready: async () => undefined }),
      liveFeed(app),
      attachmentsOf(app),
      otlpReceiver(),
      claudeCodeReceiver(),
      (http, tools) => registerMcp(http, tools, { operations, version: "0", forAgents: isTool }),
    ],
    ...more,
  });
}

/** The text of an answer without its ids, times and cursors, which differ from call to call. */
export function withoutChance(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "ID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/"next_cursor":"[^"]+"/g, '"next_cursor":"CURSOR"');
}

/** The headers that a key or a cookie is sent with. */
export async function credentialsOf(scene: Scene, who: "owner" | "viewer" | "agent" | "ingest"): Promise<Headers> {
  if (who === "owner" || who === "viewer") {
    const { token } = await aSession(scene, scene[who]);
    return { cookie: `bailiwick_session=${token}`, "bailiwick-workspace": scene.workspace.id };
  }
  const name = `The key of ${who}`;
  const input =
    who === "agent"
      ? { kind: "agent" as const, agent_id: scene.agent.id, name }
      : { kind: "service" as const, scopes: ["ingest" as const], name };
  const { key } = await scene.app.call(createKey, scene.owner, input);
  return { authorization: `Bearer ${key}` };
}

export async function rest(
  { app }: HttpServer,
  { route }: { route: Route },
  input: Record<string, unknown>,
  headers: Headers,
): Promise<WebAnswer> {
  const inPath = new Set(parametersOf(route));
  const path = pathOf(route).replace(/\{([a-z_]+)\}/g, (_, name) => encodeURIComponent(String(input[name])));
  const fields = Object.entries(input).filter(([name]) => !inPath.has(name));
  const query = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, String(value)]));
  const answer = await app.inject({
    method: methodOf(route),
    url: isReadFromQuery(route) ? `/api${path}?${query}` : `/api${path}`,
    headers: { accept: "application/json", ...headers },
    remoteAddress: anAddress(),
    ...(!isReadFromQuery(route) && { payload: Object.fromEntries(fields) }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

export async function callTool(
  { app }: HttpServer,
  operation: Operation,
  input: Record<string, unknown>,
  headers: Headers,
): Promise<WebAnswer> {
  // A tool's name has no dots.
  const params = { name: operation.name.replaceAll(/[.-]/g, "_"), arguments: input };
  const answer = await app.inject({
    method: "POST",
    url: "/mcp",
    headers: { ...headers, host: "127.0.0.1:7300", accept: "application/json, text/event-stream" },
    payload: { jsonrpc: "2.0", id: 1, method: "tools/call", params },
  });
  if (answer.statusCode !== 200) return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  // The answer comes as one event of a stream or as plain JSON.
  const text = /^data: (.*)$/m.exec(answer.body)?.[1] ?? answer.body;
  const { result } = JSON.parse(text) as { result: { isError?: boolean; structuredContent: WebAnswer["body"] } };
  const { isError, structuredContent: body } = result;
  return { status: isError ? Number(body.status) : (operation.status ?? 200), headers: answer.headers, body };
}
