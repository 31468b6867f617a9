/** The decisions of a gate: the functions of the database, their sentences, and the operations that use them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { later } from "../../test/harness/team.ts";
import { getAgent } from "../agents/operations/get-agent.ts";
import { resumeAgent } from "../agents/operations/resume-agent.ts";
import { systemActor } from "../kernel/actor.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { failTask } from "../tasks/operations/fail-task.ts";
import { listGaps } from "../tasks/operations/list-gaps.ts";
import { startTask } from "../tasks/operations/start-task.ts";
import { sweepTimes } from "../tasks/operations/sweep-times.ts";
import { canPay } from "../tasks/rules.ts";
import { type GateColumns, parkOf, REFUSALS } from "./rules.ts";
import { PARK_CODES } from "./schema.ts";

const app = useApp();
const AT = Date.parse("2026-11-29T12:00:00Z");
const LIMITS = ["agent_paused", "agent_archived", ...PARK_CODES, "at_limit", "throttled"];

/** Quarters of a token and of a minute, so that both computations are exact. */
const aGate = fc.record({
  status: fc.constantFrom("active", "active", "active", "paused", "archived"),
  running: fc.integer({ min: 0, max: 4 }),
  running_max: fc.option(fc.integer({ min: 1, max: 6 })),
  throttle_per_minute: fc.option(fc.integer({ min: 1, max: 6 })),
  throttle_tokens: fc.integer({ min: 0, max: 24 }).map((quarters) => quarters / 4),
  quartersAgo: fc.integer({ min: -4, max: 12 }),
  parked: fc.option(
    fc.record({
      code: fc.constantFrom(...PARK_CODES),
      quarters: fc.integer({ min: -2, max: 2 }),
      model: fc.option(fc.constant("small")),
    }),
  ),
});
type RandomGate = typeof aGate extends fc.Arbitrary<infer T> ? T : never;

/** An active agent below its limit starts while its bucket, filled since the last start, has a token for each start. */
function expected(gate: RandomGate, starts: number): string | null {
  if (gate.status !== "active") return `agent_${gate.status}`;
  const { parked } = gate;
  if (parked && parked.quarters > 0 && parked.model === null) return parked.code;
  if (gate.running_max !== null && gate.running_max - gate.running < starts) return "at_limit";
  if (gate.throttle_per_minute === null) return null;
  const filled = gate.throttle_tokens + (gate.throttle_per_minute * Math.max(0, gate.quartersAgo)) / 4;
  return Math.min(filled, gate.throttle_per_minute) < starts ? "throttled" : null;
}

function columnsAt(gate: RandomGate, at: number): Partial<GateColumns> {
  const { quartersAgo, parked, ...columns } = gate;
  const until = parked && new Date(at + parked.quarters * 15_000).toISOString();
  return {
    parked_until: until,
    parked_at: until,
    parked_code: parked?.code ?? null,
    parked_model: parked?.model ?? null,
    ...(columns as Partial<GateColumns>),
    throttle_at: new Date(at - quartersAgo * 15_000).toISOString(),
  };
}

it("refuses exactly what the limits of the gate forbid, for one start and for many", async () => {
  const gates = fc.sample(aGate, { numRuns: 2_000, seed: 1 }).map((gate, index) => ({ gate, starts: 1 + (index % 5) }));
  const { rows } = await app().admin.query<{ code: string | null }>(
    `select gate_refusal(jsonb_populate_record(null::gates, j.gate), $2, j.starts) as code
     from jsonb_to_recordset($1) as j(place int, gate jsonb, starts int) order by place`,
    [
      JSON.stringify(gates.map(({ gate, starts }, place) => ({ place, gate: columnsAt(gate, AT), starts }))),
      new Date(AT),
    ],
  );
  expect(rows.map(({ code }) => code)).toEqual(gates.map(({ gate, starts }) => expected(gate, starts)));
  expect(new Set(rows.map(({ code }) => code))).toEqual(new Set([null, ...LIMITS]));
});

