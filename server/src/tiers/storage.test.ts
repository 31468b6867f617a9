/**
 * Bytes of a workspace and day: counted over processes and surfaces, refused beyond the tier, except for steps that end
 * work.
 */
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterEach, describe, expect, test, vi } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import {
  aWorkspace,
  createSecondApp,
  problemOf,
  type TestApp,
  type TestWorkspace,
  useApp,
} from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { callTool, createWeb, credentialsOf } from "../../test/harness/web.ts";
import { resumeAgent } from "../agents/operations/resume-agent.ts";
import { updateAgent } from "../agents/operations/update-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { cancelTask } from "../tasks/operations/cancel-task.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { createTask } from "../tasks/operations/create-task.ts";
import { listTasks } from "../tasks/operations/list-tasks.ts";
import { retryTask } from "../tasks/operations/retry-task.ts";
import { getTier } from "./operations.ts";
import { BLOCK_BYTES, grantOf } from "./storage-rules.ts";
import { TIERS } from "./tiers.ts";

const app = useApp();
afterEach(() => {
  app().clock.offsetMs = 0;
});

const LIMIT = TIERS.free.stored_bytes_per_day;
const KIB = 1_024;

interface Working {
  workspace: TestWorkspace;
  agent: Actor;
  create(bytes?: number, options?: { idempotencyKey?: string; on?: TestApp }): Promise<{ id: string }>;
}

async function aFreeWorkspace(): Promise<Working> {
  const workspace = await aWorkspace(app(), "free");
  const agent = await anAgent(app(), workspace);
  return {
    workspace,
    agent,
    create(bytes = 0, { on = app(), ...options } = {}) {
      const input = { title: "Work", assigned_to_agent_id: agent.id, input: { text: "x".repeat(bytes) } };
      return on.call(createTask, agent, input, options);
    },
  };
}

