/** Rotating the master key of a database with two running servers. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { aWorkspace, requestInfo, urlOf, useApp } from "../../test/harness/harness.ts";
import { soon } from "../../test/harness/latch.ts";
import { createAgent } from "../agents/operations/create-agent.ts";
import { countSealed, listServers } from "../db/sealed.ts";
import { Problem } from "../kernel/problem.ts";
import { type RunningServer, startServer } from "../main.ts";
import { readConfig } from "../runtime/config.ts";
import { createLog } from "../runtime/log.ts";
import { loadMasterKeys } from "../runtime/master-key.ts";
import { keyIdOf } from "../runtime/secret-box.ts";
import { runForgetOldKeys, runRotateSecrets } from "./secrets.ts";

const app = useApp();
const root = mkdtempSync(join(tmpdir(), "bailiwick-servers-"));
const [one, two] = [join(root, "one"), join(root, "two")];
const open: RunningServer[] = [];
const SHORT_MS = 300;

beforeAll(() => void vi.spyOn(console, "log").mockImplementation(() => undefined));
beforeEach(async () => {
  mkdirSync(two, { recursive: true });
  await serve(one);
  copyFileSync(join(one, "master.key"), join(two, "master.key"));
});
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

const configFor = (dataDir: string, env: Record<string, string> = {}) =>
  readConfig({
    DATABASE_URL: urlOf(app().database),
    BAILIWICK_DATA_DIR: dataDir,
    BAILIWICK_LOG_LEVEL: "silent",
    BAILIWICK_PORT: "0",
    ...env,
  });

async function serve(dataDir: string, env?: Record<string, string>): Promise<RunningServer> {
  const log = createLog({ level: "silent" });
  const server = await startServer(configFor(dataDir, env), { onLine: () => undefined, log });
  open.push(server);
  return server;
}

const keyIds = async (dataDir: string) => (await loadMasterKeys(configFor(dataDir))).ring.keys().map(keyIdOf);
const sealedBy = async () => (await countSealed(app().admin)).map(({ key_id }) => key_id);

/** Stores a secret through a server. */
async function store({ app: served }: RunningServer): Promise<void> {
  const { owner } = await aWorkspace(app());
  const input = { name: "Agent", llm_config: { api_key: "sk-secret" } };
  await served.dispatcher.dispatch(createAgent, owner, { input, request: requestInfo() });
}

test("is refused while a server has its key from the settings, and adds no key", async () => {
  const key = readFileSync(join(one, "master.key"), "utf8").split("\n")[0] ?? "";
  const before = await keyIds(one);
  const fixed = await serve(two, { BAILIWICK_MASTER_KEY: key });
  await expect(runRotateSecrets(configFor(one), SHORT_MS)).rejects.toThrow(
    /^1 running servers of this database have their master keys from the settings/,
  );
  expect(await keyIds(one)).toEqual(before);
  await store(fixed);
  await fixed.close();
  await runRotateSecrets(configFor(one));
  expect(await keyIds(one)).toHaveLength(2);
});

test("changes no key before every running server has it, and goes on where it stopped", async () => {
  const other = await serve(two);
  const [old = ""] = await keyIds(two);
  await expect(runRotateSecrets(configFor(one), SHORT_MS)).rejects.toThrow(
    /^1 running servers of this database do not have the master key/,
  );
  const [added = ""] = await keyIds(one);
  expect(added).not.toBe(old);
  // Both servers go on with the old key, which each of them has.
  for (const server of open) await store(server);
  expect(await sealedBy()).toEqual([old]);
  copyFileSync(join(one, "master.key"), join(two, "master.key"));
  await runRotateSecrets(configFor(one));
  expect((await keyIds(one))[0]).toBe(added);
  await Promise.all([store(other), store(open[0] ?? other)].map((stored) => stored.catch(() => undefined)));
  await soon(() => store(other).then(() => "stored")).toBe("stored");
  expect(await sealedBy()).toEqual([added]);
  await soon(async () => (await listServers(app().admin)).every(({ ids }) => ids[0] === added)).toBe(true);
  await runForgetOldKeys(configFor(one));
  expect(await keyIds(one)).toEqual([added]);
});

test("secrets that are stored during a rotation can be opened, whichever server sealed them", async () => {
  const running = open.map((server) => ({ server, stored: 0, refused: 0 }));
  let isOver = false;
  const writing = running.map(async (own) => {
    while (!isOver) {
      try {
        await store(own.server);
        own.stored += 1;
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "unavailable") throw error;
        own.refused += 1;
      }
    }
  });
  await runRotateSecrets(configFor(one));
  isOver = true;
  await Promise.all(writing);
  expect(running.every(({ stored }) => stored > 0)).toBe(true);
  const known = await keyIds(one);
  expect((await sealedBy()).filter((id) => !known.includes(id))).toEqual([]);
  // A second run seals again what was on its way.
  await runRotateSecrets(configFor(one));
  expect(await sealedBy()).toEqual([(await keyIds(one))[0]]);
});

test("the database refuses a value of another key, and a server without the key stores none", async () => {
  const server = open[0];
  if (!server) throw new Error("No server runs.");
  const sealed = "v1.OtherKey.AAAA";
  const { rows } = await app().admin.query("select workspace_id, id from agents limit 1");
  const agent = rows[0] as { workspace_id: string; id: string };
  const insert = "insert into agent_secrets (workspace_id, agent_id, place, sealed) values ($1, $2, 'x/y', $3)";
  await expect(app().admin.query(insert, [agent.workspace_id, agent.id, sealed])).rejects.toMatchObject({
    code: "BW002",
  });
  const before = await sealedBy();
  await app().admin.query(
    "update installation set sealed_fingerprint_key = regexp_replace(sealed_fingerprint_key, '\\.[^.]+\\.', '.OtherKey.')",
  );
  server.app.signals.credentialsChanged("all");
  await soon(() => store(server).catch((error: Error) => error.message)).toMatch(
    /does not have the master key OtherKey/,
  );
  await app().admin.query(
    "update installation set sealed_fingerprint_key = replace(sealed_fingerprint_key, 'OtherKey', $1)",
    [before[0]],
  );
});
