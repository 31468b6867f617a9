import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id, Nullable } from "../../kernel/schema.ts";
import { taskFact } from "../facts.ts";
import { KEPT_SECONDS } from "../rules.ts";
import { returnKept } from "../store/pools.ts";
import { markOverdue } from "../store/sweep.ts";
import { unblockGuarded } from "../store/unblock.ts";

const NOT_TAKEN = { previous_status: "queued", reason: "Its agent did not take it again in time." } as const;

export const sweepTimes = command({
  name: "tasks.sweep_times",
  summary:
    "Mark overdue tasks, queue blocked tasks whose cause has ended, and return tasks to their pools, in one workspace.",
  route: "POST /internal/tasks/sweep-times",
  internal: true,
  permission: "tasks:sweep",
  input: Fields({ after: Type.Optional(Id) }),
  output: Fields({
    overdue: Type.Integer(),
    unblocked: Type.Integer(),
    returned: Type.Integer(),
    next: { ...Nullable(Id), description: "The start of the next look at blocked tasks." },
  }),
  problems: [],
  async run({ tx }, { after }) {
    const overdue = await markOverdue(tx);
    const { tasks: unblocked, next } = await unblockGuarded(tx, after);
    const returned = await returnKept(tx, KEPT_SECONDS);
    const output = { overdue: overdue.length, unblocked: unblocked.length, returned: returned.length, next };
    const [first, ...more] = [
      ...overdue.map((task) => taskFact(task, "overdue", { due_at: task.due_at })),
      ...unblocked.map((task) => taskFact(task, "unblocked", { cause: task.code })),
      ...returned.map((task) => taskFact(task, "released", { ...NOT_TAKEN, attempt: task.attempt })),
    ];
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
