import { uuidv7 } from "uuidv7";
import { expect, it } from "vitest";
import { anAgent, aRunningTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aTeam } from "../../test/harness/team.ts";
import type { JobContext } from "../kernel/jobs/job.ts";
import { sendMessage } from "../messages/operations/send-message.ts";
import { createTask } from "../tasks/operations/create-task.ts";
import { countOrphans } from "./orphans.ts";

const app = useApp();
const run = () => countOrphans.run({ db: app().db } as unknown as JobContext);

it("no row of what was made points to nothing, and each kind that does is named", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const other = await anAgent(app(), workspace);
  await aRunningTask(app(), owner, worker);
  await app().call(createTask, worker, { title: "By an agent", assigned_to_agent_id: worker.id });
  await app().call(sendMessage, worker, { content: "Hello", to_agent_id: other.id });
  await run();
  const nothing = uuidv7();
  const add = (sql: string) => app().admin.query(sql, [workspace.id, nothing]);
  await app().admin.query(
    `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, request_id)
     values ($1, $1, 'test.orphan', 'system', 'test', 'task', $1, 'test')`,
    [nothing],
  );
  await add(`insert into tasks (workspace_id, id, title, assigned_to_agent_id, created_by_agent_id, root_task_id, depth)
    select $1, $2, 'Orphan', id, $2, $2, 0 from agents where workspace_id = $1 limit 1`);
  await add(`insert into messages (workspace_id, id, thread_id, role, content, from_agent_id)
    values ($1, $2, $2, 'agent', 'Orphan', $2)`);
  await add(
    "insert into deliveries (workspace_id, owner_id, position, message_id, thread_id) values ($1, $2, 1, $2, $2)",
  );
  await expect(run()).rejects.toThrow(
    "Rows point to nothing: 1 × facts of no workspace, 1 × tasks made by no agent, 1 × messages from no agent, " +
      "1 × messages in no thread, 1 × deliveries to no inbox.",
  );
});
