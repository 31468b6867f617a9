import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { taskFact } from "../facts.ts";
import { BACKOFF_MS, BACKOFF_MS_MAX } from "../rules.ts";
import { DUE_MAX, endPlainLeases } from "../store/sweep.ts";

const LEASE_EXPIRED = "lease_expired";

export const endLeases = command({
  name: "tasks.end_leases",
  summary: "End expired leases together, where only the task and its agent change.",
  description: "The other tasks stay unchanged; `tasks.end_lease` ends their leases one by one.",
  route: "POST /internal/tasks/end-leases",
  internal: true,
  permission: "tasks:sweep",
  input: Fields({ ids: Type.Array(Id, { minItems: 1, maxItems: DUE_MAX, uniqueItems: true }) }),
  output: Fields({ ended: Type.Array(Id) }),
  problems: [],
  async run({ tx }, { ids }) {
    const ended = await endPlainLeases(tx, ids, { first: BACKOFF_MS, longest: BACKOFF_MS_MAX, jitter: Math.random });
    const [first, ...more] = ended.map((task) => {
      const { attempt, fence, assigned_to_agent_id: agent_id, available_at } = task;
      return taskFact(task, LEASE_EXPIRED, { attempt, fence, agent_id, available_at });
    });
    const output = { ended: ended.map(({ id }) => id) };
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
