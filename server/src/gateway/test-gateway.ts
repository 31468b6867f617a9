/** The model gateway over real sockets, with a stand-in of the provider, for the tests of one file. */
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { testEnvironment } from "../../test/harness/environment.ts";
import { type TestApp, useApp } from "../../test/harness/harness.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { createWeb, credentialsOf } from "../../test/harness/web.ts";
import type { App } from "../app.ts";
import { createConnection } from "../connections/operations/create-connection.ts";
import { listEvents } from "../observability/operations/list-events.ts";
import { createPolicy } from "../risk/operations/create-policy.ts";
import { gatewayOf } from "../start/gateway.ts";
import { createLedger } from "./index.ts";
import { startProvider, stream, type TestProvider } from "./test-provider.ts";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  isWhole: boolean;
}

export interface Sent {
  headers: Record<string, string>;
  body?: string | Buffer;
  method?: string;
  /** Called with each piece. Returning false ends the connection. */
  onBytes?: (bytes: Buffer) => boolean;
}

export type Connected = Scene & { key: Record<string, string> };

export const MESSAGES = "/gateway/anthropic/v1/messages";
export const BODY = {
  model: "claude-opus-4-5",
  max_tokens: 40,
  stream: true,
  unknown: { kept: [1.0, "\u00e9"] },
  messages: [],
};

export interface GatewayServer {
  base: string;
  close(): Promise<void>;
}

/** A process with the gateway. */
export async function startGateway(app: App, onFailure: (error: unknown) => void): Promise<GatewayServer> {
  const ledger = createLedger({ ...app, onFailure });
  const limits = { silenceMs: 2_000, bodyBytesMax: 2 * 1024 * 1024 };
  // The second process of a test has no more than an application.
  const web = createWeb(app as TestApp, { extensions: [gatewayOf(app, ledger, limits)] });
  await web.app.listen({ port: 0, host: "127.0.0.1" });
  // A server that listens on TCP has an address of this form.
  const { port } = web.app.server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    async close() {
      ledger.close();
      await web.close();
      await ledger.settled();
    },
  };
}

export function useGateway() {
  const env = testEnvironment({ settings: { privateHosts: ["127.0.0.1"] } });
  const app = useApp({ env });
  const failures: unknown[] = [];
  let provider: TestProvider | undefined;
  let server: GatewayServer | undefined;
  const started = () => {
    if (!provider || !server) throw new Error("The gateway starts before the first test.");
    return { provider, server };
  };
  beforeAll(async () => {
    provider = await startProvider();
    server = await startGateway(app(), (error) => failures.push(error));
  });
  beforeEach(() => {
    started().provider.received.length = 0;
    started().provider.answer = stream;
  });
  afterAll(async () => {
    await server?.close();
    await provider?.close();
    expect(failures).toEqual([]);
  });
  const events = async ({ owner }: Scene) => (await app().call(listEvents, owner, { limit: 200 })).items;
  return {
    app,
    env,
    provider: () => started().provider,
    call: (path: string, sent: Sent, base = started().server.base) => send(`${base}${path}`, sent),
    async connected(more: { agent_ids?: string[] } = {}): Promise<Connected> {
      const scene = await aScene(app());
      const { url } = started().provider;
      for (const service_type of ["anthropic", "openai"] as const) {
        const base_url = service_type === "openai" ? `${url}/v1` : url;
        const fields = { service_type, name: service_type, config: { base_url }, secret: "sk-provider" };
        await app().call(createConnection, scene.owner, { ...fields, ...more });
      }
      return { ...scene, key: await credentialsOf(scene, "agent") };
    },
    events,
    /** Waits until so many calls are settled, and returns their events. */
    async settled(scene: Scene, count: number) {
      const own = async () => (await events(scene)).filter(({ source }) => source === "gateway");
      await expect.poll(async () => (await own()).length, { timeout: 20_000 }).toBe(count);
      return own();
    },
    async aCap(scene: Scene, threshold_value: number) {
      const policy = { policy_type: "daily_spend_cap", threshold_value, action_type: "throttle" } as const;
      await app().call(createPolicy, scene.owner, policy);
    },
    async held({ workspace }: Scene) {
      const { rows } = await app().admin.query<{ reserved: string; used: string; open: string }>(
        `select (select sum(reserved_nanos) from spend_caps where workspace_id = $1) as reserved,
           (select sum(used_nanos) from spend_caps where workspace_id = $1) as used,
           (select count(*)::text from spend_amounts where workspace_id = $1) as open`,
        [workspace.id],
      );
      return rows[0];
    },
  };
}

export function errorIn({ text }: Answer): Record<string, unknown> {
  return JSON.parse(text).error;
}

function send(url: string, { headers, body = JSON.stringify(BODY), method = "POST", onBytes }: Sent): Promise<Answer> {
  return new Promise((done, fail) => {
    const all = { "content-type": "application/json", ...headers };
    const sent = httpRequest(url, { method, headers: all }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (bytes: Buffer) => {
        pieces.push(bytes);
        if (onBytes && !onBytes(bytes)) sent.destroy();
      });
      answer.on("error", () => undefined);
      answer.on("close", () => {
        const text = Buffer.concat(pieces).toString("utf8");
        done({ status: answer.statusCode ?? 0, headers: answer.headers, text, isWhole: answer.complete });
      });
    });
    sent.on("error", fail);
    sent.end(method === "POST" ? body : undefined);
  });
}
