/** The shapes of outcomes: what agents achieved, next to what it cost. */
import Type, { type Static } from "typebox";
import { Defaulted, Fields, Literals, Nullable, PAGE_SIZE_DEFAULT } from "../kernel/schema.ts";
import { Day, History } from "./metrics-schema.ts";

const amounts = {
  commits: Type.Number(),
  pull_requests: Type.Number(),
  lines_added: Type.Number(),
  lines_removed: Type.Number(),
  active_seconds: Type.Number({ description: "The time in which the agent was at work." }),
};
export type OutcomeName = keyof typeof amounts;
// `Object.keys` returns the names as text.
export const OUTCOMES = Object.keys(amounts) as OutcomeName[];
/** More of one event or point would be a fault of the sender. */
export const OUTCOME_MAX = 1_000_000_000;

const ITEMS_MAX = 400;
export const OutcomeGroup = Literals(["agent", "task", "day"], { title: "OutcomeGroup" });

export const OutcomeRow = Fields(
  { key: Type.String({ description: "An id or a day." }), name: Type.String(), ...amounts },
  { title: "OutcomeRow" },
);

export const OutcomesInput = Fields({
  group_by: Defaulted(OutcomeGroup, "agent"),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  limit: Defaulted(Type.Integer({ minimum: 1, maximum: ITEMS_MAX }), PAGE_SIZE_DEFAULT),
});

/** The tasks with a cost in these days whose state is read. */
export const COSTED_TASKS_MAX = 10_000;

export const Outcomes = Fields({
  items: Type.Array(OutcomeRow, { description: "Those with the most lines first; days in their order." }),
  total: Fields(amounts, { title: "OutcomeTotal" }),
  costed_tasks: Type.Integer(),
  completed_tasks: Type.Integer(),
  cost_of_tasks_usd: Type.Number({ description: "The billed cost of those tasks, also of those without success." }),
  list_cost_of_tasks_usd: Type.Number(),
  cost_per_completed_task_usd: Nullable(Type.Number({ description: "Null without a completed task." })),
  list_cost_per_completed_task_usd: Nullable(Type.Number()),
  history: History,
});
export type Outcomes = Static<typeof Outcomes>;
