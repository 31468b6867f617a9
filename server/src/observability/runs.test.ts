/** Runs: their start and end, late events, and who may touch them. */

import { uuidv7 } from "uuidv7";
import { describe, expect, it } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { finishRun } from "./operations/finish-run.ts";
import { getOverview } from "./operations/get-overview.ts";
import { getRun } from "./operations/get-run.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { listRuns } from "./operations/list-runs.ts";
import { startRun } from "./operations/start-run.ts";
import { summarizeCosts } from "./operations/summarize-costs.ts";

const app = useApp();
const CALL = { event_type: "llm_call", provider: "anthropic", model: "claude-opus-4-5", status: "success" };

async function aTeamOfTwo() {
  const workspace = await aWorkspace(app());
  const worker = await anAgent(app(), workspace);
  const other = await anAgent(app(), workspace, { name: "Other" });
  return { workspace, owner: workspace.owner, worker, other };
}

describe("a run", () => {
  it("starts, counts its events for its task, finishes once, and still counts late events", async () => {
    const { workspace, owner, worker } = await aTeamOfTwo();
    const task = await aTask(app(), owner, worker);
    const { run_id } = await app().call(startRun, worker, { task_id: task.id, metadata: { by: "cron" } });
    await app().call(ingestEvents, worker, { ...CALL, run_id, cost_usd: 0.5 });
    const done = await app().call(finishRun, worker, { id: run_id, status: "error", error_message: "Out of memory" });
    expect(done).toMatchObject({
      status: "error",
      error_message: "Out of memory",
      metadata: { by: "cron" },
      total_events: 3,
      total_cost_usd: 0.5,
      is_silent: false,
    });
    await app().call(ingestEvents, worker, { ...CALL, run_id, cost_usd: 0.25 });
    expect(await app().call(getRun, owner, { id: run_id })).toMatchObject({ status: "error", total_cost_usd: 0.75 });
    expect(await problemOf(app().call(finishRun, worker, { id: run_id, status: "success" }))).toMatchObject({
      status: 409,
    });
    const { items } = await app().call(summarizeCosts, owner, { group_by: "task" });
    expect(items).toMatchObject([{ key: task.id, own_cost_usd: 0.75 }]);
    const types = (await factsOf(app(), workspace.id, run_id)).map(({ type }) => type);
    expect(types).toEqual(["run.started", "run.finished"]);
  });

  it("is begun by an event with a new id, and ended by an event", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const run_id = uuidv7();
    await app().call(ingestEvents, worker, { ...CALL, run_id, tokens_in: 10 });
    expect((await app().call(listRuns, owner, { status: "running" })).items).toMatchObject([
      { run_id, total_tokens_in: 10 },
    ]);
    await app().call(ingestEvents, worker, { event_type: "run_finished", status: "success", run_id });
    expect((await app().call(listRuns, owner, { agent_id: worker.id })).items).toMatchObject([
      { run_id, status: "success" },
    ]);
  });

  it("that sends nothing for five minutes is silent, without any rule", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const { run_id } = await app().call(startRun, worker, {});
    const later = createSecondApp(app(), { clockOffsetMs: () => 6 * 60_000 });
    try {
      const { items } = await later.call(listRuns, owner, {});
      expect(items).toMatchObject([{ run_id, status: "running", is_silent: true }]);
    } finally {
      await later.close();
    }
  });

  it("shows its spans as a tree with own and inclusive cost, also when two name each other", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const run_id = uuidv7();
    const span = (span_id: string, parent_span_id: string, cost_usd: number) => ({
      ...CALL,
      run_id,
      cost_usd,
      payload: { span_id, parent_span_id },
    });
    const events = [span("b", "a", 1), span("c", "b", 2), span("a", "none", 4), span("x", "y", 8), span("y", "x", 16)];
    await app().call(ingestEvents, worker, { events });
    const run = await app().call(getRun, owner, { id: run_id });
    const shown = run.events.map(({ event, ...node }) => [
      event.payload.span_id,
      node.depth,
      node.own_cost_usd,
      node.inclusive_cost_usd,
    ]);
    expect(shown).toEqual([
      ["a", 0, 4, 7],
      ["b", 1, 1, 3],
      ["c", 2, 2, 2],
      ["y", 0, 16, 24],
      ["x", 1, 8, 8],
    ]);
    expect(run).toMatchObject({ truncated: false, total_cost_usd: 31 });
  });

  it("belongs to its agent alone", async () => {
    const { workspace, owner, worker, other } = await aTeamOfTwo();
    const { run_id } = await app().call(startRun, worker, {});
    const finish = { id: run_id, status: "success" } as const;
    expect(await problemOf(app().call(finishRun, other, finish))).toMatchObject({ code: "forbidden" });
    expect(await problemOf(app().call(startRun, other, { agent_id: worker.id }))).toMatchObject({ code: "forbidden" });
    expect(await problemOf(app().call(startRun, owner, {}))).toMatchObject({ code: "invalid_input" });
    const { rejected } = await app().call(ingestEvents, other, { ...CALL, run_id });
    expect(rejected).toEqual([{ index: 0, reason: `Run ${run_id} belongs to another agent.` }]);
    const stranger = await aTeamOfTwo();
    for (const id of [run_id, workspace.id]) {
      expect(await problemOf(app().call(getRun, stranger.owner, { id }))).toMatchObject({ code: "not_found" });
      expect(await problemOf(app().call(finishRun, stranger.worker, { ...finish, id }))).toMatchObject({
        code: "not_found",
      });
    }
  });

  it("is finished by one of eight callers at once", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const second = createSecondApp(app());
    try {
      for (let round = 0; round < 5; round++) {
        const { run_id: id } = await app().call(startRun, worker, {});
        const calls = times(8, (n) =>
          (n % 2 ? second : app()).call(finishRun, n % 3 ? worker : owner, { id, status: n % 2 ? "success" : "error" }),
        );
        const { done, refused } = await outcomesOf(calls);
        expect([done.length, refused]).toEqual([1, { conflict: 7 }]);
        expect(await app().call(getRun, owner, { id })).toMatchObject({ total_events: 2, status: done[0]?.status });
      }
    } finally {
      await second.close();
    }
  });
});

