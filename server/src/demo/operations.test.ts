/** The operations of the demo, without its processes. */
import { beforeEach, describe, expect, test } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import {
  aPerson,
  aWorkspace,
  createSecondApp,
  factsOf,
  problemOf,
  type TestWorkspace,
  testEnvironment,
  useApp,
} from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { systemActor } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { NEEDS } from "./needs.ts";
import { endDemo, getDemo, startDemo } from "./operations.ts";
import type { DemoCrew, DemoRun } from "./port.ts";

const app = useApp();
const MINUTE_MS = 60_000;
const started: DemoRun[] = [];
let hindrance: string | undefined;
const demo: DemoCrew = {
  unavailable: async () => hindrance,
  start: async (run) => void started.push(run),
};

beforeEach(() => {
  started.length = 0;
  hindrance = undefined;
  app().env.demo = demo;
});

/** The own workspace of the server's owner. */
async function aFirst(tier = "agency"): Promise<TestWorkspace> {
  const workspace = await aWorkspace(app(), tier);
  await app().admin.query("update installation set owner_user_id = $1", [workspace.owner.id]);
  return workspace;
}

const bearer = (key = "") => app().authenticate({ authorization: `Bearer ${key}` });
const system = ({ id }: TestWorkspace) => systemActor("demo", id);

async function usableKeys({ id }: TestWorkspace): Promise<number> {
  const sql = "select from api_keys where workspace_id = $1 and revoked_at is null and expires_at > now()";
  return (await app().admin.query(sql, [id])).rowCount ?? 0;
}

function expectNotOffered<T extends { is_offered: boolean; available: boolean }>(demo: T): T {
  expect(demo).toMatchObject({ is_offered: false, available: false });
  return demo;
}

describe("starting", () => {
  test("hands a stored run to the crew, with a key that does what the crew needs and ends by itself", async () => {
    const workspace = await aFirst();
    const answer = await app().call(startDemo, workspace.owner, {});
    expect(answer).toMatchObject({ state: "running", available: false, root_task_id: null, last_result: null });
    expect(started).toMatchObject([{ workspace: workspace.id }]);
    const actor = await bearer(started[0]?.key);
    expect(actor).toMatchObject({ kind: "service", workspace: workspace.id });
    expect([...(actor.permissions as Set<string>)].sort()).toEqual(["auth:read", ...NEEDS].sort());
    expect(JSON.stringify(answer)).not.toContain(started[0]?.key);
    expect((await factsOf(app(), workspace.id)).map(({ type }) => type)).toEqual(["demo.started", "key.created"]);
    expect(await app().call(getDemo, workspace.owner, {})).toEqual(answer);
    // The longest time of a run.
    expect(await usableKeys(workspace)).toBe(1);
    const { rows } = await app().admin.query(
      "select expires_at - created_at < interval '6 minutes' as ends from api_keys where id = $1",
      [actor.key_id],
    );
    expect(rows).toEqual([{ ends: true }]);
  });

  test("a second time during a run is a conflict, starts nothing and stores nothing", async () => {
    const workspace = await aFirst();
    await app().call(startDemo, workspace.owner, {});
    const facts = await factsOf(app(), workspace.id);
    const problem = await problemOf(app().call(startDemo, workspace.owner, {}));
    expect(problem).toMatchObject({ code: "conflict", details: { next_step: "Watch the demo, or wait for its end." } });
    expect(await factsOf(app(), workspace.id)).toEqual(facts);
    expect(started).toHaveLength(1);
  });

  test("is refused in every other workspace, also of the same owner, with a way that works there", async () => {
    const other = await aWorkspace(app());
    const { owner } = await aFirst();
    const second = await aWorkspace(app());
    await app().admin.query("insert into members (workspace_id, user_id, role) values ($1, $2, 'admin')", [
      second.id,
      owner.id,
    ]);
    for (const who of [other.owner, { ...owner, workspace: second.id }]) {
      const problem = await problemOf(app().call(startDemo, who, {}));
      expect(problem).toMatchObject({ code: "forbidden", details: { next_step: expect.stringContaining("--url") } });
      const { reason } = await app().call(getDemo, who, {}).then(expectNotOffered);
      expect(reason).toBe(problem.message);
    }
    expect(started).toEqual([]);
  });

  test("shows other workspaces nothing of a run", async () => {
    const other = await aWorkspace(app());
    const before = await app().call(getDemo, other.owner, {});
    const first = await aFirst();
    await app().call(startDemo, first.owner, {});
    hindrance = "A demo runs on this server already.";
    expect(await app().call(getDemo, other.owner, {})).toEqual(before);
  });

  test("of many at once on two servers one wins", async () => {
    const workspace = await aFirst();
    const second = createSecondApp(app(), { env: { ...testEnvironment(), demo } });
    try {
      const servers = [app(), second];
      const calls = times(8, (n) => servers[n % 2]?.call(startDemo, workspace.owner, {}) ?? Promise.reject());
      const { done, refused } = await outcomesOf(calls);
      expect(done).toHaveLength(1);
      expect(refused).toEqual({ conflict: 7 });
      expect(started.map((run) => run.workspace)).toEqual([workspace.id]);
      expect(await usableKeys(workspace)).toBe(1);
    } finally {
      await second.close();
    }
  });

  test("is for owners and admins: members, viewers and agents may not, and a service uses the command", async () => {
    const workspace = await aFirst();
    const { key } = await app().call(createKey, workspace.owner, { kind: "service", name: "All", scopes: [...NEEDS] });
    const others = [
      await aPerson(app(), workspace.id, "member"),
      await aPerson(app(), workspace.id, "viewer"),
      await anAgent(app(), workspace),
      await bearer(key),
    ];
    for (const who of others) {
      expect(await problemOf(app().call(startDemo, who, {}))).toMatchObject({ code: "forbidden" });
    }
    expect(started).toEqual([]);
    const admin = await aPerson(app(), workspace.id, "admin");
    expect(await app().call(startDemo, admin, {})).toMatchObject({ state: "running" });
  });

  test("is refused with the same reason that demo.get shows", async () => {
    const workspace = await aFirst();
    hindrance = "There is nothing to audit.";
    expect(await app().call(getDemo, workspace.owner, {})).toMatchObject({ available: false, reason: hindrance });
    const problem = await problemOf(app().call(startDemo, workspace.owner, {}));
    expect(problem).toMatchObject({ code: "conflict", message: hindrance });
    expect(await factsOf(app(), workspace.id)).toEqual([]);
  });

  test("is refused where the tier has no room for the keys, with the figures", async () => {
    const workspace = await aFirst("free");
    const reason = "The demo needs 6 keys during a run, and the free tier has 1 left.";
    expect(await app().call(getDemo, workspace.owner, {})).toMatchObject({ available: false, reason: reason });
    const problem = await problemOf(app().call(startDemo, workspace.owner, {}));
    expect(problem).toMatchObject({
      code: "tier_limit",
      message: reason,
      details: { upgrade_required: true, limit: 1 },
    });
    expect(started).toEqual([]);
    const roomy = await aFirst("pro");
    expect(await app().call(startDemo, roomy.owner, {})).toMatchObject({ state: "running" });
  });
});