/** Sets the bytes that are left of the workspace's day, for all processes. */
async function leave(workspace: TestWorkspace, bytes: number): Promise<TestApp> {
  await app().admin.query(
    `insert into stored_bytes (workspace_id, day, bytes) values ($1, (bailiwick_now() at time zone 'utc')::date, $2)
     on conflict (workspace_id) do update set bytes = excluded.bytes`,
    [workspace.id, LIMIT - bytes],
  );
  // A new process holds no bytes of earlier draws.
  const fresh = createSecondApp(app());
  open.push(fresh);
  return fresh;
}
const open: TestApp[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

describe("when the day is used up", () => {
  test("a command that stores is refused with the limit, the used bytes and the time of the reset", async () => {
    const { workspace, create } = await aFreeWorkspace();
    const on = await leave(workspace, 100 * KIB);
    await create(60 * KIB, { on });
    const problem = await problemOf(create(60 * KIB, { on }));
    expect(problem).toMatchObject({ code: "tier_limit", status: 403 });
    expect(problem.details).toMatchObject({
      upgrade_required: true,
      limit_name: "stored_bytes_per_day",
      limit: LIMIT,
      used: LIMIT,
      resets_at: expect.stringMatching(/T00:00:00.000Z$/),
    });
    expect(Date.parse(String(problem.details.resets_at)) - Date.now()).toBeLessThanOrEqual(86_400_000);
    expect((await on.call(getTier, workspace.owner, {})).usage.stored_bytes_today).toBe(LIMIT);
    on.clock.offsetMs = 86_400_000;
    await create(60 * KIB, { on });
    expect((await on.call(getTier, workspace.owner, {})).usage.stored_bytes_today).toBe(BLOCK_BYTES);
  });

  test("running work can be completed up to twice the limit; stopping work and reading always pass", async () => {
    const { workspace, agent, create } = await aFreeWorkspace();
    const [task, more, left] = [await create(), await create(), await create()];
    const { items } = await app().call(claimTasks, agent, { limit: 2 });
    const fenceOf = (id: string) => items.find((item) => item.id === id)?.fence ?? 0;
    const on = await leave(workspace, 0);
    const complete = (id: string) =>
      on.call(completeTask, agent, { id, fence: fenceOf(id), output: { text: "x".repeat(100 * KIB) } });
    expect((await complete(task.id)).status).toBe("completed");
    expect((await problemOf(create(0, { on }))).code).toBe("tier_limit");

    const exhausted = await leave(workspace, -LIMIT);
    const refused = exhausted.call(completeTask, agent, { id: more.id, fence: fenceOf(more.id), output: {} });
    expect((await problemOf(refused)).code).toBe("tier_limit");
    expect((await exhausted.call(cancelTask, workspace.owner, { id: left.id })).status).toBe("canceled");
    expect((await exhausted.call(listTasks, agent, {})).items).toHaveLength(3);
  });

  test("a command that passes and then fails leaves no bytes for a command that may not pass", async () => {
    const { workspace, create } = await aFreeWorkspace();
    const on = await leave(workspace, 0);
    for (let number = 0; number < 3; number++) {
      const stop = { id: randomUUID(), reason: "x".repeat(KIB) };
      expect((await problemOf(on.call(cancelTask, workspace.owner, stop))).code).toBe("not_found");
      expect((await problemOf(create(0, { on }))).code).toBe("tier_limit");
    }
  });

  test("a repeat gets the stored response, and a new request with a key is refused", async () => {
    const { workspace, create } = await aFreeWorkspace();
    const first = await create(10 * KIB, { idempotencyKey: "k" });
    const on = await leave(workspace, 0);
    expect(await create(10 * KIB, { idempotencyKey: "k", on })).toEqual(first);
    expect((await problemOf(create(10 * KIB, { idempotencyKey: "other", on }))).code).toBe("tier_limit");
    await leave(workspace, 100 * KIB);
    expect(await create(10 * KIB, { idempotencyKey: "other", on })).toMatchObject({ title: "Work" });
  });

  test("REST and MCP say the same", async () => {
    const scene = await aScene(app());
    await app().admin.query("update workspaces set tier_name = 'free' where workspace_id = $1", [scene.workspace.id]);
    const headers = await credentialsOf(scene, "agent");
    const served = createWeb(await leave(scene.workspace, 3 * KIB));
    const input = { title: "x", assigned_to_agent_id: scene.agent.id, input: { text: "x".repeat(2 * KIB) } };
    const send = () => served.app.inject({ method: "POST", url: "/api/tasks", headers, payload: input });
    expect((await callTool(served, createTask, input, headers)).status).toBe(201);
    const [rest, tool] = [await send(), await callTool(served, createTask, input, headers)];
    expect([rest.statusCode, tool.status]).toEqual([403, 403]);
    expect(tool.body).toMatchObject({ ...rest.json(), request_id: expect.any(String) });
    await served.app.close();
  });
});

test("commands that stop something or take a right away pass, in every slice", () => {
  const stops = /\.(cancel|pause|archive|revoke|remove|leave|delete|logout)(_[a-z_]+)?$/;
  const commands = app().operations.filter(
    ({ kind, name }) => (kind === "command" || kind === "hot") && stops.test(name),
  );
  expect(commands.length).toBeGreaterThan(8);
  for (const operation of commands) expect(operation).toMatchObject({ pastQuota: "passes" });
});

test("calls that store nothing count nothing: claims that find no task, refusals and reads", async () => {
  const { workspace, agent, create } = await aFreeWorkspace();
  const on = await leave(workspace, 2 * KIB);
  for (let number = 0; number < 5; number++) {
    await on.call(claimTasks, agent, {});
    await on.call(listTasks, agent, {});
    await problemOf(on.call(createTask, agent, { title: "x", assigned_to_agent_id: randomUUID() }));
  }
  await create(0, { on });
  await create(0, { on });
  expect((await problemOf(create(0, { on }))).code).toBe("tier_limit");
});

describe("bytes stored in addition to the input are counted", () => {
  const SIZE = 100 * KIB;
  const X = "x".repeat(SIZE);

  async function countedBy(work: (on: TestApp) => Promise<unknown>, workspace: TestWorkspace): Promise<number> {
    const stored = async () => {
      const { rows } = await app().admin.query("select bytes from stored_bytes where workspace_id = $1", [
        workspace.id,
      ]);
      return Number(rows[0]?.bytes);
    };
    // The limit leaves no room for a whole block, so the row shows every byte.
    const on = await leave(workspace, 4 * KIB);
    await work(on);
    return (await stored()) - (LIMIT - 4 * KIB);
  }

  test("the input of a retry", async () => {
    const { workspace, create } = await aFreeWorkspace();
    const { id } = await create(SIZE);
    await app().call(cancelTask, workspace.owner, { id });
    expect(await countedBy((on) => on.call(retryTask, workspace.owner, { id }), workspace)).toBeGreaterThan(SIZE);
  });

  test("the configuration of a revision", async () => {
    const { workspace, agent } = await aFreeWorkspace();
    await app().call(updateAgent, workspace.owner, { id: agent.id, identity_config: { X } });
    const rename = (on: TestApp) => on.call(updateAgent, workspace.owner, { id: agent.id, name: "Other" });
    expect(await countedBy(rename, workspace)).toBeGreaterThan(SIZE);
  });

  test("the answer for an idempotency key, once", async () => {
    const { workspace, agent } = await aFreeWorkspace();
    await app().call(updateAgent, workspace.owner, { id: agent.id, identity_config: { X } });
    const resume = (on: TestApp) => on.call(resumeAgent, workspace.owner, { id: agent.id }, { idempotencyKey: "k" });
    const counted = await countedBy(resume, workspace);
    expect(counted).toBeGreaterThan(SIZE);
    expect(await countedBy(resume, workspace)).toBeLessThanOrEqual(4 * KIB);
  });

  test("a late result, which is refused", async () => {
    const { workspace, agent, create } = await aFreeWorkspace();
    const { id } = await create();
    const { items } = await app().call(claimTasks, agent, {});
    const fence = items[0]?.fence ?? 0;
    await app().call(cancelTask, workspace.owner, { id });
    const on = await leave(workspace, SIZE + 10 * KIB);
    expect((await problemOf(on.call(completeTask, agent, { id, fence, output: { X } }))).code).toBe("lease_lost");
    expect((await problemOf(create(SIZE, { on }))).code).toBe("tier_limit");
  });
});

test("several processes together pass at most the limit, and at least the limit minus the bytes they hold", async () => {
  const { workspace, create } = await aFreeWorkspace();
  const left = 5 * BLOCK_BYTES;
  const processes = [await leave(workspace, left), createSecondApp(app()), createSecondApp(app())] as const;
  open.push(...processes.slice(1));
  const size = 100 * KIB;
  const settled = await Promise.allSettled(
    Array.from({ length: 90 }, (_, n) => create(size, { on: processes[n % 3] ?? app() })),
  );
  const stored = settled.filter(({ status }) => status === "fulfilled").length * size;
  expect(stored).toBeLessThanOrEqual(left);
  expect(stored).toBeGreaterThan(left - processes.length * BLOCK_BYTES);
  for (const one of settled) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "tier_limit" });
});

