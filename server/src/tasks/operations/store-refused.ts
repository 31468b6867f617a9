import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { RefusedStart, startsRefused } from "../facts.ts";

/** Facts of one transaction, at most. */
const ITEMS_MAX = 500;

export const storeRefused = command({
  name: "tasks.store_refused",
  summary: "Store the refused claims of the last minute as facts, one for each agent and code.",
  route: "POST /internal/tasks/store-refused",
  internal: true,
  permission: "tasks:sweep",
  input: Fields({ items: Type.Array(RefusedStart, { maxItems: ITEMS_MAX }) }),
  output: Fields({ stored: Type.Integer() }),
  problems: [],
  async run(_, { items }) {
    const output = { stored: items.length };
    const [first, ...more] = items.map(({ agent_id, ...data }) => startsRefused(agent_id, data));
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
