/** Rotating the master key: every value is sealed again and stays readable, and no credential ends. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { aWorkspace, requestInfo, serverSocket, type TestApp, useApp } from "../../test/harness/harness.ts";
import { openSecrets as openAgentSecrets } from "../agents/change-agent.ts";
import { createAgent } from "../agents/operations/create-agent.ts";
import { type App, createApp } from "../app.ts";
import { createPool } from "../db/connect.ts";
import { countSealed } from "../db/sealed.ts";
import { serverName } from "../db/server-name.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { type Config, readConfig } from "../runtime/config.ts";
import { addMasterKey, loadMasterKeys } from "../runtime/master-key.ts";
import { keyIdOf } from "../runtime/secret-box.ts";
import { openSecrets } from "../start/secrets.ts";
import { runForgetOldKeys, runRotateSecrets } from "./secrets.ts";

const app = useApp();
const folder = mkdtempSync(join(tmpdir(), "bailiwick-rotate-"));
const said: string[] = [];
beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function configFor({ database }: TestApp, env: Record<string, string> = {}): Config {
  const { host, port, user } = inject("server");
  const DATABASE_URL = `postgres://${user}@${encodeURIComponent(host)}:${port}/${database}`;
  return readConfig({ DATABASE_URL, BAILIWICK_DATA_DIR: folder, BAILIWICK_LOG_LEVEL: "silent", ...env });
}

/** A running server with its secrets; it gets no notifications. */
async function aServer(config: Config): Promise<App & { refresh: () => Promise<void>; close: () => Promise<void> }> {
  const pool = createPool({ socket: { ...inject("server"), database: app().database }, size: 3 });
  const { box, refresh } = await openSecrets(config, pool);
  return { ...createApp({ pool, env: { ...app().env, secrets: box } }), refresh, close: () => pool.end() };
}

const idsOf = async () => {
  const counts = await countSealed(app().admin);
  return Object.fromEntries(counts.map(({ key_id, values }) => [key_id, values]));
};

