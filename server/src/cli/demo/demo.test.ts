/** The demo with a real server and real processes, one of which is killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient, type Task, type TaskItem } from "../../../../sdk/src/index.ts";
import { createLocalOwnerSession } from "../../auth/owner.ts";
import { NEEDS } from "../../demo/needs.ts";
import { parse, Report } from "../../demo/packages/shapes.ts";
import { aCommand, aFolder, anInstallation } from "../../demo/test-installation.ts";
import { type RunningServer, startServer } from "../../main.ts";
import { type Config, readConfig } from "../../runtime/config.ts";
import { createLog } from "../../runtime/log.ts";
import { decideEscalated } from "./crew/oversee.ts";
import { sessionClient } from "./director/place.ts";
import { type DemoOptions, runDemo } from "./index.ts";

let dataDir: string;
/** The command line as built. */
let command: string[];
let config: Config;
let server: RunningServer;
let owner: Client;
let session: string;

beforeAll(async () => {
  command = aCommand();
  dataDir = mkdtempSync(join(tmpdir(), "bailiwick-demo-data-"));
  const env = { BAILIWICK_DATA_DIR: dataDir, BAILIWICK_PORT: "0", BAILIWICK_LOG_LEVEL: "silent" };
  // The server may call the register of the demo.
  const settings = readConfig({ ...env, BAILIWICK_ALLOW_PRIVATE_URLS: "127.0.0.1" });
  server = await startServer(settings, { onLine: () => undefined, log: createLog({ level: "silent" }) });
  config = { ...settings, port: Number(new URL(server.url).port) };
  const { token, workspace } = await createLocalOwnerSession(server.app.db, server.app.env);
  owner = sessionClient(server.url, token, workspace);
  session = token;
});

afterAll(async () => {
  await server?.close();
  for (const folder of [dataDir, dirname(command.at(-1) ?? "")]) rmSync(folder, { recursive: true, force: true });
});

function noConfig(): never {
  throw new Error("With a server elsewhere the settings are not read.");
}

async function demo(options: Partial<DemoOptions>): Promise<{ code: number; text: string }> {
  const written: string[] = [];
  const out = { write: (text: string) => void written.push(text), columns: 120 };
  const code = await runDemo({ config: () => config, command, out, ...options });
  return { code, text: written.join("") };
}

async function tasksBelow(root_task_id: string): Promise<TaskItem[]> {
  return (await owner.tasks.list({ root_task_id, order: "asc", limit: 200, include: "output" })).items;
}

async function newestRoot(): Promise<Task> {
  const { items } = await owner.tasks.list({ limit: 200 });
  const root = items.find(({ depth }) => depth === 0);
  if (!root) throw new Error("There is no audit.");
  return owner.tasks.get({ id: root.id });
}

async function goodKeys(): Promise<number> {
  const { items } = await owner.keys.list({ limit: 200 });
  return items.filter(({ revoked_at }) => revoked_at === null).length;
}

/** Approves the next action that waits. */
async function approveNext(): Promise<void> {
  const pending = async () => (await owner.actions.listPending()).items;
  await expect.poll(pending, { timeout: 120_000 }).toHaveLength(1);
  const [{ id = "", payload_hash = "" } = {}] = await pending();
  await owner.actions.approve({ id, payload_hash });
}

/** The report leaves the server once, with the person's yes, and the register is disconnected. */
async function expectReported(text: string, root: Task): Promise<void> {
  expect(text).toMatch(/Demo supervisor +asks to send the report to the register outside/);
  expect(text).toMatch(/you +approved the report/);
  expect(text).toMatch(/Demo supervisor +sent the report to the register, once/);
  expect((await owner.actions.list({ status: "executed" })).items).toMatchObject([{ task_id: root.id, attempts: 1 }]);
  expect((await owner.connections.list()).items).toMatchObject([{ name: "Demo register", status: "disconnected" }]);
}

/** One question, its answer, and one escalated task. */
function expectTalk(text: string, tasks: readonly TaskItem[]): void {
  expect(text).toMatch(/Demo specialist +wrote to Demo supervisor about "Merge the results"/);
  expect(text).toMatch(/Demo supervisor +answered Demo specialist about "Merge the results"/);
  expect(text).toMatch(/Demo specialist +handed "Review packages in several versions" up to Demo supervisor: 1 of the/);
  expect(tasks.find(({ escalated_from }) => escalated_from.length > 0)).toMatchObject({
    title: "Review packages in several versions",
    output: { decision: expect.stringContaining("A person has the question") },
  });
}

