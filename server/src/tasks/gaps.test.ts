import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aTeam, later } from "../../test/harness/team.ts";
import { archiveAgent } from "../agents/operations/archive-agent.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { getTask } from "./operations/get-task.ts";
import { listGaps } from "./operations/list-gaps.ts";

const app = useApp();
const WAIT_SECONDS = 301;

/** Returns the gaps after five minutes, in which the agents called. */
async function gapsLater(owner: Actor, heard: readonly Actor[] = []) {
  return later(app(), WAIT_SECONDS, async () => {
    for (const { workspace, id } of heard) {
      await app().admin.query(
        `insert into agent_presence (workspace_id, agent_id, last_seen_at)
         values ($1, $2, now() + make_interval(secs => $3)) on conflict do nothing`,
        [workspace, id, WAIT_SECONDS],
      );
    }
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

  it("says that its agent is away when its key was not used for long", async () => {
    const { owner, worker } = await aTeam(app());
    const { id } = await aTask(app(), owner, worker);
    expect(await gapsLater(owner)).toEqual([]);
    const items = await later(app(), 601, async () => (await app().call(listGaps, owner, {})).items);
    expect(items).toMatchObject([{ task: { id }, gap: { code: "agent_away" } }]);
    const seen = await later(app(), 601, () => app().call(getTask, owner, { id }));
    expect(seen.gap).toMatchObject({ code: "agent_away", waiting_since: seen.available_at });
  });
});

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