test("one draw serves a thousand small commands", async () => {
  const { create } = await aFreeWorkspace();
  // The first task of a workspace is created alone.
  await create();
  const on = createSecondApp(app());
  open.push(on);
  const queries = vi.spyOn(pg.Client.prototype, "query");
  await Promise.all(Array.from({ length: 50 }, () => create(0, { on })));
  await create(0, { on });
  const texts = queries.mock.calls.map(([query]) => String((query as { text?: string }).text ?? query));
  queries.mockRestore();
  expect(texts.filter((text) => text.includes("stored_bytes")).map((text) => text.split(" ", 1)[0])).toEqual([
    "insert",
    "update",
  ]);
});

test("a draw never grants more than its kind of command may use", () => {
  const kinds = fc.constantFrom(undefined, "overdraws" as const, "passes" as const);
  fc.assert(
    fc.property(fc.nat(3e9), fc.nat(1e9), fc.integer({ min: 1, max: 2e6 }), kinds, (used, limit, wanted, kind) => {
      const granted = grantOf({ used, limit }, wanted, kind);
      const isBeyond = granted > 0 && used + granted > limit;
      expect(granted).toBeGreaterThanOrEqual(0);
      if (isBeyond) expect(kind).toBeDefined();
      if (isBeyond && kind === "overdraws") expect(used + granted).toBeLessThanOrEqual(2 * limit);
      // A draw beyond the limit leaves no bytes for other commands.
      if (isBeyond) expect(granted).toBeLessThanOrEqual(wanted);
      if (used + wanted <= limit) expect(granted).toBeGreaterThanOrEqual(wanted);
    }),
  );
});
