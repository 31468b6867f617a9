import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { checkLoops as check } from "../check-loops.ts";

/** One workspace does not delay the others for longer. */
export const CHECKED_MAX = 50;

export const checkLoops = command({
  name: "risk.check_loops",
  summary: "Let loop breakers look at reported tool calls and at attempts that ended without a result.",
  route: "POST /internal/risk/check-loops",
  internal: true,
  permission: "risk:sweep",
  input: Fields({}),
  output: Fields({ has_more: Type.Boolean() }),
  problems: [],
  async run({ tx, now }) {
    const { facts, hasMore } = await check(tx, now, CHECKED_MAX);
    const [first, ...more] = facts;
    const output = { has_more: hasMore };
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