test("one worker dies in mid-task, its task is recovered, and the report is whole", async () => {
  const approved = approveNext();
  const { code, text } = await demo({ path: anInstallation(), workers: 2 });
  await approved;
  expect(text).toContain(", already running");
  expect(code).toBe(0);
  const root = await newestRoot();
  expect(root.status).toBe("completed");
  expect(parse(Report, root.output, "The output")).toMatchObject({
    packages: 14,
    names: 13,
    files: 15,
    licenses: [
      { license: "MIT", packages: 12 },
      { license: "ISC", packages: 1 },
      { license: "unknown", packages: 1 },
    ],
    several_versions: { total: 1, items: [{ name: "twice", versions: ["1.0.0", "2.0.0"], copies: 2 }] },
    install_scripts: { total: 2 },
    unknown_licenses: { total: 1, items: [{ name: "nameless" }] },
  });

  const tasks = await tasksBelow(root.id);
  expect(tasks.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => "completed"));
  const [, title] = /"(.+)" survived the death of Demo worker 2/.exec(text) ?? [];
  const recovered = tasks.find((task) => task.title === title);
  expect(recovered).toMatchObject({ attempt: 2, result_of_attempt: 2 });
  const { items: events } = await owner.tasks.listEvents({ id: recovered?.id ?? "", limit: 200 });
  const steps = events.map(({ event_type }) => event_type).filter((type) => type !== "progress");
  expect(steps).toEqual(["created", "started", "lease_expired", "started", "completed"]);

  expect(text).toMatch(/Demo worker 2 +killed in mid-task: SIGKILL to process \d+, 1 of [23] packages read/);
  expect(text).toMatch(new RegExp(`Demo worker 2 +lost its lease on "${title}"`));
  expect(text).toMatch(/├─ Batch 2 of 6 +Demo worker 2 +completed/);
  expect(text).toMatch(/─ Merge the results +Demo specialist +completed/);
  expectTalk(text, tasks);
  await expectReported(text, root);
  // The person who started it decides.
  expect(text).toMatch(/Demo supervisor +wrote to you about "Review packages in several versions"/);
  const open = await owner.messages.list({ awaiting_reply: true });
  expect(open.items).toMatchObject([{ content: expect.stringContaining("twice for one"), reply_state: "open" }]);
  const facts = Number(/(\d+) facts in the audit log/.exec(text)?.[1]);
  // Every task was created, started and completed, one was started twice; agents and keys were created, keys revoked.
  expect(facts).toBeGreaterThanOrEqual(tasks.length * 3 + 2 + 3 * 4);
  expect(await goodKeys()).toBe(0);
});

test("the supervisor of the next run follows the person's answer, and asks nothing again", async () => {
  const { items } = await owner.messages.list({ awaiting_reply: true });
  const [question] = items;
  const [supervisorId = "", personId = ""] = [question?.from_agent_id ?? "", question?.to_user_id ?? ""];
  const to = { to_agent_id: supervisorId, task_id: question?.task_id ?? "", in_reply_to: question?.id ?? "" };
  await owner.messages.send({ ...to, content: "Update them." });
  const [specialist] = (await owner.agents.list({ q: "Demo specialist" })).items;
  const clientOf = async (agent_id = "") => {
    const { key } = await owner.keys.create({ kind: "agent", name: "Second run", agent_id });
    return createClient({ url: server.url, key });
  };
  const [above, below] = [await clientOf(supervisorId), await clientOf(specialist?.id)];
  const { id } = await owner.tasks.create({ title: "Audit again", assigned_to_agent_id: supervisorId });
  const audit = await above.tasks.start({ id });
  const draft = { title: "Review", parent_task_id: id, assigned_to_agent_id: specialist?.id ?? "" };
  const review = await below.tasks.start({ id: (await above.tasks.create(draft)).id });
  await below.tasks.escalate({ id: review.id, fence: review.fence ?? 0, reason: "Two are there twice." });
  await decideEscalated(above, { audit, askedId: personId }, new AbortController().signal);
  const { output } = await owner.tasks.get({ id: review.id });
  expect(output).toEqual({ decision: "A person decided: Update them." });
  expect((await owner.messages.list({ awaiting_reply: true })).items).toEqual([]);
  await owner.tasks.cancel({ id });
  await Promise.all(
    (await owner.keys.list({ status: "usable", limit: 200 })).items.map((key) => owner.keys.revoke({ id: key.id })),
  );
});

