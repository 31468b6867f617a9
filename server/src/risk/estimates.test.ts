import { expect, test } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, useApp } from "../../test/harness/harness.ts";
import { ingestEvents } from "../observability/operations/ingest-events.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { releaseTask } from "../tasks/operations/release-task.ts";
import { createPolicy } from "./operations/create-policy.ts";
import { getHeadroom } from "./operations/get-headroom.ts";

const app = useApp();

test("attempts that cost nothing do not lower the estimate of the next start", async () => {
  const workspace = await aWorkspace(app(), "agency");
  const { owner } = workspace;
  const agent = await anAgent(app(), workspace);
  await app().call(createPolicy, owner, { policy_type: "daily_spend_cap", threshold_value: 100 });
  const { id, fence } = await aRunningTask(app(), owner, agent);
  await app().call(ingestEvents, agent, { events: [{ event_type: "llm_call", cost_usd: 3, task_id: id }] });
  await app().call(completeTask, agent, { id, fence });
  await aTask(app(), owner, agent);
  for (let round = 0; round < 12; round++) {
    const held = await aClaim(app(), agent);
    await app().call(releaseTask, agent, { id: held.id, fence: held.fence });
  }
  await aClaim(app(), agent);
  const { items } = await app().call(getHeadroom, owner, {});
  expect(items).toMatchObject([{ used: 3, reserved: 3 }]);
});
