/** A server of MCP (streamable HTTP): each of its tools is a type of action, with the tool's own input schema. */
import { createHash } from "node:crypto";
import type { Client } from "@modelcontextprotocol/client";
import { sortedJson } from "../../kernel/document-rules.ts";
import { guardedFetch, type Watched } from "../../kernel/outbound/fetch.ts";
import { retryAfterMs } from "../../kernel/outbound/retry-after.ts";
import { Fields, Text } from "../../kernel/schema.ts";
import type { Attempt, Returned, Sent } from "../adapter.ts";
import { requireUrl } from "../addresses.ts";
import type { Adapter, Opened, Outside, WithTools } from "./adapter.ts";
import { errorText, startOf } from "./attempt.ts";
import { requireHeaderText } from "./http.ts";
import { ANSWER_BYTES_MAX, ATTEMPT_MS_MAX, URL_LENGTH_MAX } from "./limits.ts";
import { definitionOf, type Seen, TOOLS_MAX } from "./tool-rules.ts";

const TEST_MS_MAX = 10_000;
const TOO_MANY = 429;
const UNAVAILABLE = 503;
const TEXT_LENGTH_MAX = 4_000;

export const MCP: Adapter = {
  service_type: "mcp",
  category: "automate",
  config: Fields({ url: Text(URL_LENGTH_MAX) }),
  secret: "optional",
  types: [],
  hasTools: true,
  origin: ({ url }) => new URL(String(url)).origin,
  requireUsable({ config, secret }, env) {
    requireUrl("/config/url", String(config.url), env);
    requireHeaderText(secret);
  },
  async test(connection, outside) {
    const { secret } = connection;
    try {
      const seen = await withClient(connection, outside, TEST_MS_MAX, ({ client, signal }) =>
        listTools(client, signal),
      );
      return { ok: true, message: `The server has ${seen.length} tools.`, seen };
    } catch (error) {
      return { ok: false, message: errorText(error instanceof Error ? error.message : String(error), secret) };
    }
  },
  send,
};

interface Joined {
  client: Client;
  signal: AbortSignal;
  /** The requests so far, oldest first. */
  requests: readonly Watched[];
}

/** Connects with the official client. Everything goes through the guard of outgoing requests. */
async function withClient<T>(
  { config, secret }: Opened,
  { outgoing }: Outside,
  timeoutMs: number,
  work: (joined: Joined) => Promise<T>,
): Promise<T> {
  const { Client, StreamableHTTPClientTransport } = await import("@modelcontextprotocol/client");
  const signals = [AbortSignal.timeout(outgoing.timeoutMs ?? timeoutMs), ...(outgoing.stop ? [outgoing.stop] : [])];
  const signal = AbortSignal.any(signals);
  const requests: Watched[] = [];
  const send = guardedFetch({ ...outgoing, stop: signal, answerBytesMax: ANSWER_BYTES_MAX }, (one) =>
    requests.push(one),
  );
  const transport = new StreamableHTTPClientTransport(new URL(String(config.url)), {
    // No stream of the server's own messages is opened.
    fetch: async (url, init) => (init?.method === "GET" ? new Response(null, { status: 405 }) : send(url, init)),
    requestInit: secret === undefined ? {} : { headers: { authorization: `Bearer ${secret}` } },
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1_000,
      maxReconnectionDelay: 1_000,
      reconnectionDelayGrowFactor: 1,
    },
  });
  const client = new Client(
    { name: "bailiwick", version: "1" },
    { versionNegotiation: { mode: "auto" }, jsonSchemaValidator: TAKES_ALL, inputRequired: { autoFulfill: false } },
  );
  try {
    await client.connect(transport, { signal, timeout: timeoutMs });
    return await work({ client, signal, requests });
  } finally {
    await transport.terminateSession().catch(() => undefined);
    await client.close().catch(() => undefined);
  }
}

/** The result of a tool is only shown. A schema of the other server is not compiled for it. */
const TAKES_ALL = {
  // The type promises what the schema says. Nothing here relies on that.
  getValidator:
    <T>() =>
    (input: unknown) => ({ valid: true as const, data: input as T & {}, errorMessage: undefined }),
};

