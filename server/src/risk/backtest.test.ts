import { expect, test } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { dice as createDice } from "../../test/harness/dice.ts";
import { aPerson, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { later } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { ingestEvents } from "../observability/operations/ingest-events.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { backtestPolicy } from "./operations/backtest-policy.ts";
import { createPolicy } from "./operations/create-policy.ts";
import { listRiskEvents } from "./operations/list-risk-events.ts";

const app = useApp();
const MINUTE_S = 60;
const BATCHES = 60;

const LIMITS = [
  { policy_type: "daily_spend_cap", threshold_value: 3 },
  { policy_type: "error_rate_cap", threshold_value: 50, window_minutes: 30, cooldown_minutes: 45 },
  { policy_type: "token_rate_cap", threshold_value: 60, window_minutes: 20, cooldown_minutes: 30 },
] as const;

/** Batches of random events, minutes to hours apart, some of which occurred up to an hour earlier. */
async function sendRandom(agents: readonly Actor[], seed: number): Promise<number> {
  const dice = createDice(seed);
  let seconds = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    seconds += dice.sure([1, 2, 7, 40, 180]) * MINUTE_S + dice.upTo(60);
    await later(app(), seconds, async () => {
      const now = Date.now() + app().clock.offsetMs;
      const events = Array.from({ length: 1 + dice.upTo(3) }, () => ({
        occurred_at: new Date(now - dice.sure([0, 0, 5, 25, 60]) * MINUTE_S * 1_000).toISOString(),
        ...dice.sure([
          { event_type: "llm_call", cost_usd: dice.upTo(80) / 100, tokens_in: 500 + dice.upTo(1_000), tokens_out: 9 },
          { event_type: "run_finished", status: "error" },
          { event_type: "run_finished", status: "success" },
        ]),
      }));
      await app().call(ingestEvents, dice.sure(agents), { events });
    });
  }
  return seconds;
}

test.each([1, 2, 3])(
  "a backtest gives exactly the firings of the live limit and of its shadow, seed %i",
  async (seed) => {
    const workspace = await aWorkspace(app());
    const { owner } = workspace;
    const agents = [await anAgent(app(), workspace), await anAgent(app(), workspace)];
    const scopes = [null, agents[0]?.id ?? null];
    const policies = scopes.flatMap((agent_id) =>
      LIMITS.flatMap((limit) =>
        (["enforce", "shadow"] as const).map((mode) => ({
          ...limit,
          agent_id,
          mode,
          action_type: "throttle" as const,
        })),
      ),
    );
    const made = [];
    for (const policy of policies) made.push({ policy, ...(await app().call(createPolicy, owner, policy)) });
    const seconds = await sendRandom(agents, seed);
    let fired = 0;
    for (const { id, policy, mode } of made) {
      const { items } = await app().call(listRiskEvents, owner, { policy_id: id, limit: 200 });
      const live = items.map((event) => ({
        at: event.evaluated_at,
        agent_id: event.agent_id,
        value: event.breach_value,
      }));
      if (mode === "shadow")
        expect(items.every(({ status, result }) => status === "skipped" && result.shadow)).toBe(true);
      const { firings, fired_count, coverage } = await later(app(), seconds, () =>
        app().call(backtestPolicy, owner, { policy }),
      );
      expect(firings).toEqual(live.reverse());
      expect(fired_count).toBe(live.length);
      expect(coverage.events).toBeGreaterThan(0);
      fired += fired_count;
    }
    expect(fired).toBeGreaterThan(made.length);
  },
);

