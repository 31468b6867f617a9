import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { BUDGET, startTimer } from "../budget.ts";
import { checkLoops } from "../check-loops.ts";
import { riskBreached, riskIntervened } from "../facts.ts";
import { enforceFrom } from "../spending.ts";
import { findResumePoint, saveResumePoint } from "../store/turns.ts";
import { CHECKED_MAX } from "./check-loops.ts";

export const enforcePolicies = command({
  name: "risk.enforce",
  summary: "Evaluate every risk policy of the workspace now.",
  description:
    "New events are evaluated when they arrive, and the server repeats this every 30 s, so this is for operators. It takes at most " +
    "45 s; the next evaluation goes on where it stopped.",
  route: "POST /risk/enforce",
  permission: "risk:write",
  changesCredentials: true,
  input: Fields({}),
  output: Fields({
    events_created: Type.Integer(),
    events_executed: Type.Integer(),
    elapsed_seconds: Type.Number(),
    truncated: Type.Boolean({ description: "The time was not enough, and the next evaluation does the rest." }),
  }),
  problems: [],
  async run({ tx, actor, now, env }) {
    const budget = env.riskBudget ?? BUDGET;
    const began = budget.nowMs();
    const hasTime = startTimer(budget, actor.kind === "system" ? budget.turnMs : budget.ms);
    const before = await findResumePoint(tx);
    const { facts, last } = await enforceFrom(tx, now, before, hasTime);
    if (last !== before) await saveResumePoint(tx, last);
    const loops = await checkLoops(tx, now, CHECKED_MAX);
    const all = [...facts, ...loops.facts];
    const count = (type: string) => all.filter((fact) => fact.type === type).length;
    const output = {
      events_created: count(riskBreached.type),
      events_executed: count(riskIntervened.type),
      elapsed_seconds: Math.round((budget.nowMs() - began) / 10) / 100,
      truncated: last !== null || loops.hasMore,
    };
    const [first, ...more] = all;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});