describe("the end of a run", () => {
  it("counts once, however often and under whichever keys it is sent", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const run_id = uuidv7();
    const end = (key?: string) => ({
      event_type: "run_finished",
      status: "success",
      run_id,
      ...(key && { dedupe_key: key }),
    });
    const answer = await app().call(ingestEvents, worker, { events: [end(), end("one"), end("two")] });
    expect(answer).toMatchObject({ accepted: 1, duplicates: 2 });
    await app().admin.query("delete from obs_keys where workspace_id = $1", [owner.workspace]);
    expect(await app().call(ingestEvents, worker, { events: [end("three")] })).toMatchObject({ duplicates: 1 });
    const { week } = await app().call(getOverview, owner, {});
    expect(week).toMatchObject({ total_runs: 1, total_events: 1 });
  });

  it("sent by eight batches at once counts once", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const run_id = uuidv7();
    await Promise.all(
      times(8, (n) => app().call(ingestEvents, worker, { event_type: "run_finished", run_id, dedupe_key: `end ${n}` })),
    );
    expect((await app().call(getOverview, owner, {})).week).toMatchObject({ total_runs: 1, total_events: 1 });
  });

  it("is not taken by an event of another agent with a guessed key", async () => {
    const { worker, other } = await aTeamOfTwo();
    const { run_id } = await app().call(startRun, worker, {});
    await app().call(ingestEvents, other, { event_type: "metric", dedupe_key: `run_finished ${run_id}` });
    const done = await app().call(finishRun, worker, { id: run_id, status: "success" });
    expect(done).toMatchObject({ status: "success" });
  });

  it("has one winner and a fact that agrees with it, when a batch ends the run at the same time", async () => {
    const { workspace, worker } = await aTeamOfTwo();
    const { run_id } = await app().call(startRun, worker, {});
    const holder = await app().admin.connect();
    try {
      // The end waits at the run, until an event ends it first.
      await holder.query("begin");
      await holder.query(
        "update obs_runs set status = 'error', finished_at = started_at where workspace_id = $1 and run_id = $2",
        [workspace.id, run_id],
      );
      const late = problemOf(app().call(finishRun, worker, { id: run_id, status: "success" }));
      await isWaiting();
      await holder.query("commit");
      expect(await late).toMatchObject({ status: 409 });
    } finally {
      holder.release(true);
    }
    expect((await factsOf(app(), workspace.id, run_id)).map(({ type }) => type)).toEqual(["run.started"]);
    expect(await app().call(getRun, worker, { id: run_id })).toMatchObject({ status: "error", total_events: 1 });
  });
});

async function isWaiting(): Promise<void> {
  const waits =
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  await expect.poll(async () => (await app().admin.query(waits)).rows[0].n).toBeGreaterThan(0);
}
