import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { riskBreached, riskIntervened } from "../facts.ts";
import { enforceNow } from "../spending.ts";

export const enforcePolicies = command({
  name: "risk.enforce",
  summary: "Evaluate every risk policy of the workspace now.",
  description:
    "New events are evaluated when they arrive, and the server repeats this every 30 s, so this is for operators.",
  route: "POST /risk/enforce",
  permission: "risk:write",
  changesCredentials: true,
  input: Fields({}),
  output: Fields({
    events_created: Type.Integer(),
    events_executed: Type.Integer(),
    elapsed_seconds: Type.Number(),
    truncated: Type.Boolean({ description: "The time was not enough for all policies." }),
  }),
  problems: [],
  async run({ tx, now }) {
    const began = performance.now();
    const facts = await enforceNow(tx, now);
    const count = (type: string) => facts.filter((fact) => fact.type === type).length;
    const output = {
      events_created: count(riskBreached.type),
      events_executed: count(riskIntervened.type),
      elapsed_seconds: Math.round((performance.now() - began) / 10) / 100,
      truncated: false,
    };
    const [first, ...more] = facts;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