it("parks for at least half a minute and at most eight days, and keeps a later end", () => {
  const now = new Date(AT);
  const gate = { allowed_model: null, parked_until: null, parked_code: null, parked_model: null, parked_at: null };
  const quota = { code: "provider_quota", fallback: null, startedMs: AT } as const;
  const ends = (until: number | undefined, held: Partial<Parameters<typeof parkOf>[0]> = {}) =>
    parkOf({ ...gate, ...held }, { ...quota, until }, now).until.getTime() - AT;
  const day = 86_400_000;
  expect([ends(undefined), ends(AT - day), ends(AT + 60_000), ends(AT + 9 * day)]).toEqual([
    3_600_000,
    30_000,
    60_000,
    8 * day,
  ]);
  const held = {
    parked_until: new Date(AT + day).toISOString(),
    parked_code: "provider_capacity",
    parked_at: now.toISOString(),
  } as const;
  expect([ends(AT + 60_000, held), ends(AT + 2 * day, held)]).toEqual([day, 2 * day]);
  const downgraded = { ...gate, allowed_model: "tiny" };
  expect(parkOf(downgraded, { ...quota, until: undefined, fallback: "small" }, now).model).toBeNull();
  // Two attempts on the first model are refused one after another: the fallback model goes on serving.
  const serving = { ...gate, ...held, parked_model: "small" };
  const refusedAt = (startedMs: number) =>
    parkOf(serving, { ...quota, until: AT + 60_000, fallback: "small", startedMs }, now);
  expect(refusedAt(AT - 1)).toMatchObject({ model: "small", until: new Date(AT + day) });
  expect(refusedAt(AT + 1)).toMatchObject({ model: null, until: new Date(AT + 60_000) });
});

it("debits the same starts as the rule in memory", async () => {
  const nanos = fc.bigInt({ min: -2n, max: 3n });
  const budgets = fc.sample(fc.record({ left: nanos, needed: nanos }), 200);
  const { rows } = await app().admin.query<{ pays: boolean }>(
    "select can_pay(l, n) as pays from unnest($1::bigint[], $2::bigint[]) with ordinality as a(l, n, place) order by place",
    [budgets.map(({ left }) => String(left)), budgets.map(({ needed }) => String(needed))],
  );
  expect(rows.map(({ pays }) => pays)).toEqual(budgets.map(({ left, needed }) => canPay(left, needed)));
});

it("has a sentence for every code that the database returns", async () => {
  const { rows } = await app().admin.query<{ prosrc: string }>(
    "select prosrc from pg_proc where proname in ('gate_refusal', 'start_refusal')",
  );
  const codes = rows.flatMap(({ prosrc }) => [...prosrc.matchAll(/then '(\w+)'/g)].map(([, code]) => code));
  const lacking = codes.filter((code) => !Object.keys(REFUSALS).includes(code ?? ""));
  expect(lacking, "Add a sentence for each of these codes to REFUSALS in gate/rules.ts").toEqual([]);
  expect(codes).toEqual(expect.arrayContaining(LIMITS.filter((code) => !code.startsWith("provider_"))));
});

