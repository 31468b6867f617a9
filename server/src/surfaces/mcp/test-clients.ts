/** Clients of both protocol eras, for the tests of MCP. */
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const options = (key: string, send: typeof fetch) => ({
  requestInit: { headers: { authorization: `Bearer ${key}` } },
  fetch: send,
});

export async function newClient(url: URL, key: string, send = fetch): Promise<Client> {
  const client = new Client({ name: "new", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
  await client.connect(new StreamableHTTPClientTransport(url, options(key, send)));
  return client;
}

export async function oldClient(url: URL, key: string, send = fetch): Promise<OldClient> {
  const client = new OldClient({ name: "old", version: "1" });
  // The old transport's own type lacks `| undefined` where this compiler setting wants it.
  await client.connect(new OldTransport(url, options(key, send)) as Parameters<OldClient["connect"]>[0]);
  return client;
}

/** The answer of a call, from either client. */
interface Called {
  isError?: boolean | undefined;
  structuredContent?: Record<string, unknown>;
  content: unknown;
}
type AnyClient = {
  callTool(call: {
    name: string;
    arguments?: Record<string, unknown>;
    _meta?: Record<string, unknown>;
  }): Promise<unknown>;
};
export async function call(
  client: AnyClient,
  name: string,
  input: Record<string, unknown> = {},
  meta?: Record<string, unknown>,
): Promise<Called> {
  return (await client.callTool({ name, arguments: input, ...(meta && { _meta: meta }) })) as Called;
}

/** The two clients take the options of a call in different places. */
export function callWith(
  client: Client | OldClient,
  name: string,
  input: Record<string, unknown>,
  signal: AbortSignal,
): Promise<unknown> {
  const call = { name, arguments: input };
  return client instanceof Client ? client.callTool(call, { signal }) : client.callTool(call, undefined, { signal });
}