describe("a run", () => {
  test("ends with its key and the keys made with it, once, and another can be started", async () => {
    const workspace = await aFirst();
    await app().call(startDemo, workspace.owner, {});
    const [run] = started;
    const crew = await bearer(run?.key);
    const agent = await anAgent(app(), workspace);
    const member = await app().call(createKey, crew, { kind: "agent", agent_id: agent.id, name: "Crew" });
    const end = { id: run?.id ?? "", outcome: "failed", reason: "It broke." } as const;
    await app().call(endDemo, system(workspace), end);
    for (const key of [run?.key, member.key]) {
      expect(await problemOf(bearer(key))).toMatchObject({ code: "unauthenticated" });
    }
    const facts = await factsOf(app(), workspace.id);
    expect(facts.slice(-3)).toMatchObject([
      { type: "demo.ended", actor_kind: "system", data: { outcome: "failed", reason: "It broke." } },
      { type: "key.revoked" },
      { type: "key.revoked" },
    ]);
    expect(await app().call(getDemo, workspace.owner, {})).toMatchObject({
      state: "idle",
      available: true,
      last_result: { outcome: "failed", reason: "It broke." },
    });
    await app().call(startDemo, workspace.owner, {});
    // Late and repeated reports of the first run do not change the second.
    const before = await factsOf(app(), workspace.id);
    await app().call(endDemo, system(workspace), end);
    expect(await factsOf(app(), workspace.id)).toEqual(before);
    expect(await app().call(getDemo, workspace.owner, {})).toMatchObject({ state: "running" });
  });

  test("is seen by its own workspace alone", async () => {
    const [mine, theirs] = [await aWorkspace(app()), await aFirst()];
    await app().call(startDemo, theirs.owner, {});
    const [run] = started;
    expect(await app().call(getDemo, mine.owner, {})).toMatchObject({ state: "idle", started_at: null });
    await app().call(endDemo, system(mine), { id: run?.id ?? "", outcome: "completed", reason: null });
    expect(await app().call(getDemo, theirs.owner, {})).toMatchObject({ state: "running" });
  });

  test("whose server died ends when its time is over, and then another run can start", async () => {
    const workspace = await aFirst();
    await app().call(startDemo, workspace.owner, {});
    app().clock.offsetMs = 6 * MINUTE_MS;
    try {
      expect(await app().call(getDemo, workspace.owner, {})).toMatchObject({
        state: "idle",
        available: true,
        last_result: { outcome: "failed", reason: "The server stopped before the run ended." },
      });
      expect(await app().call(startDemo, workspace.owner, {})).toMatchObject({ state: "running", last_result: null });
    } finally {
      app().clock.offsetMs = 0;
    }
  });
});