async function listTools(client: Client, signal: AbortSignal): Promise<Seen[]> {
  const { tools } = await client.listTools(undefined, { signal });
  const seen = tools.slice(0, TOOLS_MAX).flatMap((tool) => {
    const definition = definitionOf(tool);
    return definition ? [{ name: tool.name, digest: digestOf(definition), ...definition }] : [];
  });
  return [...new Map(seen.map((tool) => [tool.name, tool])).values()];
}

function digestOf(definition: object): string {
  return createHash("sha256").update(sortedJson(definition)).digest("hex");
}

/** The tool is read again first: a tool that differs from the pinned one is not called. */
async function send(connection: Opened, sent: Sent, outside: Outside): Promise<Attempt & WithTools> {
  let requests: readonly Watched[] = [];
  let seen: Seen[] | undefined;
  let isCalling = false;
  try {
    return await withClient(connection, outside, ATTEMPT_MS_MAX, async (joined) => {
      requests = joined.requests;
      seen = await listTools(joined.client, joined.signal);
      const tool = seen.find(({ name }) => name === sent.action_type);
      if (!tool || tool.digest !== connection.tools?.get(sent.action_type)) {
        const error = tool ? "The tool changed. A person must accept it first." : "The server has the tool no more.";
        return { end: "failed", error, returned: null, seen };
      }
      isCalling = true;
      const { signal } = joined;
      const result = await joined.client.callTool(
        { name: sent.action_type, arguments: sent.payload, _meta: { "bailiwick/action": sent.key } },
        { signal, timeout: ATTEMPT_MS_MAX },
      );
      return { ...resultOf(result, connection.secret), seen };
    });
  } catch (error) {
    const attempt = failure(error, isCalling ? requests.findLast(isCall) : undefined, {
      isCalling,
      secret: connection.secret,
    });
    return seen ? { ...attempt, seen } : attempt;
  }
}

const isCall = ({ body }: Watched) => body?.includes('"tools/call"') ?? false;

interface ToolResult {
  isError?: boolean | undefined;
  content?: unknown;
  structuredContent?: unknown;
}

function resultOf({ isError, content, structuredContent }: ToolResult, secret: string | undefined): Attempt {
  const text = textIn(content);
  const start = startOf(JSON.stringify(structuredContent ?? content ?? null), secret);
  const returned: Returned = { response_status: 200, external_id: null, external_url: null, start };
  if (isError) return { end: "failed", error: errorText(`The tool failed: ${text}`, secret), returned };
  return { end: "executed", result: { text: startOf(text.slice(0, TEXT_LENGTH_MAX), secret) }, returned };
}

/** Returns the texts of a result, without pictures and the like. */
function textIn(content: unknown): string {
  if (!Array.isArray(content)) return "";
  const texts = content.flatMap((part: { type?: unknown; text?: unknown }) =>
    part?.type === "text" && typeof part.text === "string" ? [part.text] : [],
  );
  return texts.join("\n");
}

interface Failed {
  isCalling: boolean;
  secret: string | undefined;
}

/** Decides from the request of the call itself, because the client reports many cases alike. */
function failure(error: unknown, call: Watched | undefined, { isCalling, secret }: Failed): Attempt {
  const text = errorText(error instanceof Error ? error.message : String(error), secret);
  const nothing = { after_ms: null, returned: null };
  if (!isCalling)
    return isRefusal(error)
      ? { end: "failed", error: text, returned: null }
      : { end: "again", error: text, ...nothing };
  if (!call?.mayBeSent) return { end: "again", error: text, ...nothing };
  if (!call.isWhole || call.status === undefined) return { end: "in_doubt", error: text, returned: null };
  const { status, retryAfter } = call;
  const returned: Returned = { response_status: status, external_id: null, external_url: null, start: text };
  if (status === TOO_MANY || status === UNAVAILABLE) {
    return { end: "again", error: text, after_ms: retryAfterMs(retryAfter, Date.now()) ?? null, returned };
  }
  const isAnswered = status >= 300 || isProtocolError(error);
  return isAnswered ? { end: "failed", error: text, returned } : { end: "in_doubt", error: text, returned };
}

/** The server answered the call with an error of the protocol: a number. */
function isProtocolError(error: unknown): boolean {
  return error instanceof Error && "code" in error && typeof error.code === "number";
}

/** The server answered that it does not want this client, before anything was called. */
function isRefusal(error: unknown): boolean {
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  return typeof status === "number" && status >= 400 && status !== TOO_MANY && status < 500;
}
