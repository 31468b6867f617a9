/** The shapes of sums: of agents by day, of the workspace, and of costs. */
import Type, { type Static } from "typebox";
import { Fields, Id, Literals, Nullable, Page, TaskTitles, Time } from "../kernel/schema.ts";
import { ObsEvent } from "./schema.ts";

const Count = Type.Integer();
const Usd = Type.Number();
export const Day = Type.String({
  title: "Day",
  format: "date",
  pattern: "^[12][0-9]{3}-",
  maxLength: 10,
  description: "A day in UTC: 2026-11-30.",
});

/** The first day that a read covers, and whether the reader wanted earlier days. */
export const History = Fields(
  {
    from: Type.String({ format: "date", description: "The first day that can be read, in UTC." }),
    days: Type.Integer({ description: "The days before today that can be read. The tier decides." }),
    is_limited: Type.Boolean({ description: "The read was for earlier days too, which are left out." }),
  },
  { title: "History" },
);
export type History = Static<typeof History>;

/** The sums of an agent on a day. */
export const AgentDay = Fields(
  {
    date: Day,
    agent_id: Id,
    total_runs: Count,
    successful_runs: Count,
    failed_runs: Count,
    total_events: Count,
    total_errors: Count,
    total_llm_calls: Count,
    total_tokens_in: Count,
    total_tokens_out: Count,
    total_tokens_cached: Count,
    total_tokens_cache_write: Count,
    total_tokens_reasoning: Count,
    total_cost_usd: Usd,
    total_list_cost_usd: Usd,
    unpriced_calls: Type.Integer({ description: "Events whose cost is unknown. It is in no sum." }),
    partial_calls: Type.Integer({ description: "Events with a part whose cost is unknown." }),
    total_tool_calls: Count,
    tool_errors: Type.Integer({ description: "Failing tool_result events." }),
    latency_p50_ms: Nullable(Count),
    latency_p95_ms: Nullable(Count),
    latency_avg_ms: Nullable(Count),
    models_used: Type.Record(Type.String(), Type.Integer(), {
      description: "The calls of each model. A day has the 50 models with the most calls.",
    }),
    last_heartbeat_at: Nullable(Time),
    success_rate: Type.Number({ description: "Of the runs that ended. 0 without runs." }),
    error_rate: Type.Number(),
  },
  { title: "AgentDay" },
);
export type AgentDay = Static<typeof AgentDay>;
export const AgentDayPage = Fields({ ...Page(AgentDay).properties, history: History });

export const AgentMetrics = Fields({
  agent: Fields({ id: Id, name: Type.String() }),
  metrics: Type.Array(AgentDay, { description: "By day, oldest first." }),
  recent_events: Type.Array(ObsEvent),
  history: History,
});

export const ObsEventPage = Fields({
  ...Page(ObsEvent).properties,
  history: History,
  task_titles: Type.Optional(TaskTitles),
});

/** The sums of the workspace in a time. */
const totals = {
  total_events: Count,
  errors: Count,
  llm_calls: Count,
  tool_calls: Count,
  total_runs: Count,
  failed_runs: Count,
  tokens_in: Count,
  tokens_out: Count,
  cost_usd: Usd,
  list_cost_usd: Usd,
  unpriced_calls: Count,
  partial_calls: Count,
};
const fees_usd = Type.Number({ description: "The monthly fees, spread by day. They are in no cost." });
export const Totals = Fields({ ...totals, fees_usd }, { title: "UsageTotals" });
export type Totals = Static<typeof Totals>;

const UsageSince = Fields({
  from: Type.String({
    ...Time,
    description: "The given time; of a time more than two days ago, the start of its day.",
  }),
  llm_calls: Count,
  cost_usd: Usd,
  list_cost_usd: Usd,
  unpriced_calls: Count,
});

export const Overview = Fields({
  today: Totals,
  week: Totals,
  since: Type.Optional(UsageSince),
  active_agents_24h: Type.Integer({ description: "Agents with an event in the last 24 hours." }),
  unacknowledged_alerts: Count,
  tier: Fields({
    name: Type.String(),
    retention_days: Type.Integer({
      description: "The days that can be read: of the tier, or more by obs.set_retention.",
    }),
  }),
});

export const COST_GROUPS = ["agent", "model", "task", "day", "tree"] as const;
export type CostGroup = (typeof COST_GROUPS)[number];
export const CostGroup = Literals(COST_GROUPS, { title: "CostGroup" });

const costs = {
  cost_usd: Usd,
  list_cost_usd: Usd,
  tokens_in: Count,
  tokens_out: Count,
  calls: Count,
  unpriced_calls: Count,
};
export const CostRow = Fields(
  {
    key: Type.String({ description: "An id, a day, or provider/model." }),
    name: Type.String(),
    ...costs,
    own_cost_usd: Type.Optional(Type.Number({ description: "Of a task: without the tasks below." })),
    inclusive_cost_usd: Type.Optional(Type.Number({ description: "Of a task: with the tasks below." })),
    fees_usd: Type.Optional(Type.Number({ description: "Of an agent or a day that has monthly fees." })),
  },
  { title: "CostRow" },
);
export type CostRow = Static<typeof CostRow>;
export const Costs = Fields({
  items: Type.Array(CostRow, { description: "The dearest first; days in their order." }),
  total: Fields(costs, { title: "CostTotal" }),
  history: History,
  fees_usd,
});

export const CostSplit = Literals(["agent", "model"], { title: "CostSplit" });
export const CostDays = Fields({
  from: Day,
  to: Day,
  items: Type.Array(
    Fields({
      date: Day,
      key: Nullable(Type.String({ description: "An id, or provider/model. Null for all others together." })),
      name: Nullable(Type.String()),
      ...costs,
    }),
    { description: "By day, oldest first." },
  ),
  history: History,
});

const ofTask = { cost_usd: Usd, list_cost_usd: Usd, calls: Count, unpriced_calls: Count };
export const TaskCosts = Fields({
  items: Type.Array(
    Fields({
      task_id: Id,
      own: Fields(ofTask, { description: "Of the task alone." }),
      inclusive: Fields(ofTask, { description: "With the tasks below it." }),
    }),
  ),
});
