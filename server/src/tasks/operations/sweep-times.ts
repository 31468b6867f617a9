import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id, Nullable } from "../../kernel/schema.ts";
import { taskFact } from "../facts.ts";
import { markOverdue } from "../store/sweep.ts";
import { unblockGuarded } from "../store/unblock.ts";

export const sweepTimes = command({
  name: "tasks.sweep_times",
  summary: "Mark overdue tasks, and queue blocked tasks whose cause has ended, in one workspace.",
  route: "POST /internal/tasks/sweep-times",
  internal: true,
  permission: "tasks:sweep",
  input: Fields({ after: Type.Optional(Id) }),
  output: Fields({
    overdue: Type.Integer(),
    unblocked: Type.Integer(),
    next: { ...Nullable(Id), description: "The start of the next look at blocked tasks." },
  }),
  problems: [],
  async run({ tx }, { after }) {
    const overdue = await markOverdue(tx);
    const { tasks: unblocked, next } = await unblockGuarded(tx, after);
    const output = { overdue: overdue.length, unblocked: unblocked.length, next };
    const [first, ...more] = [
      ...overdue.map((task) => taskFact(task, "overdue", { due_at: task.due_at })),
      ...unblocked.map((task) => taskFact(task, "unblocked", { cause: task.code })),
    ];
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