test("a backtest counts the starts and the costs that a cap would have stopped, and changes nothing", async () => {
  const workspace = await aWorkspace(app());
  const { owner } = workspace;
  const agent = await anAgent(app(), workspace);
  const spend = (cost_usd: number, task_id: string) =>
    app().call(ingestEvents, agent, { event_type: "llm_call", cost_usd, task_id });
  const titles = ["fits", "too large", "after the cap"];
  for (const [place, estimated_cost_usd] of [0.5, 0.8, 0].entries()) {
    const { id } = await aTask(app(), owner, agent, { title: titles[place] ?? "", estimated_cost_usd });
    expect((await app().call(claimTasks, agent, {})).items[0]?.id).toBe(id);
    await spend(0.6, id);
  }
  const before = (await factsOf(app(), workspace.id)).length;
  const policy = { policy_type: "daily_spend_cap", threshold_value: 1, action_type: "pause_agent" } as const;
  const result = await app().call(backtestPolicy, owner, { policy });
  expect(result).toMatchObject({ fired_count: 1, starts_prevented: 2, cost_avoided_usd: 1.2 });
  expect(result.firings).toEqual([expect.objectContaining({ agent_id: agent.id, value: 1.2 })]);
  expect(result.samples.map(({ title, estimate_usd }) => [title, estimate_usd])).toEqual([
    ["too large", 0.8],
    ["after the cap", 0],
  ]);
  expect(result.days).toEqual([expect.objectContaining({ value: 1.8 })]);
  const alert = { ...policy, action_type: "alert_only" } as const;
  expect(await app().call(backtestPolicy, owner, { policy: alert })).toMatchObject({
    fired_count: 1,
    starts_prevented: 0,
  });
  expect(await factsOf(app(), workspace.id)).toHaveLength(before);
  expect((await app().call(listRiskEvents, owner, {})).items).toEqual([]);
});

test("a backtest of a pause counts the starts of its agent within the cooldown", async () => {
  const workspace = await aWorkspace(app());
  const { owner } = workspace;
  const agent = await anAgent(app(), workspace);
  const start = async () => {
    await aTask(app(), owner, agent);
    await app().call(claimTasks, agent, {});
  };
  await start();
  await app().call(ingestEvents, agent, { event_type: "run_finished", status: "error" });
  await start();
  await later(app(), 11 * MINUTE_S, start);
  const policy = { policy_type: "error_rate_cap", threshold_value: 50, cooldown_minutes: 10 } as const;
  const run = (action_type: "pause_agent" | "model_downgrade") =>
    later(app(), 20 * MINUTE_S, () => app().call(backtestPolicy, owner, { policy: { ...policy, action_type } }));
  expect(await run("pause_agent")).toMatchObject({ fired_count: 1, starts_prevented: 1 });
  expect(await run("model_downgrade")).toMatchObject({ fired_count: 1, starts_prevented: 0 });
});

test("a backtest has a period of the history, one agent of the workspace, a caller who may set limits, and is alone", async () => {
  const workspace = await aWorkspace(app(), "free");
  const { owner } = workspace;
  const policy = { policy_type: "daily_spend_cap", threshold_value: 1 } as const;
  const run = (by: Actor, more: object = {}) => app().call(backtestPolicy, by, { policy, ...more });
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  expect((await problemOf(run(owner, { from: "yesterday" }))).code).toBe("invalid_input");
  expect((await problemOf(run(owner, { from: daysAgo(1), to: daysAgo(2) }))).message).toMatch(/^from: /);
  expect((await problemOf(run(owner, { to: daysAgo(9), from: daysAgo(10) }))).message).toMatch(/last 7 days/);
  const { coverage } = await run(owner, { from: daysAgo(300) });
  expect(coverage.from).toBe(`${daysAgo(7).slice(0, 10)}T00:00:00.000Z`);
  const other = await aWorkspace(app());
  const foreign = await anAgent(app(), other);
  const ofForeign = app().call(backtestPolicy, owner, { policy: { ...policy, agent_id: foreign.id } });
  expect((await problemOf(ofForeign)).code).toBe("not_found");
  expect((await problemOf(run(await aPerson(app(), workspace.id, "member")))).code).toBe("forbidden");
  const client = await app().admin.connect();
  try {
    await client.query("select pg_advisory_lock(hashtextextended($1, 33))", [workspace.id]);
    expect((await problemOf(run(owner))).code).toBe("in_flight");
    await run(other.owner);
    await client.query("select pg_advisory_unlock(hashtextextended($1, 33))", [workspace.id]);
    await run(owner);
  } finally {
    client.release();
  }
});
