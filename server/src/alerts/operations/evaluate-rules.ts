import Type from "typebox";
import type { Fact } from "../../kernel/facts/fact.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { evaluate } from "../evaluate.ts";
import { createMeasures } from "../measure.ts";
import { lockDueRules, lockLook, makeDue } from "../store/rule-rows.ts";

/** The rules of one turn. Those that waited longest come first. */
const BATCH = 100;
/** A transaction that was open during a look may add earlier events, so a look after new events is repeated soon. */
const SOON_MS = 10_000;
const LATER_MS = 30_000;

export const evaluateRules = command({
  name: "alerts.evaluate_rules",
  summary: "Evaluate the alert rules of one workspace whose time has come.",
  route: "POST /internal/alerts/evaluate-rules",
  internal: true,
  permission: "alerts:evaluate",
  input: Fields({}),
  output: Fields({ evaluated: Type.Integer(), fired: Type.Integer(), has_more: Type.Boolean() }),
  problems: [],
  async run({ tx, now }) {
    const look = await lockLook(tx, now);
    if (!look) return unchanged({ evaluated: 0, fired: 0, has_more: false });
    if (look.hasNews) await makeDue(tx, now);
    const rules = await lockDueRules(tx, now, BATCH);
    const measures = createMeasures(tx, now);
    const lookAt = new Date(now.getTime() + (look.hasNews ? SOON_MS : LATER_MS)).toISOString();
    const facts: Fact[] = [];
    for (const rule of rules) facts.push(...(await evaluate({ tx, now, lookAt }, rule, await measures.of(rule))));
    const fired = facts.filter(({ type }) => type === "alert.fired").length;
    const output = { evaluated: rules.length, fired, has_more: rules.length === BATCH };
    const [first, ...more] = facts;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