describe("the operations that use the gate", () => {
  it.each([1, 2, 3, 4])("agree on random gates, seed %i", async (seed) => {
    const workspace = await aWorkspace(app());
    const { owner } = workspace;
    for (const gate of fc.sample(aGate, { numRuns: 6, seed })) {
      const worker = await anAgent(app(), workspace);
      const queued = await aTask(app(), owner, worker, { priority: 1 });
      const blocked = await aTask(app(), owner, worker);
      const db = app().admin;
      await db.query(
        `update tasks set status = 'blocked', blocked_by = 'guard', blocked_reason = '{"code": "at_limit"}' where id = $1`,
        [blocked.id],
      );
      const { rows } = await db.query<{ code: string | null }>(
        `update gates g set status = $2, running = $3, running_max = $4, throttle_per_minute = $5, throttle_tokens = $6,
           throttle_at = bailiwick_now(), parked_code = $7, parked_model = $8,
           parked_until = bailiwick_now() + make_interval(hours => $9::int),
           parked_at = case when $9::int is not null then bailiwick_now() end where agent_id = $1
         returning gate_refusal(g, bailiwick_now()) as code`,
        [
          worker.id,
          gate.status,
          gate.running,
          gate.running_max,
          // No bucket gains a token while the statements below run: that takes half a minute.
          gate.throttle_per_minute && 2,
          Math.floor(gate.throttle_tokens),
          gate.parked?.code ?? null,
          gate.parked?.model ?? null,
          gate.parked?.quarters ?? null,
        ],
      );
      const code = rows[0]?.code ?? null;
      const gaps = await app().call(listGaps, owner, { waiting_seconds: 0, limit: 100 });
      expect(gaps.items.find(({ task }) => task.id === queued.id)?.gap.code ?? null).toBe(code);
      await app().call(sweepTimes, systemActor("test", workspace.id), {});
      const { status } = (await db.query("select status from tasks where id = $1", [blocked.id])).rows[0];
      expect(status).toBe(code === null ? "queued" : "blocked");
      if (code === null) {
        expect((await app().call(claimTasks, worker, {})).items.map(({ id }) => id)).toEqual([queued.id]);
        continue;
      }
      const { items, skipped } = await app().call(claimTasks, worker, { limit: 2 });
      expect(items).toEqual([]);
      expect(skipped).toMatchObject([{ task_id: queued.id, code, reason: gaps.items.at(-1)?.gap.reason }]);
      const problem = await problemOf(app().call(startTask, owner, { id: queued.id }));
      expect(problem).toMatchObject({ code: "blocked", details: { reason_code: code, reason: skipped[0]?.reason } });
    }
  });

  it("park an agent that its provider refuses until the time, and count no attempt", async () => {
    const workspace = await aWorkspace(app());
    const { owner } = workspace;
    const worker = await anAgent(app(), workspace);
    const { id, fence } = await aRunningTask(app(), owner, worker, { max_attempts: 1 });
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const refused = { id, fence, reason: "Usage limit reached.", code: "provider_quota", until } as const;
    const byPerson = { id, reason: refused.reason, code: refused.code };
    expect((await problemOf(app().call(failTask, owner, byPerson))).code).toBe("invalid_input");
    expect((await app().call(failTask, worker, refused)).status).toBe("queued");
    expect((await problemOf(app().call(failTask, worker, refused))).code).toBe("illegal_step");
    const { items, skipped } = await app().call(claimTasks, worker, {});
    expect(items).toEqual([]);
    expect(skipped).toMatchObject([{ task_id: id, code: "provider_quota" }]);
    expect((await app().call(getAgent, owner, { id: worker.id })).parked).toEqual({
      code: "provider_quota",
      until,
      fallback_model: null,
    });
    expect((await factsOf(app(), workspace.id, worker.id)).at(-1)).toMatchObject({ type: "agent.parked" });
    const again = await later(app(), 3_601, () => app().call(claimTasks, worker, {}));
    expect(again.items).toMatchObject([{ id, attempt: 2 }]);
    expect((await later(app(), 3_601, () => app().call(getAgent, owner, { id: worker.id }))).parked).toBeNull();
  });

  it("use the fallback model of a refused agent, park it when that is refused too, and resume it for a person", async () => {
    const workspace = await aWorkspace(app());
    const { owner } = workspace;
    const worker = await anAgent(app(), workspace, { llm_config: { model: "large", fallback_model: "small" } });
    const first = await aRunningTask(app(), owner, worker);
    const refuse = ({ id, fence = 0 }: { id: string; fence?: number }) =>
      app().call(failTask, worker, { id, fence, reason: "Overloaded.", code: "provider_capacity" });
    await refuse(first);
    const [second] = (await app().call(claimTasks, worker, {})).items;
    expect(second).toMatchObject({ id: first.id, allowed_model: "small" });
    await refuse(second ?? first);
    expect((await app().call(claimTasks, worker, {})).skipped).toMatchObject([{ code: "provider_capacity" }]);
    await app().call(resumeAgent, owner, { id: worker.id });
    const [third] = (await app().call(claimTasks, worker, {})).items;
    expect(third?.allowed_model).toBeUndefined();
    const before = await factsOf(app(), workspace.id, worker.id);
    await app().call(resumeAgent, owner, { id: worker.id });
    expect(await factsOf(app(), workspace.id, worker.id)).toEqual(before);
  });

  it("give a throttled agent as many tasks at once as it has tokens, and the next within a minute", async () => {
    const workspace = await aWorkspace(app());
    const worker = await anAgent(app(), workspace);
    for (let count = 0; count < 5; count++) await aTask(app(), workspace.owner, worker);
    await app().admin.query(
      "update gates set throttle_per_minute = 2, throttle_tokens = 2, throttle_at = bailiwick_now() where agent_id = $1",
      [worker.id],
    );
    const { items, skipped } = await app().call(claimTasks, worker, { limit: 5 });
    expect(items).toHaveLength(2);
    expect(skipped).toHaveLength(3);
    expect(skipped[0]).toMatchObject({
      code: "throttled",
      reason: "The agent is throttled to 2 starts a minute.",
    });
    expect((await app().call(claimTasks, worker, {})).items).toEqual([]);
    const next = await later(app(), 31, () => app().call(claimTasks, worker, { limit: 5 }));
    expect(next.items).toHaveLength(1);
  });
});