test("Ctrl-C cancels the audit and leaves no process, open task or good key; the next run uses the same agents", async () => {
  const [program = "", ...args] = command;
  const child = spawn(program, [...args, "demo", "--workers", "1", "--path", anInstallation()], {
    env: { ...process.env, BAILIWICK_DATA_DIR: dataDir, BAILIWICK_PORT: String(config.port) },
    stdio: ["ignore", "pipe", "inherit"],
    // Ctrl-C reaches the whole process group of the terminal.
    detached: true,
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    if (!text.includes("started") && `${text}${more}`.includes("started")) process.kill(-(child.pid ?? 0), "SIGINT");
    text += more;
  });
  const [code] = await once(child, "close");
  expect(text).toContain("Stopped: the audit is canceled");
  expect(code).toBe(130);
  // The group is empty.
  expect(() => process.kill(-(child.pid ?? 0), 0)).toThrow("ESRCH");
  const tasks = await tasksBelow((await newestRoot()).id);
  expect(tasks.filter(({ status }) => status !== "canceled" && status !== "completed")).toEqual([]);
  expect(tasks[0]?.status).toBe("canceled");
  expect(await goodKeys()).toBe(0);
  const { items: agents } = await owner.agents.list({ limit: 200 });
  expect(agents).toHaveLength(4);
});

test("with a session it needs no database; the tasks of an earlier demo are canceled first, and one worker is enough", async () => {
  const { items: agents } = await owner.agents.list({ q: "Demo supervisor" });
  const left = await owner.tasks.create({ title: "Left behind", assigned_to_agent_id: agents[0]?.id ?? "" });
  const path = aFolder({ "node_modules/alone/package.json": { name: "alone" } });
  const { code, text } = await demo({ path, workers: 1, url: server.url, session, config: noConfig });
  expect(text).toContain("Canceled 1 audit of an earlier demo.");
  expect(text).toContain("No worker was killed in mid-task: there was too little to do.");
  expect(code).toBe(0);
  expect((await owner.tasks.get({ id: left.id })).status).toBe("canceled");
});

test("a service key with the named scopes works with any server, and stays valid after the demo", async () => {
  const { id, key } = await owner.keys.create({ kind: "service", name: "Script", scopes: [...NEEDS] });
  const path = aFolder({ "node_modules/alone/package.json": { name: "alone" } });
  const { code, text } = await demo({ path, workers: 1, url: server.url, key, config: noConfig });
  expect(text).toContain("Merge the results");
  expect(code).toBe(0);
  expect(await goodKeys()).toBe(1);
  await owner.keys.revoke({ id });
});

test("each obstacle is reported in one line, and no task is left", async () => {
  const path = anInstallation();
  const before = await newestRoot();
  const scopes = NEEDS.filter((scope) => scope !== "agents:write" && scope !== "obs:read");
  const service = await owner.keys.create({ kind: "service", name: "Some", scopes });
  const lastLineOf = async (options: Partial<DemoOptions>) => {
    const { code, text } = await demo({ path, ...options });
    expect(code).toBe(1);
    return text.trimEnd().split("\n").at(-1);
  };
  expect(await lastLineOf({ path: aFolder({}) })).toMatch(/There is no node_modules in .* --path\.$/);
  expect(await lastLineOf({ workers: 0 })).toContain("from 1 to 20 workers");
  expect(await lastLineOf({ url: server.url, key: service.key })).toMatch(/lacks agents:write, obs:read\. .*--session/);
  expect(await lastLineOf({ url: server.url, session: "wrong" })).toContain("refuses the demo");
  expect(await lastLineOf({ url: "http://127.0.0.1:1" })).toContain(
    "No Bailiwick server answers at http://127.0.0.1:1",
  );
  const broken = [process.execPath, "-e", "throw new Error('It broke.')"];
  expect(await lastLineOf({ command: broken })).toMatch(
    /The process of Demo \w+.* ended by itself \(code 1\): Error: It broke\./,
  );
  const { items } = await owner.tasks.list({ status: "queued" });
  expect(items.filter(({ created_at }) => created_at > before.created_at)).toEqual([]);
});
