/** `bailiwick call` as the owner on the database, and with a key over HTTP. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aDatabase, urlOf } from "../../test/harness/harness.ts";
import { type RunningServer, startServer } from "../main.ts";
import { type Config, readConfig } from "../runtime/config.ts";
import { call } from "./call.ts";
import { openPlace } from "./demo/director/place.ts";
import { describeFailure, UsageError } from "./failure.ts";
import { runShowSecrets } from "./secrets.ts";
import { signInLink } from "./sign-in-link.ts";
import { lift, stop, stops } from "./stop.ts";
import { runListTiers } from "./tier.ts";

const folder = mkdtempSync(join(tmpdir(), "bailiwick-call-"));
let config: Config;
let server: RunningServer;
let agentKey: string;
const asOwner = (name: string, ...tokens: string[]) => call(() => config, {}, name, tokens, {});
const failure = (run: Promise<unknown>) => run.then(() => "no failure", describeFailure);

beforeAll(async () => {
  const settings = { BAILIWICK_PORT: "0", BAILIWICK_DATA_DIR: folder, BAILIWICK_LOG_LEVEL: "silent" };
  config = readConfig({ ...settings, DATABASE_URL: urlOf(await aDatabase()) });
  server = await startServer(config, { onLine: () => undefined });
  await asOwner("agents.create", "--name", "Reviewer");
  agentKey = await asOwner("keys.create", "--kind=agent", "--name=r", "--agent_id", "Reviewer", "-q", "key");
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe("the caller", () => {
  const overHttp = (env: Record<string, string>, name: string, ...tokens: string[]) =>
    failure(call(() => config, env, name, tokens, {}));

  test("a refusal names the agent of the key, and the setting that gave the key", async () => {
    const env = { BAILIWICK_URL: server.url, BAILIWICK_KEY: agentKey };
    const line = await overHttp(env, "agents.create", "--name", "Two");
    expect(line).toMatch(/^forbidden \(403\): .* You act as the agent "Reviewer", by BAILIWICK_KEY\./);
    expect(line).toContain("To act as the owner, on the server's machine, unset BAILIWICK_KEY and BAILIWICK_URL.");
    const named = await overHttp({}, "agents.create", "--name=Two", "--url", server.url, "--key", agentKey);
    expect(named).toMatch(/You act as the agent "Reviewer", by --key\.$/);
  });

  test("a refusal says that there is no key, or that the key is of no use", async () => {
    expect(await overHttp({ BAILIWICK_URL: server.url }, "tasks.list")).toMatch(
      /^unauthenticated \(401\).* You act as nobody: BAILIWICK_URL names a server, and there is no key\. Add --key\./,
    );
    const wrong = { BAILIWICK_URL: server.url, BAILIWICK_KEY: `${agentKey.slice(0, -2)}AA` };
    expect(await overHttp(wrong, "tasks.list")).toContain("You act as the holder of a key, by BAILIWICK_KEY.");
  });

  test("a refusal on this machine names the owner and the database", async () => {
    const line = await failure(asOwner("tasks.claim"));
    expect(line).toMatch(
      /^forbidden \(403\).* You act as the owner of this machine's .*\(owner@bailiwick\.local\), by DATABASE_URL\./,
    );
    expect(line).toContain("give its key with --key");
  });

  test("a call without a caller works without a network address", async () => {
    const text = await asOwner("auth.request_magic_link", "--email", "ada@example.org");
    expect(JSON.parse(text)).toMatchObject({ message: expect.stringContaining("ada@example.org") });
  });
});

describe("names in place of ids", () => {
  test("are read for agents and for tasks, also in lists, on every way", async () => {
    const create = ["--title", "First", "--assigned_to_agent_id", "Reviewer"];
    const id = await asOwner("tasks.create", ...create, "-q", "id");
    const env = { BAILIWICK_URL: server.url, BAILIWICK_KEY: agentKey };
    const tokens = ["--title=Second", "--assigned_to_agent_id=Reviewer", "--depends_on", "First", "-q=depends_on"];
    expect(await call(() => config, env, "tasks.create", tokens, {})).toBe(JSON.stringify([id]));
    expect(await asOwner("tasks.get", "--id", "First", "-q", "id")).toBe(id);
    expect(await asOwner("agents.get", "--id", "Reviewer", "-q", "name")).toBe("Reviewer");
  });

  test("that fit nothing or several things are refused, and no part of a name is taken", async () => {
    const [one, two] = [
      await asOwner("tasks.create", "--title=Twice", "--assigned_to_agent_id=Reviewer", "-q=id"),
      await asOwner("tasks.create", "--title=Twice", "--assigned_to_agent_id=Reviewer", "-q=id"),
    ];
    const several = await failure(asOwner("tasks.cancel", "--id", "Twice"));
    expect(several).toContain('Several tasks have the title "Twice"');
    for (const id of [one, two]) expect(several).toContain(id);
    expect(await failure(asOwner("agents.pause", "--id", "Review"))).toBe(
      'There is no agent with the id or name "Review".',
    );
    expect(await asOwner("agents.get", "--id", "Reviewer", "-q", "status")).toBe("active");
  });
});

test("stop, stops and lift say in words what is stopped, by name", async () => {
  const reason = "It loops.";
  await asOwner("tasks.create", "--title", "Waits", "--assigned_to_agent_id", "Reviewer");
  const read = () => config;
  const drill = await stop(read, {}, { reason, agent: "Reviewer", drill: true });
  expect(drill).toMatch(/^Drill for agent .*: It loops\.\nIt would ask 0 tasks to stop, and \d+ tasks? would wait\.$/);
  expect(await stops(read, {}, {})).toBe("Nothing is stopped.");
  const made = JSON.parse(await stop(read, {}, { reason, tree: "Waits", what: "starts, running", json: true }));
  expect(made).toMatchObject({ scope: "tree", what: ["starts", "running"], state: "stopped", waiting_count: 1 });
  const listed = await stops(read, {}, {});
  expect(listed).toContain(`In force: starts, running.\nLift it: bailiwick lift ${made.id} --reason`);
  expect(await lift(read, {}, made.id, { reason, what: "running" })).toContain("In force: starts.");
  expect(await lift(read, {}, made.id, { reason })).toContain("Lifted stop of tree");
  expect(await failure(lift(read, {}, made.id, { reason }))).toMatch(/^conflict \(409\): Lifted already/);
  expect(await failure(stop(read, {}, { reason, agent: "A", tree: "B" }))).toContain("not both");
  const env = { BAILIWICK_URL: server.url, BAILIWICK_KEY: agentKey };
  expect(await failure(stop(read, env, { reason }))).toMatch(/^forbidden \(403\)/);
});

test("-q prints one field, and a wrong one is refused before the call", async () => {
  expect(await asOwner("agents.list", "-q", "items.name")).toBe("Reviewer");
  expect(await asOwner("agents.list", "-q", "items.0.max_running_tasks")).toMatch(/^(null|\d+)$/);
  const refused = failure(asOwner("agents.create", "--name", "Never", "-q", "ident"));
  expect(await refused).toMatch(/^The result of agents\.create has no field ident\. It has: id, /);
  expect(await asOwner("agents.list", "-q", "items.name")).toBe("Reviewer");
  const deeper = await failure(asOwner("agents.list", "-q", "items.nme"));
  expect(deeper).toMatch(/^The operation is done\. Its result has no field items\.nme: \{"items":\[\{/);
});

test("a text of an agent cannot move the cursor of the terminal, and the JSON keeps its value", async () => {
  const title = "One\u009b2J \u007f\u202e \u{e0041}\nTwo";
  const tokens = ["--json", JSON.stringify({ title, assigned_to_agent_id: "Reviewer" })];
  const printed = await asOwner("tasks.create", ...tokens);
  expect(printed.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  const { id, ...task } = JSON.parse(printed);
  expect(task).toMatchObject({ title });
  const picked = await asOwner("tasks.get", "--id", id, "-q", "title");
  expect(picked).toBe("One\\u009b2J \\u007f\\u202e \\udb40\\udc41\nTwo");
});

test("a refusal lists the allowed values of a field", async () => {
  const line = await failure(asOwner("tasks.list", "--status", "done"));
  expect(line).toMatch(/^invalid_input \(400\): status: must be one of: queued, .*completed/);
});

describe("without an installation", () => {
  const elsewhere = join(folder, "elsewhere");
  const nowhere = () => readConfig({ BAILIWICK_DATA_DIR: elsewhere, BAILIWICK_PORT: new URL(server.url).port });
  const commands: [string, (config: Config) => Promise<unknown>][] = [
    ["call", (at) => call(() => at, {}, "tasks.list", [], {})],
    ["demo", (at) => openPlace({ config: () => ({ ...at, port: 0 }) })],
    ["demo on a server", (at) => openPlace({ url: server.url, config: () => at })],
    ["tier", runListTiers],
    ["secrets", runShowSecrets],
    ["sign-in-link", (at) => signInLink(at, "ada@example.org")],
  ];

  test.each(commands)("%s makes none in a folder", async (_name, run) => {
    const line = await failure(run(nowhere()));
    expect(line).toContain(`There is no Bailiwick in ${elsewhere}.`);
    expect(line).toMatch(/Set BAILIWICK_DATA_DIR or DATABASE_URL as the server has it, or .*bailiwick start/);
    expect(readdirSync(folder)).toEqual(["master.key"]);
  });

  test("the message names a server that runs on the port", async () => {
    expect(await failure(runListTiers(nowhere()))).toContain(`The server at ${server.url} uses another one.`);
  });

  test.each(commands.filter(([name]) => !name.startsWith("demo")))(
    "%s makes none in a database",
    async (_name, run) => {
      const url = urlOf(await aDatabase("template1"));
      const line = await failure(run({ ...config, databaseUrl: url, dataDir: elsewhere }));
      expect(line).toContain("There is no Bailiwick in the database of DATABASE_URL.");
      expect(readdirSync(folder)).toEqual(["master.key"]);
    },
  );
});

test("wrong use of -q is a usage error", async () => {
  await expect(asOwner("agents.list", "-q")).rejects.toThrow(UsageError);
});
