/** The demo as a server starts it: real servers, real processes. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Client, Fact } from "../../../../sdk/src/index.ts";
import { aDatabase, urlOf } from "../../../test/harness/harness.ts";
import { createLocalOwnerSession } from "../../auth/owner.ts";
import { sessionClient } from "../../cli/demo/director/place.ts";
import { parse, Report } from "../../demo/packages/shapes.ts";
import { aCommand, aFolder, anInstallation } from "../../demo/test-installation.ts";
import { type RunningServer, startServer } from "../../main.ts";
import { readConfig } from "../../runtime/config.ts";
import { createLog } from "../../runtime/log.ts";
import type { CrewSetup } from "./launcher.ts";

interface Ground {
  server: RunningServer;
  owner: Client;
  session: string;
}

/** A database and a data folder, where one server can follow another, and a note of every process that is started. */
function aPlace() {
  const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-launch-"));
  const pidsIn = join(aFolder({ "processes.txt": "" }), "processes.txt");
  const command = aCommand({ pidsIn });
  const crew: CrewSetup = { command, path: anInstallation() };
  onTestFinished(() => {
    for (const path of [dataDir, dirname(command.at(-1) ?? "")]) rmSync(path, { recursive: true, force: true });
  });
  const database = aDatabase();
  async function start(setup: CrewSetup | null = crew): Promise<Ground> {
    const DATABASE_URL = urlOf(await database);
    const config = readConfig({ DATABASE_URL, BAILIWICK_DATA_DIR: dataDir, BAILIWICK_PORT: "0" });
    const log = createLog({ level: "silent" });
    const server = await startServer(config, { onLine: () => undefined, log, ...(setup && { crew: setup }) });
    // The same promise when the test has closed it.
    onTestFinished(() => server.close());
    const { token, workspace } = await createLocalOwnerSession(server.app.db, server.app.env);
    return { server, owner: sessionClient(server.url, token, workspace), session: token };
  }
  const processes = () =>
    readFileSync(pidsIn, "utf8")
      .trim()
      .split("\n")
      .map((line) => ({ pid: Number.parseInt(line, 10), what: line.replace(/^\d+ /, "") }));
  return { start, processes, crew };
}

/** Starts the demo. Returns the facts from then on, up to the first wanted one. */
async function startAndFollow(owner: Client, isWanted: (fact: Fact) => boolean): Promise<Fact[]> {
  const events = owner.live({ lastEventId: "now" });
  await events.next();
  const answer = await owner.demo.start();
  expect(answer).toMatchObject({ state: "running", available: false, last_result: null });
  const facts: Fact[] = [];
  for await (const event of events) {
    if (event.event !== "fact") continue;
    facts.push(event.data);
    if (isWanted(event.data)) break;
  }
  return facts;
}

const isProgress = ({ type, data }: Fact) => type === "task.progress" && typeof data.done === "number";
const isOver = ({ type }: Fact) => type === "demo.ended";

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function goodKeys(owner: Client): Promise<number> {
  return (await owner.keys.list({ status: "usable", limit: 200 })).items.length;
}

test("a whole run: followed by its facts, recovered, reported, and nothing of it left but agents and history", async () => {
  const { start, processes } = aPlace();
  const { owner, server, session } = await start();
  const before = await owner.demo.get();
  expect(before).toMatchObject({ state: "idle", available: true, reason: null, started_at: null, last_result: null });

  const { id: other } = await owner.workspaces.create({ name: "Another" });
  const elsewhere = sessionClient(server.url, session, other);
  let refusals: Promise<unknown>[] = [];
  const facts = await startAndFollow(owner, (fact) => {
    // One under way stands in the way of another. In other workspaces there is none, and they learn nothing of this one.
    if (fact.type === "demo.audit_created") {
      refusals = [owner.demo.start(), elsewhere.demo.start()].map((call) => call.catch((error: unknown) => error));
    }
    return isOver(fact);
  });
  const [same, another] = await Promise.all(refusals);
  expect(same).toMatchObject({ code: "conflict", detail: expect.stringContaining("in this workspace") });
  expect(another).toMatchObject({ code: "forbidden", detail: expect.not.stringContaining("already") });

  const after = await owner.demo.get();
  expect(after).toMatchObject({
    state: "idle",
    available: true,
    last_result: { outcome: "completed", reason: null },
  });
  const known = new Set<string>(facts.map(({ type }) => type));
  const picture = ["task.lease_expired", "message.sent", "task.escalated", "task.completed", "demo.audit_created"];
  expect(picture.filter((type) => !known.has(type))).toEqual([]);
  const root = await owner.tasks.get({ id: after.root_task_id ?? "" });
  expect(root.status).toBe("completed");
  expect(parse(Report, root.output, "The output")).toMatchObject({ packages: 14, several_versions: { total: 1 } });
  expect(await goodKeys(owner)).toBe(0);
  // The director, the crew of five, and the one that took over.
  expect(
    processes()
      .map(({ what }) => what)
      .sort(),
  ).toEqual([
    "demo-crew specialist",
    "demo-crew supervisor",
    ...Array.from({ length: 4 }, () => "demo-crew worker"),
    "demo-run",
  ]);
  expect(processes().filter(({ pid }) => lives(pid))).toEqual([]);
});

