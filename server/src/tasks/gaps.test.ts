import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aTeam, later, sweep } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { getAgent } from "../agents/operations/get-agent.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { getTask } from "./operations/get-task.ts";
import { listGaps } from "./operations/list-gaps.ts";

const app = useApp();
const WAIT_SECONDS = 301;

/** Records a call of the agent, in so many seconds. */
async function seen({ workspace, id }: Actor, seconds: number): Promise<void> {
  await app().admin.query(
    `insert into agent_presence (workspace_id, agent_id, last_seen_at) values ($1, $2, now() + make_interval(secs => $3))
     on conflict (workspace_id, agent_id) do update set last_seen_at = excluded.last_seen_at`,
    [workspace, id, seconds],
  );
}

/** Returns the gaps after five minutes, in which the agents called. */
async function gapsLater(owner: Actor, heard: readonly Actor[] = []) {
  return later(app(), WAIT_SECONDS, async () => {
    for (const agent of heard) await seen(agent, WAIT_SECONDS);
    return (await app().call(listGaps, owner, {})).items;
  });
}

describe("a queued task that nobody can take", () => {
  it("says that its agent is paused or archived, and gives the next step", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const gone = await anAgent(app(), workspace);
    const [waits, lost] = [await aTask(app(), owner, worker), await aTask(app(), owner, gone)];
    await app().call(pauseAgent, owner, { id: worker.id });
    await app().call(archiveAgent, owner, { id: gone.id });
    expect(await gapsLater(owner)).toMatchObject([
      { task: { id: waits.id }, gap: { code: "agent_paused", next_step: expect.stringContaining("Resume") } },
      { task: { id: lost.id }, gap: { code: "agent_archived", next_step: expect.stringContaining("Assign") } },
    ]);
  });

  it("says that its agent is at its limit", async () => {
    const { workspace, owner } = await aTeam(app());
    const busy = await anAgent(app(), workspace, { max_running_tasks: 1 });
    await aRunningTask(app(), owner, busy);
    const { id } = await aTask(app(), owner, busy);
    expect(await gapsLater(owner, [busy])).toMatchObject([{ task: { id }, gap: { code: "at_limit" } }]);
  });

  it("says that the budget above is too small", async () => {
    const { owner, worker } = await aTeam(app());
    const root = await aRunningTask(app(), owner, worker, { budget_usd: 1 });
    const { id } = await aTask(app(), worker, worker, { parent_task_id: root.id, estimated_cost_usd: 2 });
    expect(await gapsLater(owner, [worker])).toMatchObject([{ task: { id }, gap: { code: "budget" } }]);
  });

  it("is counted for its agent when that agent is away, so that many hide no other gap", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const paused = await anAgent(app(), workspace);
    for (let n = 0; n < 103; n++) await aTask(app(), owner, worker);
    const held = await aTask(app(), owner, worker, { budget_usd: 1, estimated_cost_usd: 2 });
    const other = await aTask(app(), owner, paused);
    await app().call(pauseAgent, owner, { id: paused.id });
    await later(app(), WAIT_SECONDS, async () => {
      const { items, away, next_cursor } = await app().call(listGaps, owner, { by_agent: true, limit: 100 });
      expect(items.map(({ task, gap }) => [task.id, gap.code])).toEqual([
        [held.id, "budget"],
        [other.id, "agent_paused"],
      ]);
      expect(away).toMatchObject([{ agent_id: worker.id, waiting: 103, gap: { code: "agent_away" } }]);
      expect(next_cursor).toBeNull();
      await seen(worker, WAIT_SECONDS);
      expect((await app().call(listGaps, owner, { by_agent: true })).away).toEqual([]);
      expect((await app().call(listGaps, owner, {})).away).toBeUndefined();
    });
  });

  it("says after two minutes without a call that its agent is away, at once for a new task too", async () => {
    const { owner, worker } = await aTeam(app());
    const { id } = await aTask(app(), owner, worker);
    expect(await later(app(), 119, () => gapsNow(owner))).toEqual([]);
    await later(app(), 121, async () => {
      const added = await aTask(app(), owner, worker);
      const away = [id, added.id].map((waiting) => ({ task: { id: waiting }, gap: { code: "agent_away" } }));
      expect(await gapsNow(owner)).toMatchObject(away);
      const seen = await app().call(getTask, owner, { id });
      expect(seen.gap).toMatchObject({ code: "agent_away", waiting_since: seen.available_at });
    });
  });

  it.each([
    ["alone", {}],
    ["with a budget", { budget_usd: 1, estimated_cost_usd: 0.1 }],
  ])("says when the lease of a task %s ends that its silent agent is away, until the next call", async (_, fields) => {
    const { workspace, owner, worker } = await aTeam(app());
    await aRunningTask(app(), owner, worker, fields);
    const { id } = await aTask(app(), owner, worker);
    await seen(worker, 0);
    await later(app(), 61, async () => {
      expect(await gapsNow(owner)).toEqual([]);
      await sweep(app(), workspace.id);
      expect(await gapsNow(owner)).toMatchObject([{ task: { id }, gap: { code: "agent_away" } }]);
      expect((await app().call(getAgent, owner, { id: worker.id })).presence.state).toBe("stale");
      await seen(worker, 61);
      expect(await gapsNow(owner)).toEqual([]);
      expect((await app().call(getAgent, owner, { id: worker.id })).presence.state).toBe("online");
    });
  });

  it("has no gap while its agent works under a long lease without a call", async () => {
    const { owner, worker } = await aTeam(app());
    await aTask(app(), owner, worker);
    await aClaim(app(), worker, 900);
    await aTask(app(), owner, worker);
    expect(await later(app(), 899, () => gapsNow(owner))).toEqual([]);
    expect(await later(app(), 901, () => gapsNow(owner))).toHaveLength(1);
  });
});

const gapsNow = async (owner: Actor) => (await app().call(listGaps, owner, {})).items;

it("a task that waits for its turn, for other tasks or for a short time has no gap", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const first = await aTask(app(), owner, worker);
  await aTask(app(), owner, worker, { depends_on: [first.id] });
  const idle = await anAgent(app(), workspace);
  await app().call(pauseAgent, owner, { id: idle.id });
  await aTask(app(), owner, idle);
  expect((await app().call(listGaps, owner, {})).items).toEqual([]);
  const now = await app().call(listGaps, owner, { waiting_seconds: 0 });
  expect(now.items).toMatchObject([{ gap: { code: "agent_paused" } }]);
  expect((await app().call(getTask, owner, { id: first.id })).gap).toBeNull();
  await aClaim(app(), worker);
});

it("lists each gap once, page by page", async () => {
  const { owner, worker } = await aTeam(app());
  const ids: string[] = [];
  for (let index = 0; index < 7; index++) ids.push((await aTask(app(), owner, worker)).id);
  await app().call(pauseAgent, owner, { id: worker.id });
  const seen: string[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await app().call(listGaps, owner, { waiting_seconds: 0, limit: 3, ...(cursor && { cursor }) });
    seen.push(...page.items.map(({ task }) => task.id));
    cursor = page.next_cursor ?? undefined;
    more = page.next_cursor !== null;
  }
  expect(seen).toEqual(ids);
});