describe("bailiwick secrets rotate", () => {
  it("seals every value again while a server runs, which then seals with the new key or not at all", async () => {
    const config = configFor(app());
    const { id: workspace, owner } = await aWorkspace(app());
    const server = await aServer(config);
    const run = async (operation: typeof createAgent | typeof createKey, input: object, idempotencyKey?: string) => {
      const call = { input, request: requestInfo(), idempotencyKey };
      return (await server.dispatcher.dispatch(operation, owner, call)).output as Record<string, string>;
    };
    const agent = (n: number) => run(createAgent, { name: `Agent ${n}`, llm_config: { webhook_url: `secret ${n}` } });
    const secretOf = (id: string, env = server.env) =>
      server.db.read(workspace, (tx) => openAgentSecrets({ tx, env }, id)).then((secrets) => [...secrets.values()]);
    const made = await agent(1);
    const key = await run(createKey, { kind: "service", scopes: ["ingest"], name: "k" }, "once");
    const [first = ""] = Object.keys(await idsOf());

    await runRotateSecrets(config);
    const { ring } = await loadMasterKeys(config);
    const [current = ""] = ring.keys().map(keyIdOf);
    expect(current).not.toBe(first);
    // The agent's secret, the sealed answer and the key of fingerprints.
    expect(await idsOf()).toEqual({ [current]: 3 });
    // The server does not know yet that the key has changed.
    await expect(agent(2)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("master key"),
    });
    await server.refresh();
    const late = await agent(2);
    expect(await idsOf()).toEqual({ [current]: 4 });
    expect(await secretOf(made.id ?? "")).toEqual(["secret 1"]);
    const newer = await aServer(config);
    expect(await secretOf(late.id ?? "", newer.env)).toEqual(["secret 2"]);
    // Credentials stay valid, and a repeated call gets the stored answer that was sealed again.
    const authorization = `Bearer ${key.key}`;
    expect(await newer.authenticate({ authorization })).toMatchObject({ kind: "service", workspace });
    expect(await run(createKey, { kind: "service", scopes: ["ingest"], name: "k" }, "once")).toEqual(key);
    expect(JSON.stringify(said)).not.toMatch(/secret [12]|bw_service_/);
    await Promise.all([server.close(), newer.close()]);
  });

  it("completes an interrupted run, and only then forgets the old keys", async () => {
    const config = configFor(app());
    const { file = "" } = await loadMasterKeys(config);
    const { owner } = await aWorkspace(app());
    const server = await aServer(config);
    const input = { name: "Agent", llm_config: { api_key: "x" } };
    await server.dispatcher.dispatch(createAgent, owner, { input, request: requestInfo() });
    await server.close();
    // The earlier run was interrupted right after it added the new key.
    await addMasterKey(file);
    await expect(runForgetOldKeys(config)).rejects.toThrow("sealed by older keys");
    await runRotateSecrets(config);
    const [current = ""] = (await loadMasterKeys(config)).ring.keys().map(keyIdOf);
    expect(Object.keys(await idsOf())).toEqual([current]);
    await runForgetOldKeys(config);
    expect((await loadMasterKeys(config)).ring.keys()).toHaveLength(1);
    const again = await aServer(config);
    await again.close();
  });

  it("forgets no key while a running server seals with another one", async () => {
    const config = configFor(app());
    await runRotateSecrets(config);
    const name = (id: string) => serverName({ ids: [id], isFixed: false });
    const server = new pg.Client({ ...serverSocket(app()), application_name: name("OtherKey") });
    await server.connect();
    await expect(runForgetOldKeys(config)).rejects.toThrow(
      /^1 running servers of this database still seal with another/,
    );
    expect((await loadMasterKeys(config)).ring.keys().length).toBeGreaterThan(1);
    const [current = ""] = (await loadMasterKeys(config)).ring.keys().map(keyIdOf);
    await server.query(`set application_name = '${name(current)}'`);
    await runForgetOldKeys(config);
    expect((await loadMasterKeys(config)).ring.keys()).toHaveLength(1);
    await server.end();
  });

  it("runs one at a time", async () => {
    const config = configFor(app());
    const results = await Promise.allSettled([runRotateSecrets(config), runRotateSecrets(config)]);
    const refused = results.filter(({ status }) => status === "rejected");
    expect(refused.length).toBeLessThanOrEqual(1);
    const [current = ""] = (await loadMasterKeys(config)).ring.keys().map(keyIdOf);
    expect(Object.keys(await idsOf())).toEqual([current]);
  });
});

describe("with keys from the settings", () => {
  it("seals again with the first of several keys, and requires a second key", async () => {
    const { ring } = await loadMasterKeys(configFor(app()));
    const old = ring.keys()[0]?.toString("base64") ?? "";
    const alone = configFor(app(), { BAILIWICK_MASTER_KEY: old });
    await expect(runRotateSecrets(alone)).rejects.toThrow("put a new key before it");
    const fresh = Buffer.alloc(32, 5);
    const both = configFor(app(), { BAILIWICK_MASTER_KEY: `${fresh.toString("base64")}, ${old}` });
    await runRotateSecrets(both);
    expect(Object.keys(await idsOf())).toEqual([keyIdOf(fresh)]);
  });

  it("a server and a command whose key is lost make no other one", async () => {
    const lost = configFor(app(), { BAILIWICK_DATA_DIR: join(folder, "lost") });
    for (const run of [aServer, runRotateSecrets, runForgetOldKeys])
      await expect(run(lost)).rejects.toThrow(/^There is no master key in \S+lost\/master\.key, .*Put the file back/);
    expect(existsSync(join(folder, "lost"))).toBe(false);
  });

  it("a server with another master key does not start, with the reason in one line", async () => {
    const wrong = configFor(app(), { BAILIWICK_MASTER_KEY: Buffer.alloc(32, 6).toString("base64") });
    await expect(aServer(wrong)).rejects.toThrow(/does not fit this database.*Set BAILIWICK_MASTER_KEY/);
  });
});