test("the end of the server ends the crew and the audit, revokes the keys and is stored", async () => {
  const { start, processes } = aPlace();
  const first = await start();
  await startAndFollow(first.owner, isProgress);
  expect(processes().length).toBeGreaterThanOrEqual(6);
  await first.server.close();
  expect(processes().filter(({ pid }) => lives(pid))).toEqual([]);
  const { owner } = await start();
  const { state, last_result, root_task_id } = await owner.demo.get();
  expect({ state, last_result }).toMatchObject({
    state: "idle",
    last_result: { outcome: "failed", reason: "The server was stopped." },
  });
  expect((await owner.tasks.get({ id: root_task_id ?? "" })).status).toBe("canceled");
  expect(await goodKeys(owner)).toBe(0);
});

test("a director that is killed takes its crew along; the server cancels the audit and revokes the keys", async () => {
  const { start, processes } = aPlace();
  const { owner } = await start();
  let wasKilled = false;
  await startAndFollow(owner, (fact) => {
    if (isProgress(fact) && !wasKilled) {
      wasKilled = true;
      process.kill(processes().find(({ what }) => what === "demo-run")?.pid ?? 0, "SIGKILL");
    }
    return isOver(fact);
  });
  const { last_result, root_task_id } = await owner.demo.get();
  expect(last_result).toMatchObject({ outcome: "failed", reason: expect.stringContaining("SIGKILL") });
  expect((await owner.tasks.get({ id: root_task_id ?? "" })).status).toBe("canceled");
  expect(await goodKeys(owner)).toBe(0);
  await expect.poll(() => processes().filter(({ pid }) => lives(pid))).toEqual([]);
});

test("the reason why a crew cannot work is the result of the run", async () => {
  const { start } = aPlace();
  const { owner } = await start();
  const { id } = await owner.agents.create({ name: "Demo supervisor" });
  await owner.agents.pause({ id });
  await startAndFollow(owner, isOver);
  const { last_result } = await owner.demo.get();
  expect(last_result).toMatchObject({
    outcome: "failed",
    reason: "The agent Demo supervisor is paused; resume it first.",
  });
  expect(await goodKeys(owner)).toBe(0);
});

test("a process that breaks, or that is none, is the result of the run too", async () => {
  const { start, crew } = aPlace();
  const broken = await start({ ...crew, command: [process.execPath, "-e", "throw new Error('It broke.')"] });
  await startAndFollow(broken.owner, isOver);
  expect((await broken.owner.demo.get()).last_result?.reason).toMatch(/ended by itself \(code 1\): Error: It broke\./);
  await broken.server.close();
  const absent = await start({ ...crew, command: [join(aFolder({}), "nothing")] });
  await startAndFollow(absent.owner, isOver);
  expect((await absent.owner.demo.get()).last_result?.reason).toMatch(/could not be started: .*ENOENT/);
  await absent.server.close();
});

test("a server that the command line did not start says so", async () => {
  const { start } = aPlace();
  const { owner } = await start(null);
  const { available, reason } = await owner.demo.get();
  expect({ available, reason }).toEqual({ available: false, reason: expect.stringContaining("by the command line") });
  await expect(owner.demo.start()).rejects.toMatchObject({ code: "conflict", detail: reason });
});
