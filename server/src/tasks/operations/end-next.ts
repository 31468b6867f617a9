import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { endNextBatch } from "../steps/ending.ts";

export const endNext = command({
  name: "tasks.end_next",
  summary:
    "End the next tasks that must end with another task or an archived agent and were too many for one transaction.",
  route: "POST /internal/tasks/end-next",
  internal: true,
  permission: "tasks:sweep",
  input: Fields({ group_id: Id }),
  output: Fields({ done: Type.Integer() }),
  problems: [],
  async run({ tx }, { group_id }) {
    const { facts, done } = await endNextBatch(tx, group_id);
    const [first, ...more] = facts;
    return first ? changed({ done }, first, ...more) : unchanged({ done });
  },
});
