import { beforeEach, expect, test } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, type TestApp, useApp } from "../../test/harness/harness.ts";
import { jobContext, later } from "../../test/harness/team.ts";
import type { JobContext } from "../kernel/jobs/job.ts";
import { ingestEvents } from "../observability/operations/ingest-events.ts";
import { runCycle } from "./cycle.ts";
import { cycleCounts } from "./cycle-counts.ts";
import { riskJobs } from "./jobs.ts";
import { createPolicy } from "./operations/create-policy.ts";
import { enforcePolicies } from "./operations/enforce-policies.ts";

const app = useApp();
const HOURS_7_S = 7 * 3_600;

// The workspaces of the test before are not due any more.
beforeEach(() => app().admin.query("update risk_policies set is_enabled = false"));

const RATE = { threshold_value: 50, window_minutes: 2_880 } as const;

/** A workspace with three rates. With `error`, they are above their thresholds and fired just now; else they are due. */
async function aBusyWorkspace(status: "success" | "error" = "success") {
  const workspace = await aWorkspace(app(), "agency");
  const { id: agent_id } = await anAgent(app(), workspace);
  const { owner } = workspace;
  await app().call(ingestEvents, owner, { event_type: "run_finished", status, agent_id });
  await app().call(createPolicy, owner, { ...RATE, policy_type: "error_rate_cap" });
  await app().call(createPolicy, owner, { ...RATE, policy_type: "error_rate_cap", agent_id });
  await app().call(createPolicy, owner, { ...RATE, policy_type: "error_rate_cap", mode: "shadow" });
  return workspace;
}

const busyWorkspaces = (count: number) => Promise.all(Array.from({ length: count }, () => aBusyWorkspace()));

/** A context that lists the workspaces that get a turn, and does more at each turn. */
function watched(on: TestApp, more: (workspace: string) => void = () => {}) {
  const served: string[] = [];
  const base = jobContext(on);
  const dispatch: JobContext["dispatch"] = (operation, workspace, input) => {
    served.push(workspace);
    more(workspace);
    return base.dispatch(operation, workspace, input);
  };
  return { served, context: { ...base, dispatch } };
}

test("a cycle ends when its budget is used up, and the next one goes on where it stopped", async () => {
  const all = (await busyWorkspaces(7)).map(({ id }) => id);
  let clock = 0;
  const riskBudget = { ms: 45_000, turnMs: 5_000, nowMs: () => clock };
  const { served, context } = watched(app(), () => {
    clock += 20_000;
  });
  const cycle = () => runCycle({ ...context, env: { ...context.env, riskBudget } });
  expect(await cycle()).toMatchObject({ turns: 3, isTruncated: true, failures: [] });
  expect(await cycle()).toMatchObject({ turns: 3, isTruncated: true });
  expect(await cycle()).toMatchObject({ turns: 1, isTruncated: false });
  expect([...served].sort()).toEqual([...all].sort());
});

test("a workspace whose turn fails stops no other, and gets its turn in the next cycle", async () => {
  const [broken, ...others] = (await busyWorkspaces(5)).map(({ id }) => id);
  const failing = watched(app(), (workspace) => {
    if (workspace === broken) throw new Error("A broken policy.");
  });
  const before = { ...cycleCounts() };
  const [job] = riskJobs();
  await expect(job?.run(failing.context)).rejects.toThrow("A broken policy.");
  expect([...failing.served].sort()).toEqual([broken, ...others].sort());
  expect(cycleCounts()).toMatchObject({ turns: before.turns + 5, failed_turns: before.failed_turns + 1 });
  const { served, context } = watched(app());
  await later(app(), 30, async () => expect(await runCycle(context)).toMatchObject({ failures: [] }));
  expect(served).toContain(broken);
});

test("two processes at once share the workspaces; the turn of a dead process ends after a minute", async () => {
  const all = (await busyWorkspaces(6)).map(({ id }) => id);
  const second = createSecondApp(app());
  const [one, two] = [watched(app()), watched(second)];
  await Promise.all([runCycle(one.context), runCycle(two.context)]);
  expect([...one.served, ...two.served].sort()).toEqual([...all].sort());
  await second.close();
  await app().admin.query("update risk_turns set ended_at = null");
  const again = watched(app());
  await later(app(), 50, () => runCycle(again.context));
  expect(again.served).toEqual([]);
  await later(app(), 70, () => runCycle(again.context));
  expect([...again.served].sort()).toEqual([...all].sort());
});

test("an evaluation without time measures one rate, says that it is truncated, and goes on the next time", async () => {
  const { owner } = await aBusyWorkspace("error");
  const enforce = () => app().call(enforcePolicies, owner, {});
  const { env } = app();
  await later(app(), HOURS_7_S, async () => {
    env.riskBudget = { ms: 0, turnMs: 0, nowMs: () => 0 };
    try {
      for (let n = 0; n < 3; n++) expect(await enforce()).toMatchObject({ events_created: 1, truncated: true });
    } finally {
      delete env.riskBudget;
    }
    expect(await enforce()).toMatchObject({ events_created: 0, truncated: false });
  });
});
